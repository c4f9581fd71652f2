import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../model/sample.ts'
import { acme, answerSample, entries, sampleOf } from './testing/acme.ts'
import { asking, ids } from './testing/asked.ts'

const LIST = {
  kind: 'resources',
  request: { get: '/list' },
  records: 'response.body.items',
  key: 'record.id',
}
const TOKEN = { next: 'token', from: 'response.body.next', to: 'query.cursor' }
const items = answerSample({ items: entries(10), next: 'x' })
const field = (body: unknown, name: string): unknown => (body as Readonly<Record<string, unknown>>)[name]

test('a token that the app did not write is refused, and so is one that was changed', async () => {
  const { ask } = asking(
    acme({ streams: { list: { ...LIST, page: TOKEN } } }),
    { list: items },
    { pageSize: 3 },
  )
  const token = String(field((await ask('/list')).body, 'next'))
  assert.equal((await ask(`/list?cursor=${token}`)).status, 200)
  assert.equal((await ask('/list?cursor=made-up')).status, 400)
  const [state = '', proof = ''] = token.split('.')
  const moved = Buffer.from(
    Buffer.from(state, 'base64url').toString().replace('"offset":3', '"offset":6'),
  ).toString('base64url')
  assert.equal((await ask(`/list?cursor=${moved}.${proof}`)).status, 400)
})

test('a place that is not in the list is refused', async () => {
  const page = { next: 'last', from: 'record.id', to: 'query.after', size: 3 }
  const { ask } = asking(acme({ streams: { list: { ...LIST, page } } }), { list: items })
  assert.deepEqual(ids(await ask('/list?after=e_104')), ['e_105', 'e_106', 'e_107'])
  assert.equal((await ask('/list?after=nobody')).status, 400)
})

test('the next address keeps what was asked for, and is relative where it was recorded so', async () => {
  const stream = {
    ...LIST,
    request: { get: '/list', query: { kind: 'all' } },
    page: { next: 'url', from: 'response.body.next' },
  }
  const recorded = answerSample({ items: entries(10), next: '/v1/list?kind=all&after=3' })
  const { ask } = asking(acme({ streams: { list: stream } }), { list: recorded }, { pageSize: 3 })
  const next = String(field((await ask('/list?kind=all&extra=1')).body, 'next'))
  assert.match(next, /^\/v1\/list\?kind=all&extra=1&page_token=/)
})

test('the last page is modelled on the last recorded answer, the others on the first', async () => {
  const recorded = sampleOf(
    { response: { body: { items: entries(2), next: 'x', note: 'more' } } },
    { response: { body: { items: [{ id: 'z' }], next: null, note: 'done' } } },
  )
  const { ask } = asking(
    acme({ streams: { list: { ...LIST, page: TOKEN } } }),
    { list: recorded },
    { pageSize: 2 },
  )
  const first = await ask('/list')
  assert.equal(field(first.body, 'note'), 'more')
  assert.deepEqual((await ask(`/list?cursor=${field(first.body, 'next')}`)).body, {
    items: [{ id: 'z' }],
    next: null,
    note: 'done',
  })
})

test('a last page that is full names no next one', async () => {
  const connector = acme({ streams: { list: { ...LIST, page: TOKEN } } })
  const { ask } = asking(connector, { list: items }, { pageSize: 5 })
  const first = await ask('/list')
  const second = await ask(`/list?cursor=${field(first.body, 'next')}`)
  assert.deepEqual([ids(second).length, field(second.body, 'next')], [5, null])
})

test('activity is not shown before it arrives', async () => {
  const window = { time: 'record.at', lag: '30m' }
  const map = { otherwise: { action: 'other' } }
  const connector = acme({ streams: { list: { ...LIST, kind: 'activity', window, map } } })
  const { emulator, clock } = asking(connector, { list: items }, { records: 2000 })
  assert.ok(emulator.rows('list').length < 2000)
  await clock.sleep(30 * 60_000)
  assert.equal(emulator.rows('list').length, 2000)
})

test('a record is in a window when one of its exploded elements is', async () => {
  const stream = {
    ...LIST,
    kind: 'activity',
    request: { get: '/list', query: { from: "{{ format(window.start, 'iso') }}" } },
    explode: 'record.steps',
    window: { time: 'record.at' },
    map: { otherwise: { action: 'other' } },
  }
  const steps = ['2026-11-19T10:00:00Z', '2026-11-19T12:00:00Z'].map((at, n) => ({ id: `s${n}`, at }))
  const sessions = answerSample({ items: [{ id: 'session', steps }] })
  const { ask } = asking(acme({ streams: { list: stream } }), { list: sessions })
  assert.deepEqual(ids(await ask('/list?from=2026-11-19T11:00:00.000Z')), ['session'])
  assert.deepEqual(ids(await ask('/list?from=2026-11-19T13:00:00.000Z')), [])
})

test('an answer with records is never turned into one without a body', async () => {
  const stream = {
    ...LIST,
    kind: 'activity',
    request: { get: '/list', query: { at: '{{ cursor }}' } },
    page: { next: 'repeat', stop: 'response.status == 204' },
    cursor: { from: 'response.body.next' },
    map: { common: { time: 'record.at' }, otherwise: { action: 'other' } },
  }
  const { ask } = asking(acme({ streams: { list: stream } }), { list: items }, { pageSize: 20 })
  const first = await ask('/list')
  assert.deepEqual([first.status, ids(first).length], [200, 10])
  assert.equal((await ask(`/list?at=${field(first.body, 'next')}`)).status, 204)
  const byToken = { ...LIST, page: { ...TOKEN, stop: 'response.status == 204' } }
  const other = asking(acme({ streams: { list: byToken } }), { list: items }, { pageSize: 20 })
  assert.equal((await other.ask('/list')).status, 200)
})

test('a position falls between records of one and the same moment', async () => {
  const same = entries(7).map((item) => ({ ...item, at: '2026-11-19T00:00:00Z' }))
  const stream = {
    ...LIST,
    kind: 'activity',
    request: { get: '/list', query: { at: '{{ cursor }}' } },
    page: { next: 'repeat' },
    cursor: { from: 'response.body.next' },
    map: { common: { time: 'record.at' }, otherwise: { action: 'other' } },
  }
  const { ask } = asking(
    acme({ streams: { list: stream } }),
    { list: answerSample({ items: same, next: 'x' }) },
    { pageSize: 2 },
  )
  const seen: unknown[] = []
  let answer = await ask('/list')
  for (; ids(answer).length > 0; answer = await ask(`/list?at=${field(answer.body, 'next')}`))
    seen.push(...ids(answer))
  assert.deepEqual(
    seen,
    same.map(({ id }) => id),
  )
})

test('where one field is token and position, it is the token until the last page', async () => {
  const stream = {
    ...LIST,
    kind: 'activity',
    page: { ...TOKEN, stop: '!response.body.more' },
    request: { get: '/list', query: { cursor: '{{ cursor }}' } },
    cursor: { from: 'response.body.next' },
    map: { common: { time: 'record.at' }, otherwise: { action: 'other' } },
  }
  const { ask, emulator } = asking(
    acme({ streams: { list: stream } }),
    { list: answerSample({ items: entries(5), next: 'x', more: true }) },
    { pageSize: 3 },
  )
  const first = await ask('/list')
  const second = await ask(`/list?cursor=${field(first.body, 'next')}`)
  assert.deepEqual([ids(second), field(second.body, 'more')], [['e_103', 'e_104'], false])
  assert.deepEqual(ids(await ask(`/list?cursor=${field(second.body, 'next')}`)), [])
  assert.deepEqual(emulator.notes(), [])
})

test('of two declarations for one address the one with the fitting values answers', async () => {
  const of = (kind: string) => ({ ...LIST, request: { get: '/list', query: { kind } } })
  const only = (id: string) => answerSample({ items: [{ id }] })
  const { ask } = asking(acme({ streams: { docs: of('doc'), sheets: of('sheet'), list: LIST } }), {
    list: only('any'),
    docs: only('doc'),
    sheets: only('sheet'),
  })
  assert.deepEqual(ids(await ask('/list?kind=sheet')), ['sheet'])
  assert.deepEqual(ids(await ask('/list?kind=doc')), ['doc'])
  assert.deepEqual(ids(await ask('/list?kind=photo')), ['any'])
})

test('recorded answers are told apart by what their records carry, where the request does not say', async () => {
  const stream = {
    ...LIST,
    over: { product: ['a', 'b'] },
    request: { post: '/search', json: { product: '{{ over.product }}' } },
  }
  const shown = (product: string, n: number): Exchange => ({
    request: { method: 'POST', path: '/v1/search' },
    response: { body: { items: [{ id: `${product}${n}`, product }] } },
  })
  const { ask } = asking(acme({ streams: { list: stream } }), {
    list: sampleOf(shown('b', 1), shown('b', 2), shown('a', 3)),
  })
  assert.deepEqual(ids(await ask('/search', { product: 'a' })), ['a3'])
  assert.deepEqual(ids(await ask('/search', { product: 'b' })), ['b1', 'b2'])
  assert.deepEqual(ids(await ask('/search', { product: 'nobody' })), [])
})

test('no two lists of a stream give one key', () => {
  const stream = {
    ...LIST,
    over: { product: ['a', 'b', 'c'] },
    request: { get: '/list', query: { product: '{{ over.product }}' } },
  }
  const { emulator } = asking(
    acme({ streams: { list: stream } }),
    { list: answerSample({ items: entries(3) }) },
    { records: () => 50 },
  )
  assert.equal(new Set(emulator.rows('list').map(({ key }) => key)).size, 150)
})

test('what a collector leaves out is not among what it must have', () => {
  const { emulator } = asking(acme({ streams: { list: { ...LIST, where: 'record.n > 6' } } }), {
    list: items,
  })
  assert.deepEqual(
    emulator.rows('list').map(({ key }) => key),
    ['e_107', 'e_108', 'e_109'],
  )
})

test('every answer tells what is left, and no more is given than the manifest says', async () => {
  const limits = {
    rate: '3/min',
    headers: { limit: 'X-Limit', remaining: 'X-Left', reset: 'X-Reset', resetUnit: 'seconds' },
  }
  const { ask, clock } = asking(acme({ streams: { list: LIST }, connect: { limits } }), { list: items })
  await clock.sleep(15_000)
  const answers = [await ask('/list'), await ask('/list'), await ask('/list'), await ask('/list')]
  assert.deepEqual(
    answers.map(({ status, headers }) => [
      status,
      headers['x-limit'],
      headers['x-left'],
      headers['x-reset'],
      headers['retry-after'],
    ]),
    [
      [200, '3', '2', '45', undefined],
      [200, '3', '1', '45', undefined],
      [200, '3', '0', '45', undefined],
      [429, '3', '0', '45', '45'],
    ],
  )
  await clock.sleep(45_000)
  assert.equal((await ask('/list')).status, 200)
})

test('an action is answered, and from then on its own check finds it done; undone, it finds that', async () => {
  const action = (verb: string, state: string, revert: string) => ({
    verb,
    on: 'account',
    request: { post: `/users/{{ account.uid }}/${state}` },
    verify: { request: { get: '/users/{{ account.uid }}' }, expect: `response.body.state == '${state}'` },
    revert,
  })
  const actions = {
    suspend: action('account.suspend', 'off', 'restore'),
    restore: action('account.restore', 'on', 'suspend'),
  }
  const { ask } = asking(acme({ streams: { list: LIST }, actions }), { list: items })
  assert.equal((await ask('/users/u1')).status, 404)
  assert.equal((await ask('/users/u1/off', {})).status, 204)
  assert.deepEqual((await ask('/users/u1')).body, { state: 'off' })
  assert.equal((await ask('/users/u2')).status, 404)
  assert.equal((await ask('/users/u1/on', {})).status, 204)
  assert.deepEqual((await ask('/users/u1')).body, { state: 'on' })
})

test('the check is answered as recorded, and is not taken for a child of that name', async () => {
  const users = { ...LIST, request: { get: '/users' } }
  const one = { kind: 'settings', each: { stream: 'users' }, request: { get: '/users/{{ parent.id }}' } }
  const connect = { check: { request: { get: '/users/me' }, identity: 'response.body.login' } }
  const me = sampleOf({ request: { path: '/v1/users/me' }, response: { body: { login: 'ada' } } })
  const { ask } = asking(acme({ streams: { users, one }, connect }), {
    users: answerSample({ items: [{ id: 'u1' }] }),
    one: answerSample({ id: 'u1', mfa: true }),
    connect: me,
  })
  assert.deepEqual((await ask('/users/me')).body, { login: 'ada' })
  assert.deepEqual((await ask('/users/u1')).body, { id: 'u1', mfa: true })
  assert.equal((await ask('/users/u9')).status, 404)
})
