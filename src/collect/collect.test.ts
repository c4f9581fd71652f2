import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import { collect } from './collect.ts'
import { type Asked, openApp } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { NOW, noticesOf, read, surroundings } from './testing/reading.ts'

const at = (ms: number) => new Date(ms).toISOString()
const audit = (window: object = {}, more: object = {}) =>
  connectorOf({
    audit: {
      kind: 'activity',
      request: {
        get: '/audit',
        query: { since: "{{ format(window.start, 'unixMs') }}", until: "{{ format(window.end, 'unixMs') }}" },
      },
      key: 'record.id',
      window: { time: 'record.at', lookback: '1d', overlap: '0s', ...window },
      ...more,
    },
  })
const spans = (asked: readonly Asked[]) =>
  asked.map(({ query }) => [Number(query['since']) - NOW, Number(query['until']) - NOW])
const HOUR = 3_600_000

test('a window ends before what the app does not show yet; the next one begins there', async (t) => {
  const app = await openApp(t, () => ({ body: [] }))
  const first = await read(audit({ lag: '10m' }), app, { stream: 'audit' })
  const clock = fakeClock(NOW + HOUR)
  await read(audit({ lag: '10m' }), app, {
    stream: 'audit',
    clock,
    ...(first.position && { position: first.position }),
  })
  assert.deepEqual(spans(app.asked), [
    [-24 * HOUR, -600_000],
    [-600_000, HOUR - 600_000],
  ])
})

test('a long time is read in pieces, oldest first, and each piece moves the position', async (t) => {
  const app = await openApp(t, () => ({ body: [] }))
  const { batches } = await read(audit({ maxSpan: '10h' }), app, { stream: 'audit' })
  assert.deepEqual(
    spans(app.asked),
    [
      [-24, -14],
      [-14, -4],
      [-4, 0],
    ].map((piece) => piece.map((hours) => hours * HOUR)),
  )
  assert.deepEqual(
    batches.map(({ position }) => (position?.partitions['']?.fromMs ?? 0) - NOW),
    [-14 * HOUR, -4 * HOUR, 0],
  )
})

test('sinceMs is where a first run begins, and nothing else', async (t) => {
  const app = await openApp(t, () => ({ body: [] }))
  const { position } = await read(audit(), app, { stream: 'audit', sinceMs: NOW - HOUR })
  await read(audit(), app, {
    stream: 'audit',
    sinceMs: 0,
    clock: fakeClock(NOW + HOUR),
    ...(position && { position }),
  })
  assert.deepEqual(spans(app.asked), [
    [-HOUR, 0],
    [0, HOUR],
  ])
})

test('what the app no longer keeps is told as a gap and not asked for', async (t) => {
  const app = await openApp(t, () => ({ body: [] }))
  const position = { version: 1, partitions: { '': { fromMs: NOW - 50 * HOUR } } } as const
  const reading = await read(audit({ retention: '7h' }), app, { stream: 'audit', position })
  assert.deepEqual(spans(app.asked), [[-7 * HOUR, 0]])
  assert.deepEqual(
    noticesOf(reading, 'gap').map(({ fromMs, toMs }) => [fromMs - NOW, toMs - NOW]),
    [[-50 * HOUR, -7 * HOUR]],
  )
})

test('by the latest record: an event dated 2099 does not stop the stream, and no event leaves it where it was', async (t) => {
  const records = [
    { id: 1, at: at(NOW - HOUR) },
    { id: 2, at: '2099-01-01T00:00:00Z' },
    { id: 3, at: at(NOW - 2 * HOUR) },
  ]
  const app = await openApp(t, () => ({ body: records }))
  const first = await read(audit({ advance: 'latest' }), app, { stream: 'audit' })
  assert.deepEqual(first.keys, ['1', '2', '3'])
  assert.equal(first.position?.partitions['']?.fromMs, NOW - HOUR)
  records.length = 0
  const second = await read(audit({ advance: 'latest' }), app, {
    stream: 'audit',
    ...(first.position && { position: first.position }),
  })
  assert.equal(second.position?.partitions['']?.fromMs, NOW - HOUR)
})

test('in the middle of a window no position is given', async (t) => {
  const app = await openApp(t, ({ query }) => ({
    body: {
      items: [{ id: query['c'] ?? '0', at: at(NOW - 1) }],
      next: query['c'] === '2' ? null : String(Number(query['c'] ?? 0) + 1),
    },
  }))
  const { batches } = await read(
    audit(
      {},
      { page: { next: 'token', from: 'response.body.next', to: 'query.c' }, records: 'response.body.items' },
    ),
    app,
    { stream: 'audit' },
  )
  assert.deepEqual(
    batches.map(({ position }) => position !== undefined),
    [false, false, true],
  )
})

test('a cursor begins with first, or is left out; whole numbers beyond 2^53 come back as they were', async (t) => {
  const app = await openApp(t, () => ({ body: '{"items":[],"position":9007199254740993}' }))
  const feed = (cursor: object) =>
    connectorOf({
      feed: {
        kind: 'activity',
        request: { get: '/feed', query: { p: '{{ cursor }}' } },
        records: 'response.body.items',
        key: 'record.id',
        cursor: { from: 'response.body.position', ...cursor },
      },
    })
  const { position } = await read(feed({}), app, { stream: 'feed' })
  await read(feed({}), app, { stream: 'feed', position: JSON.parse(JSON.stringify(position)) })
  await read(feed({ first: "{{ format(now, 'unix') }}" }), app, { stream: 'feed' })
  assert.deepEqual(
    app.asked.map(({ query }) => query['p']),
    [undefined, '9007199254740993', String(NOW / 1000)],
  )
})

test('a cursor that comes with every page is kept after the last one, or after each where the manifest says so', async (t) => {
  const app = await openApp(t, ({ query }) => ({
    body: {
      items: [{ id: query['c'] ?? '0' }],
      at: `p${query['c'] ?? 0}`,
      next: query['c'] === '2' ? null : String(Number(query['c'] ?? 0) + 1),
    },
  }))
  const page = { next: 'token', from: 'response.body.next', to: 'query.c' }
  const kept = async (save: string) => {
    const feed = {
      kind: 'activity',
      request: { get: '/feed', query: { p: '{{ cursor }}' } },
      page,
      records: 'response.body.items',
      key: 'record.id',
      cursor: { from: 'response.body.at', save },
    }
    return (await read(connectorOf({ feed }), app, { stream: 'feed' })).batches.map(
      ({ position }) => position?.partitions['']?.cursor,
    )
  }
  assert.deepEqual(await kept('afterLastPage'), [undefined, undefined, 'p2'])
  assert.deepEqual(await kept('afterEachPage'), ['p0', 'p1', 'p2'])
})

test('after a window to which there is no answer, no later one is read: the position must not pass it', async (t) => {
  const app = await openApp(t, () => (app.asked.length === 2 ? { status: 403 } : { body: [] }))
  const reading = await read(audit({ maxSpan: '10h' }, { on: { 403: 'unknown' } }), app, { stream: 'audit' })
  assert.equal(app.asked.length, 2)
  assert.equal(reading.position?.partitions['']?.fromMs, NOW - 14 * HOUR)
  assert.equal(noticesOf(reading, 'unknown').length, 1)
})

test('secrets reach headers and bodies, the values kept of the token answer reach addresses', async (t) => {
  const app = await openApp(t, () => ({ body: [] }))
  const auth = [
    {
      oauth2: {
        grant: 'client_credentials',
        tokenUrl: 'https://api.acme.example/token',
        keep: { instance: 'response.body.instance' },
      },
    },
  ]
  const connector = connectorOf(
    {
      things: {
        kind: 'list',
        request: { get: '/{{ grant.instance }}/things', headers: { 'X-Key': '{{ secrets.extra }}' } },
      },
    },
    { auth, secrets: { extra: { title: 'Extra' } } },
  )
  const { fault } = await read(connector, app, { stream: 'things', secrets: { extra: new Secret('e-1') } })
  assert.equal(fault, undefined)
  assert.deepEqual([app.asked[0]?.path, app.asked[0]?.headers['x-key']], ['/eu-1/things', 'e-1'])
})

test('the next page is under way while this one is worked on, and never more than one', async (t) => {
  const app = await openApp(t, ({ query }) => ({
    body: { items: [{ id: query['c'] ?? '0' }], next: String(Number(query['c'] ?? 0) + 1) },
  }))
  const connector = connectorOf({
    things: {
      kind: 'list',
      request: { get: '/things' },
      page: { next: 'token', from: 'response.body.next', to: 'query.c' },
      records: 'response.body.items',
      key: 'record.id',
    },
  })
  const pages = collect({ ...surroundings(connector, app).run, stream: 'things' })
  for (let taken = 1; taken <= 3; taken++) {
    await pages.next()
    const pause = () => new Promise((resolve) => setTimeout(resolve, 30))
    for (let waited = 0; app.asked.length <= taken && waited < 200; waited++) await pause()
    await pause()
    assert.equal(app.asked.length, taken + 1)
  }
  await pages.return()
})

test("a queue's next page is not asked for before this one was taken: asking may mean that it arrived", async (t) => {
  const app = await openApp(t, ({ query }) => ({
    body: { items: [{ id: query['p'] ?? '0' }], position: `${Number(query['p'] ?? 0) + 1}` },
  }))
  const connector = connectorOf({
    feed: {
      kind: 'activity',
      request: { get: '/feed', query: { p: '{{ cursor }}' } },
      page: { next: 'repeat' },
      records: 'response.body.items',
      key: 'record.id',
      cursor: { from: 'response.body.position' },
    },
  })
  const pages = collect({ ...surroundings(connector, app).run, stream: 'feed' })
  await pages.next()
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.equal(app.asked.length, 1)
  await pages.return()
})
