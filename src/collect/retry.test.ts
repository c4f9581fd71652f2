import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Authorizer } from '../model/credential.ts'
import { collect } from './collect.ts'
import { openLimiter } from './limiter.ts'
import { openApp, type Told } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { NOW, noticesOf, read, surroundings, tokens } from './testing/reading.ts'
import { sharedClock } from './testing/shared-clock.ts'

const connector = (more: object = {}, connect: Readonly<Record<string, unknown>> = {}) =>
  connectorOf(
    {
      things: {
        kind: 'accounts',
        request: { get: '/things' },
        key: 'record.id',
        as: { uid: 'record.id' },
        ...more,
      },
    },
    connect,
  )
const GOOD: Told = { body: [{ id: 'a' }] }
/** Answers in this order; the last one again and again. */
const script = (...answers: readonly Told[]) => {
  let at = 0
  return () => answers[Math.min(at++, answers.length - 1)]!
}
const after = (text: string, status = 429): Told => ({ status, headers: { 'Retry-After': text } })

type Case = readonly [
  name: string,
  answers: readonly Told[],
  slept: readonly number[],
  code?: string,
  connect?: Readonly<Record<string, unknown>>,
]
const CASES: readonly Case[] = [
  ['429 with seconds waits that long, and a little', [after('30'), GOOD], [30_500]],
  ['429 with a date waits until then', [after('Sat, 10 Jan 2026 00:01:00 GMT'), GOOD], [60_500]],
  [
    '429 without a word backs off, longer each time',
    [{ status: 429 }, { status: 429 }, { status: 429 }, GOOD],
    [500, 1000, 2000],
  ],
  ['503 is like 429', [after('2', 503), GOOD], [2100]],
  ['403 that says when to come back is like 429', [after('2', 403), GOOD], [2100]],
  ['5xx backs off', [{ status: 502 }, GOOD], [500]],
  ['an answer cut short is asked for again', [{ ...GOOD, isCut: true }, GOOD], [500]],
  ['HTML instead of JSON is asked for again', [{ body: '<html>sleeping</html>' }, GOOD], [500]],
  [
    'HTML for ever is unreadable',
    [{ body: '<html>sleeping</html>' }],
    [500, 1000, 2000, 4000, 8000],
    'SOURCE_UNREADABLE',
  ],
  ['six tries and no more', [{ status: 500 }], [500, 1000, 2000, 4000, 8000], 'SOURCE_UNAVAILABLE'],
  ['a wait longer than maxWait ends the run', [after('901')], [], 'SOURCE_THROTTLED'],
  ['404 is not tried again', [{ status: 404 }], [], 'SOURCE_REFUSED'],
  ['403 is a missing permission', [{ status: 403 }], [], 'PERMISSION_MISSING'],
  [
    'a status that is not listed is not tried again',
    [{ status: 500 }],
    [],
    'SOURCE_UNAVAILABLE',
    { limits: { retry: { on: [502] } } },
  ],
  ['nor is 429', [{ status: 429 }], [], 'SOURCE_THROTTLED', { limits: { retry: { on: [502] } } }],
  [
    'a redirect to another host is refused',
    [{ status: 302, headers: { Location: 'https://evil.example/' } }],
    [],
    'EGRESS_BLOCKED',
  ],
]
for (const [name, answers, slept, code, connect] of CASES) {
  test(`${name}`, async (t) => {
    const app = await openApp(t, script(...answers))
    const reading = await read(connector({}, connect), app, { stream: 'things' })
    assert.deepEqual(reading.slept, slept)
    assert.equal(reading.fault?.code, code)
    assert.equal(reading.rows.length, code === undefined ? 1 : 0)
    assert.equal(noticesOf(reading, 'retry').length, slept.length)
  })
}

test('a refused token is replaced once, and the request sent again with the next one', async (t) => {
  const app = await openApp(t, ({ headers }) =>
    headers['authorization'] === 'Bearer t-2' ? GOOD : { status: 401 },
  )
  const good = await read(connector(), app, { stream: 'things', authorizer: tokens('t-1', 't-2') })
  assert.deepEqual([good.keys, good.fault], [['a'], undefined])
  const bad = await read(connector(), app, { stream: 'things', authorizer: tokens('t-1', 't-3', 't-4') })
  assert.equal(bad.fault?.code, 'CREDENTIAL_REFUSED')
  assert.equal((await read(connector(), app, { stream: 'things' })).fault?.code, 'CREDENTIAL_REFUSED')
  assert.equal(app.asked.length, 2 + 2 + 1)
})

test('the stream says which credential is sent, the request may say otherwise', async (t) => {
  const app = await openApp(t, () => GOOD)
  const seen: (string | undefined)[] = []
  const authorizer: Authorizer = {
    ...tokens('t'),
    authorize: async (request, auth) => {
      seen.push(auth)
      return request
    },
  }
  await read(connector(), app, { stream: 'things', authorizer })
  await read(connector({ auth: 'none' }), app, { stream: 'things', authorizer })
  await read(connector({ request: { get: '/things', auth: 'none' } }), app, { stream: 'things', authorizer })
  assert.deepEqual(seen, [undefined, 'none', 'none'])
})

test('outcomes of the manifest: empty, unknown, throttled inside a 200, with what the app says', async (t) => {
  const reads = async (answers: readonly Told[], more: object, connect = {}) =>
    read(connector(more, connect), await openApp(t, script(...answers)), { stream: 'things' })
  assert.deepEqual([(await reads([{ status: 404 }], { on: { 404: 'empty' } })).fault], [undefined])
  const unknown = await reads([{ status: 403 }], { on: { '4xx': 'unknown' } })
  assert.deepEqual(
    [unknown.fault, unknown.rows.length, noticesOf(unknown, 'unknown').length],
    [undefined, 0, 1],
  )
  const errors = [{ when: 'response.body.ok == false', is: 'throttled', message: 'response.body.error' }]
  const limited = await reads([{ body: { ok: false, error: 'slow\ndown' } }, GOOD], {}, { errors })
  assert.deepEqual([limited.keys, limited.slept], [['a'], [500]])
  assert.match(noticesOf(limited, 'retry')[0]?.message ?? '', /the app answered 200: slow down$/)
  const scopes = await reads([{ status: 403 }], { scopes: ['audit:read'] })
  assert.match(scopes.fault?.message ?? '', /the stream needs audit:read/)
})

test('when nothing is left of the allowance, the next request waits before it is refused', async (t) => {
  const limits = { headers: { remaining: 'X-Left', reset: 'X-Reset', resetUnit: 'seconds' } }
  const paged = {
    page: { next: 'token', from: 'response.body.next', to: 'query.c' },
    records: 'response.body.items',
  }
  const app = await openApp(
    t,
    script(
      { headers: { 'X-Left': '0', 'X-Reset': '40' }, body: { items: [{ id: 1 }], next: 't' } },
      { body: { items: [{ id: 2 }], next: null } },
    ),
  )
  const reading = await read(connector(paged, { limits }), app, { stream: 'things' })
  assert.deepEqual([reading.keys, reading.slept], [['1', '2'], [40_000]])
  const long = await openApp(
    t,
    script({ headers: { 'X-Left': '0', 'X-Reset': '4000' }, body: { items: [{ id: 1 }], next: 't' } }),
  )
  const ended = await read(connector(paged, { limits }), long, { stream: 'things' })
  assert.deepEqual([ended.keys, ended.fault?.code, long.asked.length], [['1'], 'SOURCE_THROTTLED', 1])
})

test('a storm of 429 is not answered by a storm: one request for each time the app allows', async (t) => {
  const clock = sharedClock(NOW)
  let allowedAt = NOW
  let refused = 0
  const app = await openApp(t, () => {
    if (clock.now() < allowedAt) {
      refused++
      return after(String((allowedAt - clock.now()) / 1000))
    }
    allowedAt = clock.now() + 10_000
    return { body: [{ id: String(app.asked.length) }] }
  })
  const over = connector(
    {
      over: { n: Array.from({ length: 20 }, (_, i) => i) },
      request: { get: '/things', query: { n: '{{ over.n }}' } },
    },
    { limits: { concurrency: 8, retry: { attempts: 20 } } },
  )
  const { fault, rows } = await read(over, app, {
    stream: 'things',
    clock,
    limiter: openLimiter(over.connect.limits, clock),
  })
  assert.deepEqual([fault, rows.length], [undefined, 20])
  // Two at most for each answer: all eight going back at once make more than a hundred.
  assert.ok(refused <= 7 + 2 * 20, `${refused} refusals for 20 answers`)
})

test('who stops in the middle gets no further request, and the reason back', async (t) => {
  const app = await openApp(t, ({ query }) => ({
    body: { items: [{ id: query['c'] ?? '0' }], next: String(Number(query['c'] ?? 0) + 1) },
  }))
  const paged = connector({
    page: { next: 'token', from: 'response.body.next', to: 'query.c' },
    records: 'response.body.items',
  })
  const controller = new AbortController()
  const { run } = surroundings(paged, app)
  const pages = collect({ ...run, stream: 'things', signal: controller.signal })
  await pages.next()
  controller.abort(new Error('enough'))
  await assert.rejects(async () => {
    for await (const _ of pages);
  }, /enough/)
  const early = collect({ ...run, stream: 'things' })
  await early.next()
  await early.return()
  const asked = app.asked.length
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(app.asked.length, asked)
})
