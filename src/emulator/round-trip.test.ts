import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sample } from '../model/sample.ts'
import { acme, answerSample, entries } from './testing/acme.ts'
import { held, open } from './testing/collected.ts'

type Tree = Readonly<Record<string, unknown>>

const LIST = {
  kind: 'resources',
  request: { get: '/list' },
  records: 'response.body.items',
  key: 'record.id',
}
const ITEMS = entries(10)
const bodyWith = (rest: Tree) => answerSample({ items: ITEMS, ...rest })

/** Everything a list can be split by: the declaration, and an answer as the app would give it. */
const PAGINGS: readonly (readonly [what: string, stream: Tree, sample: Sample])[] = [
  ['one answer', { ...LIST }, bodyWith({})],
  ['Link header', { ...LIST, page: { next: 'link' } }, bodyWith({})],
  [
    'Link header with another relation, parameters sent again',
    {
      ...LIST,
      request: { get: '/list', query: { limit: 3 } },
      page: { next: 'link', rel: 'more', resend: true },
    },
    bodyWith({}),
  ],
  [
    'absolute address in the body',
    { ...LIST, page: { next: 'url', from: 'response.body.links.next' } },
    bodyWith({ links: { next: 'https://api.acme.example/v1/list?after=x' } }),
  ],
  [
    'relative address in the body',
    { ...LIST, page: { next: 'url', from: 'response.body.next' } },
    bodyWith({ next: '/v1/list?after=x' }),
  ],
  [
    'address in a header',
    { ...LIST, page: { next: 'url', from: "response.headers['x-next']" } },
    answerSample({ items: ITEMS }, { 'x-next': 'https://api.acme.example/v1/list?p=2' }),
  ],
  [
    'token in the body, sent in the query',
    { ...LIST, page: { next: 'token', from: 'response.body.next', to: 'query.cursor' } },
    bodyWith({ next: 'abc' }),
  ],
  [
    'token in a header, sent in a header',
    { ...LIST, page: { next: 'token', from: "response.headers['x-next']", to: 'header.X-Page' } },
    answerSample({ items: ITEMS }, { 'x-next': 'abc' }),
  ],
  [
    'token sent deep in the body',
    {
      ...LIST,
      request: { post: '/list', json: { page: { size: 3 } } },
      page: { next: 'token', from: 'response.body.next', to: 'body.page.after' },
    },
    bodyWith({ next: 'abc' }),
  ],
  [
    'token sent in a form',
    {
      ...LIST,
      request: { post: '/list', form: { kind: 'all' } },
      page: { next: 'token', from: 'response.body.next', to: 'body.cursor' },
    },
    bodyWith({ next: 'abc' }),
  ],
  [
    'token alone',
    {
      ...LIST,
      request: { get: '/list', query: { kind: 'all' } },
      page: { next: 'token', from: 'response.body.next', to: 'query.cursor', onlyPaging: true },
    },
    bodyWith({ next: 'abc' }),
  ],
  [
    'token with a flag that there is more',
    {
      ...LIST,
      page: {
        next: 'token',
        from: 'response.body.next',
        to: 'query.cursor',
        stop: 'response.body.more == false',
      },
    },
    bodyWith({ next: 'abc', more: true }),
  ],
  [
    'token that is cut out of an address',
    { ...LIST, page: { next: 'token', from: "response.body.next.split('cursor=')[1]", to: 'query.cursor' } },
    bodyWith({ next: 'https://api.acme.example/v1/list?cursor=abc' }),
  ],
  [
    'offset with a total',
    { ...LIST, page: { next: 'offset', to: 'query.from', size: 3, total: 'response.body.total' } },
    bodyWith({ total: 10 }),
  ],
  [
    'offset from one',
    { ...LIST, page: { next: 'offset', to: 'query.from', size: 3, start: 1 } },
    bodyWith({}),
  ],
  [
    'offset in the body until a short page',
    {
      ...LIST,
      request: { post: '/list', json: { from: 0, size: 3 } },
      page: { next: 'offset', to: 'body.from', size: 3, stop: 'size(page.records) < 3' },
    },
    bodyWith({}),
  ],
  [
    'page numbers with a number of pages',
    { ...LIST, page: { next: 'page', to: 'query.page', pages: 'response.body.pages' } },
    bodyWith({ pages: 4 }),
  ],
  [
    'page numbers from zero, a total as text',
    {
      ...LIST,
      page: { next: 'page', to: 'query.page', start: 0, size: 3, total: "int(response.headers['x-total'])" },
    },
    answerSample({ items: ITEMS }, { 'x-total': '10' }),
  ],
  [
    'page numbers until a short page',
    { ...LIST, page: { next: 'page', to: 'query.page', size: 4 } },
    bodyWith({}),
  ],
  [
    'last record',
    { ...LIST, page: { next: 'last', from: 'record.id', to: 'query.after', size: 3 } },
    bodyWith({}),
  ],
  [
    'last record until the app says so',
    {
      ...LIST,
      page: { next: 'last', from: 'record.id', to: 'query.after', stop: '!response.body.has_more' },
    },
    bodyWith({ has_more: true }),
  ],
  ['the body itself', { ...LIST, records: undefined, page: { next: 'link' } }, answerSample(ITEMS)],
  [
    'lines',
    {
      ...LIST,
      records: undefined,
      decode: { as: 'ndjson' },
      page: { next: 'token', from: "response.headers['x-next']", to: 'query.t' },
    },
    answerSample(ITEMS.map((item) => JSON.stringify(item)).join('\n'), { 'x-next': 'a' }),
  ],
  [
    'CSV',
    {
      ...LIST,
      records: undefined,
      decode: { as: 'csv', delimiter: ';' },
      page: { next: 'page', to: 'query.p', size: 3 },
    },
    answerSample(`id;n\r\n${ITEMS.map(({ id, n }) => `${id};${n}`).join('\r\n')}`),
  ],
  [
    'XML',
    {
      ...LIST,
      records: 'response.body.list.item',
      key: "record['@id']",
      decode: { as: 'xml', lists: ['item'] },
      page: { next: 'token', from: "response.body.list['@next']", to: 'query.t' },
    },
    answerSample(`<list next="a">${ITEMS.map(({ id }) => `<item id="${id}"/>`).join('')}</list>`),
  ],
]
for (const [what, stream, sample] of PAGINGS) {
  test(`a list is collected whole: ${what}`, async () => {
    const connector = acme({ streams: { list: JSON.parse(JSON.stringify(stream)) as Tree } })
    const world = open(connector, { list: sample })
    const { keys } = await world.collect()
    assert.equal(keys.length, 10)
    assert.deepEqual(keys, held(world))
    assert.deepEqual(world.emulator.notes(), [])
    const requests = world.emulator.counts().requests.get('list') ?? 0
    assert.ok(what === 'one answer' ? requests === 1 : requests >= 3, `${requests} requests`)
  })
}
