import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { finishDevice, startDevice } from './device.ts'
import { AUTH, acme, contextOf, inputOf, START_MS, TOKEN_URL } from './testing/acme.ts'
import { acmeNetwork, openServer, type Reply } from './testing/network.ts'

const STARTED = {
  device_code: 'd',
  user_code: 'ABCD-EFGH',
  verification_uri: `${AUTH}/device`,
  expires_in: 600,
}

/** A server that starts with one reply and then gives each poll the next. */
async function opened(t: TestContext, start: Reply, polls: readonly Reply[]) {
  const server = await openServer(t, ({ path }, count) =>
    path === '/device' ? start : (polls[count - 2] ?? polls.at(-1) ?? {}),
  )
  const plan = {
    grant: 'device_code',
    deviceUrl: `${AUTH}/device`,
    tokenUrl: TOKEN_URL,
    clientAuth: 'none',
    scopes: { always: ['a', 'b'] },
  }
  const context = contextOf(acme({ oauth2: plan }), {
    transport: acmeNetwork(t, server),
    input: inputOf({ client_id: 'id' }),
  })
  return { context, received: server.received }
}

const no = (error: string): Reply => ({ status: 400, body: { error } })

test('the person is shown a code, and the polls keep the interval that the server asks for', async (t) => {
  const polls = [
    no('authorization_pending'),
    no('slow_down'),
    { status: 503 },
    no('authorization_pending'),
    { body: { access_token: 'a', refresh_token: 'r' } },
  ]
  const body = { ...STARTED, interval: 2, verification_uri_complete: `${AUTH}/device?c=ABCD-EFGH` }
  const { context, received } = await opened(t, { body }, polls)
  const device = await startDevice(context)
  const { deviceCode, ...shown } = device
  assert.deepEqual(shown, {
    userCode: 'ABCD-EFGH',
    verificationUri: `${AUTH}/device`,
    verificationUriComplete: `${AUTH}/device?c=ABCD-EFGH`,
    expiresAt: START_MS + 600_000,
    intervalMs: 2000,
  })
  assert.equal(deviceCode.reveal(), 'd')
  const grant = await finishDevice(context, device)
  assert.deepEqual(context.clock.slept, [2000, 2000, 7000, 12_000, 12_000])
  assert.equal((await context.store.read())?.accessToken, grant.accessToken)
  assert.deepEqual(received[0]?.params, { client_id: 'id', scope: 'a b' })
  assert.deepEqual(received[1]?.params, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: 'd',
    client_id: 'id',
  })
})

test('without an interval it is five seconds, and the name of the drafts is understood', async (t) => {
  const { verification_uri, ...rest } = STARTED
  const { context } = await opened(t, { body: { ...rest, verification_url: verification_uri } }, [])
  const device = await startDevice(context)
  assert.equal(device.verificationUri, verification_uri)
  assert.equal(device.intervalMs, 5000)
  assert.equal(device.verificationUriComplete, undefined)
})

test('a code that nobody uses runs out, by the clock or by the word of the server', async (t) => {
  const { context, received } = await opened(t, { body: { ...STARTED, expires_in: 31 } }, [
    no('authorization_pending'),
  ])
  const device = await startDevice(context)
  await assert.rejects(finishDevice(context, device), { code: 'CONSENT_EXPIRED', message: /ran out/ })
  assert.equal(received.length, 1 + 6)
  for (const [word, code] of [
    ['expired_token', 'CONSENT_EXPIRED'],
    ['invalid_grant', 'CONSENT_EXPIRED'],
    ['access_denied', 'CONSENT_REFUSED'],
    ['invalid_client', 'CREDENTIAL_REFUSED'],
  ] as const) {
    const other = await opened(t, { body: STARTED }, [no(word)])
    await assert.rejects(finishDevice(other.context, await startDevice(other.context)), { code })
  }
})

test('an address that is none of the web is not shown to anybody; nor does a code live for ever', async (t) => {
  const script = { ...STARTED, verification_uri: 'javascript:alert(1)' }
  const { context } = await opened(t, { body: script }, [])
  await assert.rejects(startDevice(context), { code: 'SOURCE_UNREADABLE' })
  const half = { ...STARTED, verification_uri_complete: 'data:text/html,x', expires_in: 1e15, interval: 1e9 }
  const other = await opened(t, { body: half }, [])
  const device = await startDevice(other.context)
  assert.equal(device.verificationUriComplete, undefined)
  assert.deepEqual([device.expiresAt, device.intervalMs], [START_MS + 86_400_000, 300_000])
})

test('a wait that is given up ends with the reason given', async (t) => {
  const { context } = await opened(t, { body: STARTED }, [no('authorization_pending')])
  const reason = new Error('given up')
  await assert.rejects(finishDevice(context, await startDevice(context), AbortSignal.abort(reason)), reason)
})

const failures: readonly [reply: Reply, code: string][] = [
  [no('invalid_client'), 'CREDENTIAL_REFUSED'],
  [no('invalid_scope'), 'PERMISSION_MISSING'],
  [{ body: {} }, 'SOURCE_UNREADABLE'],
  [{ status: 500 }, 'SOURCE_UNAVAILABLE'],
]
for (const [reply, code] of failures) {
  test(`a device request answered by ${JSON.stringify(reply)} is ${code}`, async (t) => {
    const { context } = await opened(t, reply, [])
    await assert.rejects(startDevice(context), { code })
  })
}
