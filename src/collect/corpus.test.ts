import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Asked, openApp, type Told } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { NOW, noticesOf, read } from './testing/reading.ts'

/** What the published connectors of other platforms need beyond the usual: each by a manifest that says it, without code. */

const list = (more: object) => ({ kind: 'list', key: 'record.id', ...more })
const bodyOf = ({ body }: Asked) => JSON.parse(body) as Record<string, unknown>

test('from and to, as an app counts them that wants both', async (t) => {
  const app = await openApp(t, (asked) => {
    const { search_from: from, search_to: to } = bodyOf(asked) as Record<string, number>
    return { body: { hits: [1, 2, 3, 4, 5].slice(from, to).map((id) => ({ id })) } }
  })
  const incidents = list({
    request: {
      post: '/incidents',
      json: { search_from: '{{ page.offset }}', search_to: '{{ page.offset + page.size }}' },
    },
    page: { next: 'offset', to: 'body.search_from', size: 2 },
    records: 'response.body.hits',
  })
  const { keys } = await read(connectorOf({ incidents }), app, { stream: 'incidents' })
  assert.deepEqual(keys, ['1', '2', '3', '4', '5'])
})

test('a token that comes in a header, is changed, and goes where the key has a space', async (t) => {
  const app = await openApp(t, (asked) => {
    const at = Number(bodyOf(asked)['page token'] ?? 0)
    return { body: [{ id: at }], headers: at < 2 ? { 'X-Next': `cursor="${at + 1}"` } : {} }
  })
  const feed = list({
    request: { post: '/feed', json: { size: 1 } },
    page: {
      next: 'token',
      from: "regexCapture(response.headers['x-next'], '\"(.*)\"', 1)",
      to: 'body.page token',
    },
  })
  const { keys } = await read(connectorOf({ feed }), app, { stream: 'feed' })
  assert.deepEqual(keys, ['0', '1', '2'])
})

test('parameters of the first page that the following ones must not carry', async (t) => {
  const app = await openApp(t, ({ query }) => ({
    body: {
      items: [{ id: query['after'] ?? 'first' }],
      next: query['after'] === undefined ? 'second' : null,
    },
  }))
  const feed = list({
    request: {
      get: '/feed',
      query: { since: "{{ page.index == 0 ? 'yesterday' : null }}", limit: '1' },
    },
    page: { next: 'token', from: 'response.body.next', to: 'query.after' },
    records: 'response.body.items',
  })
  const { keys } = await read(connectorOf({ feed }), app, { stream: 'feed' })
  assert.deepEqual(keys, ['first', 'second'])
  assert.deepEqual(
    app.asked.map(({ query }) => query),
    [
      { since: 'yesterday', limit: '1' },
      { limit: '1', after: 'second' },
    ],
  )
})

test('a position of a time and an id: no event of the same second is lost or read twice', async (t) => {
  const events = [
    { id: 'a', at: 10 },
    { id: 'b', at: 20 },
    { id: 'c', at: 20 },
    { id: 'd', at: 30 },
  ]
  let known = 3
  const app = await openApp(t, ({ query }) => {
    const [at = 0, id = ''] = [Number(query['at'] ?? 0), query['id']]
    const later = events
      .slice(0, known)
      .filter((event) => event.at > at || (event.at === at && event.id > id))
    return { body: later.slice(0, 2) }
  })
  const audit = {
    kind: 'activity',
    key: 'record.id',
    request: {
      get: '/audit',
      query: { at: "{{ cursor.split('|')[0] }}", id: "{{ cursor.split('|')[1] }}" },
    },
    page: { next: 'repeat' },
    cursor: {
      from: "string(int(last(page.records).at)) + '|' + last(page.records).id",
      save: 'afterEachPage',
    },
  }
  const connector = connectorOf({ audit })
  const first = await read(connector, app, { stream: 'audit' })
  known = 4
  const { position } = first
  assert.ok(position !== undefined)
  const second = await read(connector, app, { stream: 'audit', position })
  assert.deepEqual([first.keys, second.keys], [['a', 'b', 'c'], ['d']])
})

test('records of several paths, filtered, of a map, and of rows with a header', async (t) => {
  const app = await openApp(t, () => ({
    body: {
      users: [
        { id: 'u1', on: true },
        { id: 'u2', on: false },
      ],
      guests: [{ id: 'g1', on: true }],
      byId: { k1: { name: 'Kim' }, k2: { name: 'Lee' } },
      columns: [{ name: 'ID' }, { name: 'NAME' }],
      rows: [
        ['r1', 'Kim'],
        ['r2', 'Lee'],
        ['r3', 'Max', 'more than there are columns'],
      ],
    },
  }))
  const request = { get: '/all' }
  const connector = connectorOf({
    both: list({ request, records: '(response.body.users + response.body.guests).filter(u, u.on)' }),
    mapped: list({ request, records: 'entries(response.body.byId)', key: 'record.key' }),
    table: list({
      request,
      records:
        'response.body.rows.filter(row, size(row) == 2).map(row, zip(response.body.columns.map(c, c.name), row))',
      key: 'record.ID',
    }),
  })
  const both = await read(connector, app, { stream: 'both' })
  const mapped = await read(connector, app, { stream: 'mapped' })
  const table = await read(connector, app, { stream: 'table' })
  assert.deepEqual(both.keys, ['u1', 'g1'])
  assert.deepEqual(
    mapped.rows.map(({ record }) => record),
    [
      { key: 'k1', value: { name: 'Kim' } },
      { key: 'k2', value: { name: 'Lee' } },
    ],
  )
  assert.deepEqual(
    table.rows.map(({ record }) => record),
    [
      { ID: 'r1', NAME: 'Kim' },
      { ID: 'r2', NAME: 'Lee' },
    ],
  )
})

test('a row with more values than its header is a fault, not a record with less', async (t) => {
  const app = await openApp(t, () => ({ body: { columns: ['ID'], rows: [['r1', 'more']] } }))
  const table = list({
    request: { get: '/all' },
    records: 'response.body.rows.map(row, zip(response.body.columns, row))',
    key: 'record.ID',
  })
  const { fault } = await read(connectorOf({ table }), app, { stream: 'table' })
  assert.equal(fault?.code, 'SOURCE_UNREADABLE')
})

test('NDJSON in several gzip members, with a line at the end that is no record', async (t) => {
  const members = ['{"id":9007199254740993}\n', '{"id":2}\n', '{"summary":{"count":2}}\n']
  const app = await openApp(t, () => ({ body: Buffer.concat(members.map((text) => gzipSync(text))) }))
  const file = list({
    request: { get: '/file' },
    decode: { as: 'ndjson', gzip: true },
    records: 'response.body.filter(line, !has(line.summary))',
  })
  const { keys } = await read(connectorOf({ file }), app, { stream: 'file' })
  assert.deepEqual(keys, ['9007199254740993', '2'])
})

test('a success that says in its body, or by its type, that it is none', async (t) => {
  const answers: Told[] = [
    { body: { errors: [{ code: 'BUSY' }] } },
    { body: '<html>sign in</html>', headers: { 'Content-Type': 'text/html; charset=utf-8' } },
    { body: { data: [{ id: 1 }] } },
  ]
  const app = await openApp(t, () => answers[app.asked.length - 1]!)
  const graph = list({
    request: { post: '/graphql', json: { query: '{ users }' } },
    records: 'response.body.data',
    errors: [
      { when: "default(response.headers['content-type'], '').startsWith('text/html')", is: 'throttled' },
      { when: 'size(response.body.errors) > 0', is: 'throttled', message: 'response.body.errors[0].code' },
    ],
  })
  const { keys, slept, fault } = await read(connectorOf({ graph }), app, { stream: 'graph' })
  assert.deepEqual([keys, fault], [['1'], undefined])
  assert.equal(slept.length, 2)
})

test('one stream with two versions of an API, chosen by a setting, and a rhythm the customer sets', async (t) => {
  const app = await openApp(t, ({ path }) => ({ body: [{ id: path }] }))
  const connector = connectorOf(
    {
      old: list({ when: "settings.edition == 'v1'", request: { get: '/v1/users' } }),
      users: list({ every: '{{ settings.interval }}', request: { get: '/{{ settings.edition }}/users' } }),
    },
    {
      settings: {
        edition: { type: 'choice', options: ['v1', 'v2'], example: 'v2' },
        interval: { type: 'choice', options: ['5m', '1h'], default: '5m' },
      },
    },
  )
  const settings = { edition: 'v2', interval: '1h' }
  assert.deepEqual((await read(connector, app, { stream: 'users', settings })).keys, ['/v2/users'])
  assert.equal(connector.streams['users']?.every.evaluate({ settings }), '1h')
  assert.equal(connector.streams['old']?.when?.evaluate({ settings }), false)
})

test('a feed that begins late and is clamped to what the app keeps, with the gap told', async (t) => {
  const app = await openApp(t, () => ({ body: [] }))
  const audit = {
    kind: 'activity',
    key: 'record.id',
    request: { get: '/audit', query: { from: "{{ format(window.start, 'unix') }}" } },
    window: { time: 'record.at', lookback: '30d', retention: '7d', maxSpan: '1d', advance: 'latest' },
  }
  const position = { version: 1 as const, partitions: { '': { fromMs: NOW - 20 * 86_400_000 } } }
  const reading = await read(connectorOf({ audit }), app, { stream: 'audit', position })
  assert.equal(app.asked[0]?.query['from'], String((NOW - 7 * 86_400_000) / 1000))
  assert.equal(noticesOf(reading, 'gap').length, 1)
})
