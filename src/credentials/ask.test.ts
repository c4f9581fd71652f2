import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ask, retryAfterMs } from './ask.ts'
import { acme, contextOf, START_MS, TOKEN_URL } from './testing/acme.ts'
import { acmeNetwork, openServer, type Reply } from './testing/network.ts'

async function asked(
  t: TestContext,
  replies: readonly Reply[],
  tries: 1 | 2 = 2,
  method: 'GET' | 'POST' = 'POST',
) {
  const server = await openServer(t, (_, count) => replies[count - 1] ?? { status: 599 })
  const context = contextOf(acme({ apiKey: {} }), { transport: acmeNetwork(t, server) })
  const request = { method, url: TOKEN_URL, headers: {}, ...(method === 'POST' ? { body: 'x' } : {}) }
  const outcome = await ask(context, request, tries).then(
    ({ status }) => status,
    (error: { code?: string }) => error.code,
  )
  return { outcome, sent: server.received.length, slept: context.clock.slept }
}

const after = (seconds: string) => ({ 'retry-after': seconds })
const cases: readonly [
  what: string,
  replies: readonly Reply[],
  expected: { readonly outcome: unknown; readonly sent: number; readonly slept: readonly number[] },
][] = [
  ['an answer is final', [{ status: 400 }, {}], { outcome: 400, sent: 1, slept: [] }],
  ['no answer is tried again once', [{ cut: true }, {}], { outcome: 200, sent: 2, slept: [1000] }],
  [
    'no answer twice is no answer',
    [{ cut: true }, { cut: true }, {}],
    { outcome: 'SOURCE_UNAVAILABLE', sent: 2, slept: [1000] },
  ],
  ['a server error is tried again once', [{ status: 503 }, {}], { outcome: 200, sent: 2, slept: [1000] }],
  ['twice is final', [{ status: 503 }, { status: 502 }, {}], { outcome: 502, sent: 2, slept: [1000] }],
  [
    'Retry-After is obeyed',
    [{ status: 429, headers: after('7') }, {}],
    { outcome: 200, sent: 2, slept: [7000] },
  ],
  [
    'a long Retry-After is left to the next run',
    [{ status: 429, headers: after('31') }, {}],
    { outcome: 429, sent: 1, slept: [] },
  ],
]
for (const [what, replies, expected] of cases) {
  test(`asking for a token: ${what}`, async (t) => assert.deepEqual(await asked(t, replies), expected))
}

test('what may be presented once only is sent once, whatever comes back', async (t) => {
  assert.deepEqual(await asked(t, [{ cut: true }, {}], 1), {
    outcome: 'SOURCE_UNAVAILABLE',
    sent: 1,
    slept: [],
  })
  assert.deepEqual(await asked(t, [{ status: 503 }, {}], 1), { outcome: 503, sent: 1, slept: [] })
})

test('a redirect of a token request is not followed', async (t) => {
  for (const method of ['GET', 'POST'] as const) {
    const moved = { status: 307, headers: { location: '/elsewhere' } }
    const { outcome, sent } = await asked(t, [moved, {}], 2, method)
    assert.deepEqual({ outcome, sent }, { outcome: 'REDIRECT_REFUSED', sent: 1 })
  }
})

const waits: readonly [header: string | undefined, waitMs: number | undefined][] = [
  ['120', 120_000],
  ['0', 0],
  ['Mon, 23 Nov 2026 09:00:05 GMT', 5000],
  ['Mon, 23 Nov 2026 08:00:00 GMT', 0],
  ['-1', undefined],
  ['soon', undefined],
  [undefined, undefined],
]
for (const [header, waitMs] of waits) {
  test(`Retry-After ${header} means ${waitMs} ms`, () => {
    const headers: Record<string, string> = header === undefined ? {} : { 'retry-after': header }
    assert.equal(
      retryAfterMs({ status: 429, headers, body: new Uint8Array(), url: TOKEN_URL }, START_MS),
      waitMs,
    )
  })
}
