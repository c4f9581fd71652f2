import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asked, openApp, type Told } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { noticesOf, read } from './testing/reading.ts'

/** Seven records, three a page, by every way that apps split a list; over real HTTP. */

const ALL = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => ({ id }))
const SIZE = 3
const list = (page: object | undefined, more: object = {}) =>
  connectorOf({
    things: {
      kind: 'accounts',
      request: { get: '/things' },
      ...(page && { page }),
      records: 'response.body.items',
      key: 'record.id',
      as: { uid: 'record.id' },
      ...more,
    },
  })
const slice = (from: number) => ALL.slice(from, from + SIZE)
const json = (from: number, more: object = {}): Told => ({ body: { items: slice(from), ...more } })
const numberOf = ({ query }: Asked, name: string, fallback = 0) => Number(query[name] ?? fallback)
const bodyOf = ({ body }: Asked) => JSON.parse(body === '' ? '{}' : body)
const nextFrom = (from: number) => (from + SIZE < ALL.length ? from + SIZE : undefined)
const post = { request: { post: '/things', json: { limit: 3, filter: { x: true } } } }

type Way = readonly [name: string, page: object, more: object, answer: (asked: Asked) => Told]
const WAYS: readonly Way[] = [
  [
    'token in the query',
    { next: 'token', from: 'response.body.next', to: 'query.cursor' },
    {},
    (asked) => {
      const from = numberOf(asked, 'cursor')
      return json(from, { next: nextFrom(from) === undefined ? null : String(nextFrom(from)) })
    },
  ],
  [
    'token in a JSON body, deep',
    { next: 'token', from: 'response.body.next', to: 'body.page.after' },
    post,
    (asked) => {
      const { page, filter, limit } = bodyOf(asked)
      assert.deepEqual([filter, limit], [{ x: true }, 3])
      return json(page?.after ?? 0, { next: nextFrom(page?.after ?? 0) })
    },
  ],
  [
    'token from a header to a header',
    { next: 'token', from: "response.headers['x-next']", to: 'header.X-Page' },
    {},
    (asked) => {
      const from = Number(asked.headers['x-page'] ?? 0)
      return { ...json(from), headers: { 'X-Next': String(nextFrom(from) ?? '') } }
    },
  ],
  [
    'Link header',
    { next: 'link' },
    {},
    (asked) => {
      const from = numberOf(asked, 'from')
      return {
        ...json(from),
        headers:
          nextFrom(from) === undefined ? {} : { Link: `</v1/things?from=${nextFrom(from)}>; rel="next"` },
      }
    },
  ],
  [
    'absolute address in the body',
    { next: 'url', from: 'response.body.next' },
    {},
    (asked) => {
      const from = numberOf(asked, 'from')
      return json(
        from,
        nextFrom(from) === undefined
          ? {}
          : { next: `https://api.acme.example/v1/things?from=${nextFrom(from)}` },
      )
    },
  ],
  [
    'address that only has parameters',
    { next: 'url', from: 'response.body.next' },
    {},
    (asked) => {
      const from = numberOf(asked, 'from')
      return json(from, { next: nextFrom(from) === undefined ? '' : `?from=${nextFrom(from)}` })
    },
  ],
  ['offset', { next: 'offset', to: 'query.skip', size: SIZE }, {}, (asked) => json(numberOf(asked, 'skip'))],
  [
    'offset in a JSON body',
    { next: 'offset', to: 'body.from', size: SIZE },
    post,
    (asked) => json(bodyOf(asked).from),
  ],
  [
    'offset with a total',
    { next: 'offset', to: 'query.skip', size: 100, total: 'response.body.total' },
    {},
    (asked) => json(numberOf(asked, 'skip'), { total: 7 }),
  ],
  [
    'page numbers until a short page',
    { next: 'page', to: 'query.page', size: SIZE },
    {},
    (asked) => json((numberOf(asked, 'page') - 1) * SIZE),
  ],
  [
    'page numbers from 0 until an empty page',
    { next: 'page', to: 'query.page', start: 0 },
    {},
    (asked) => json(numberOf(asked, 'page') * SIZE),
  ],
  [
    'page numbers with the number of pages',
    { next: 'page', to: 'query.page', pages: 'response.body.pages' },
    {},
    (asked) => json((numberOf(asked, 'page') - 1) * SIZE, { pages: 3 }),
  ],
  [
    'last record',
    { next: 'last', from: 'record.id', to: 'query.after', size: SIZE },
    {},
    (asked) => json(ALL.findIndex(({ id }) => id === asked.query['after']) + 1),
  ],
  [
    'stop',
    { next: 'page', to: 'query.page', stop: 'response.body.done' },
    {},
    (asked) => json((numberOf(asked, 'page') - 1) * SIZE, { done: numberOf(asked, 'page') === 3 }),
  ],
  [
    'stop on what came',
    { next: 'page', to: 'query.page', stop: 'size(page.records) < 3' },
    {},
    (asked) => json((numberOf(asked, 'page') - 1) * SIZE),
  ],
]
for (const [name, page, more, answer] of WAYS) {
  test(`${name}: every record once, in order`, async (t) => {
    const app = await openApp(t, answer)
    const reading = await read(list(page, more), app, { stream: 'things' })
    assert.equal(reading.fault, undefined)
    assert.deepEqual(
      reading.keys,
      ALL.map(({ id }) => id),
    )
  })
}

test('one answer is the whole list, and the body itself may be the list or the record', async (t) => {
  const app = await openApp(t, () => ({ body: ALL }))
  assert.equal(
    (await read(list(undefined, { records: 'response.body' }), app, { stream: 'things' })).rows.length,
    7,
  )
  const one = connectorOf({ org: { kind: 'settings', request: { get: '/org' } } })
  const org = await openApp(t, () => ({ body: { sso: true } }))
  assert.deepEqual((await read(one, org, { stream: 'org' })).rows, [{ record: { sso: true } }])
})

test('an empty body, null and an empty list are no records; a list that is not where the manifest says is a fault', async (t) => {
  for (const body of [undefined, { items: null }, { items: [] }]) {
    const reading = await read(list(undefined), await openApp(t, () => ({ body })), { stream: 'things' })
    assert.deepEqual([reading.rows.length, reading.fault], [0, undefined])
  }
  for (const body of [{}, { items: 'x' }]) {
    const { fault } = await read(list(undefined), await openApp(t, () => ({ body })), { stream: 'things' })
    assert.equal(fault?.code, 'SOURCE_UNREADABLE')
  }
})

test('the paging parameter alone with onlyPaging; the first parameters again with resend', async (t) => {
  const request = { get: '/things', query: { since: 'x' } }
  const tokens = await openApp(t, ({ query }) => ({
    body: { items: [], next: query['c'] === undefined ? 't' : null },
  }))
  await read(
    list({ next: 'token', from: 'response.body.next', to: 'query.c', onlyPaging: true }, { request }),
    tokens,
    { stream: 'things' },
  )
  assert.deepEqual(
    tokens.asked.map(({ query }) => query),
    [{ since: 'x' }, { c: 't' }],
  )
  const links = await openApp(t, ({ query }) => ({
    body: { items: [], next: query['p'] === undefined ? '?p=2' : null },
  }))
  await read(list({ next: 'url', from: 'response.body.next', resend: true }, { request }), links, {
    stream: 'things',
  })
  assert.deepEqual(
    links.asked.map(({ query }) => query),
    [{ since: 'x' }, { p: '2', since: 'x' }],
  )
})

test('whole numbers beyond 2^53 survive as keys and as tokens', async (t) => {
  const app = await openApp(t, ({ query }) =>
    query['after'] === undefined
      ? { body: '{"items":[{"id":9007199254740993}],"next":9007199254740995}' }
      : { body: `{"items":[{"id":${query['after']}}],"next":null}` },
  )
  const reading = await read(list({ next: 'token', from: 'response.body.next', to: 'query.after' }), app, {
    stream: 'things',
  })
  assert.deepEqual(reading.keys, ['9007199254740993', '9007199254740995'])
})

test('a full page that names no next one is told, not taken for the end in silence', async (t) => {
  const app = await openApp(t, () => json(0))
  const reading = await read(
    list({ next: 'token', from: 'response.body.nxt', to: 'query.c', size: SIZE }),
    app,
    { stream: 'things' },
  )
  assert.equal(reading.fault, undefined)
  assert.match(noticesOf(reading, 'warning')[0]?.message ?? '', /full page of 3 records/)
})

test('lists in NDJSON: broken lines are set aside, a list cut short is asked for again', async (t) => {
  const lines = '{"id":"a"}\n{"id":\n{"id":"b"}\n'
  let tries = 0
  const app = await openApp(t, () => ({ body: tries++ === 0 ? lines.slice(0, -3) : lines }))
  const { keys, batches, notices } = await read(
    list(undefined, { records: 'response.body', decode: { as: 'ndjson' } }),
    app,
    { stream: 'things' },
  )
  assert.deepEqual(keys, ['a', 'b'])
  assert.deepEqual(
    batches[0]?.unreadable.map(({ record, code }) => [record, code]),
    [['{"id":', 'SOURCE_UNREADABLE']],
  )
  assert.equal(noticesOf({ notices }, 'retry').length, 1)
})
