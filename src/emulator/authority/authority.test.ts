import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { openAuthorizer } from '../../credentials/authorizer.ts'
import { finishConsent, startConsent } from '../../credentials/consent.ts'
import type { CredentialContext } from '../../credentials/context.ts'
import { finishDevice, startDevice } from '../../credentials/device.ts'
import { openMemoryStore } from '../../credentials/memory-store.ts'
import { fakeClock } from '../../lib/clock.ts'
import { isFault } from '../../lib/fault.ts'
import { Secret } from '../../lib/secret.ts'
import { type Emulator, openEmulator } from '../emulator.ts'
import type { FaultRule } from '../faults.ts'
import { digestOf } from '../random.ts'
import { acme, answerSample, entries } from '../testing/acme.ts'
import { directTransport } from '../trial/direct-transport.ts'

const NOW = Date.UTC(2026, 10, 20)
const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()
const OTHER_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

const STREAMS = {
  users: { kind: 'accounts', request: { get: '/users' }, records: 'response.body.users', key: 'record.id' },
  audit: {
    kind: 'activity',
    request: { get: '/audit' },
    records: 'response.body.users',
    key: 'record.id',
    window: { time: 'record.at' },
    map: { common: { time: 'record.at' }, otherwise: { action: 'other' } },
  },
}
const TOKEN = { tokenUrl: 'https://auth.acme.example/token' }
const SCOPES = { accounts: ['users:read'], activity: ['audit:read'] }

type Setup = {
  readonly emulator: Emulator
  readonly context: CredentialContext
  readonly get: (path: string) => Promise<number>
}

/** A connection by the manifest's only method, and a request through it. */
function connect(
  { check, ...auth }: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>> = {},
  faults: readonly FaultRule[] = [],
): Setup {
  const connector = acme({
    streams: STREAMS,
    connect: { auth: [auth], ...(check !== undefined && { check }) },
  })
  const clock = fakeClock(NOW)
  const sample = answerSample({ users: entries(3) })
  const emulator = openEmulator(
    connector,
    { users: sample, audit: sample },
    { clock, secrets: expected, faults },
  )
  const transport = directTransport(emulator)
  const given = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)]))
  let drawn = 0
  const context: CredentialContext = {
    connector,
    input: { settings: {}, secrets: given },
    store: openMemoryStore(),
    transport,
    clock,
    random: (size) => Buffer.from(digestOf('random', ++drawn), 'hex').subarray(0, size),
  }
  const authorizer = openAuthorizer(context)
  const get = async (path: string): Promise<number> => {
    const request = await authorizer.authorize({
      method: 'GET',
      url: `https://api.acme.example/v1${path}`,
      headers: {},
    })
    const { status } = await transport(request, { timeoutMs: 1000 })
    return status === 401 && (await authorizer.refused(request)) ? get(path) : status
  }
  return { emulator, context, get }
}

const CLIENT = { client_id: 'me', client_secret: 'mine' }
const hmac = {
  hash: 'sha256',
  key: '{{ secrets.key }}',
  over: '{{ request.method }} {{ request.path }}?{{ request.query }} {{ request.timestamp }}',
  send: { headers: { 'X-Time': '{{ request.timestamp }}', 'X-Signature': 'v1 {{ token }}' } },
}
const METHODS: readonly (readonly [
  name: string,
  auth: Record<string, unknown>,
  secrets: Record<string, string>,
  wrong: Record<string, string>,
])[] = [
  [
    'client credentials in the body',
    { oauth2: { grant: 'client_credentials', clientAuth: 'post', ...TOKEN } },
    CLIENT,
    { client_secret: 'other' },
  ],
  [
    'client credentials by Basic',
    { oauth2: { grant: 'client_credentials', clientAuth: 'basic', ...TOKEN } },
    CLIENT,
    { client_secret: 'ot:her%' },
  ],
  [
    'client credentials in JSON',
    { oauth2: { grant: 'client_credentials', tokenBody: 'json', ...TOKEN } },
    CLIENT,
    { client_id: 'other' },
  ],
  [
    'a client that signs',
    { oauth2: { grant: 'client_credentials', clientAuth: 'private_key_jwt', ...TOKEN } },
    { client_id: 'me', private_key: KEY },
    { private_key: OTHER_KEY },
  ],
  [
    'a client that signs with its secret',
    { oauth2: { grant: 'client_credentials', clientAuth: 'client_secret_jwt', ...TOKEN } },
    { ...CLIENT, client_secret: 'a secret of thirty-two characters or more' },
    { client_secret: 'another secret of thirty-two characters or more' },
  ],
  [
    'user and password',
    { oauth2: { grant: 'password', ...TOKEN } },
    { ...CLIENT, username: 'ada', password: 'p' },
    { password: 'q' },
  ],
  [
    'a pasted refresh token',
    { oauth2: { grant: 'refresh_token', ...TOKEN } },
    { ...CLIENT, refresh_token: 'pasted' },
    { refresh_token: 'other' },
  ],
  [
    'a signed assertion',
    { oauth2: { grant: 'jwt_bearer', clientAuth: 'none', assertion: { issuer: 'me' }, ...TOKEN } },
    { private_key: KEY },
    { private_key: OTHER_KEY },
  ],
  [
    'a token in exchange',
    { oauth2: { grant: 'token_exchange', subjectToken: '{{ secrets.key }}', ...TOKEN } },
    { ...CLIENT, key: 'theirs' },
    { key: 'other' },
  ],
  [
    'a token answer at unusual places',
    {
      oauth2: {
        grant: 'client_credentials',
        ...TOKEN,
        token: {
          accessToken: 'response.body.data.jwt',
          expiresAt: 'timestamp(response.body.data.until)',
          scope: 'response.body.data.scopes',
        },
      },
    },
    CLIENT,
    { client_secret: 'other' },
  ],
  [
    'a login',
    {
      login: {
        request: {
          post: '/login',
          json: { user: '{{ secrets.username }}', password: '{{ secrets.password }}' },
        },
        token: "response.headers['x-token']",
        send: { headers: { Authorization: 'Token {{ token }}' } },
      },
    },
    { username: 'ada', password: 'p' },
    { password: 'q' },
  ],
  ['a key in a header', { apiKey: {} }, { key: 'k' }, { key: 'other' }],
  [
    'a key in the query',
    { apiKey: { send: { query: { api_key: '{{ secrets.key }}' } } } },
    { key: 'k' },
    { key: 'other' },
  ],
  ['Basic', { basic: {} }, { username: 'ada', password: 'p:q' }, { password: 'other' }],
  ['a JWT of our own', { jwt: { issuer: 'me' } }, { private_key: KEY }, { private_key: OTHER_KEY }],
  ['an HMAC', { hmac }, { key: 'k' }, { key: 'other' }],
]
for (const [name, auth, secrets, wrong] of METHODS) {
  test(`the credentials stage gets in by ${name}`, async () => {
    assert.equal(await connect(auth, secrets, secrets).get('/users'), 200)
  })
  test(`nobody gets in with something else: ${name}`, async () => {
    const outcome = connect(auth, { ...secrets, ...wrong }, secrets).get('/users')
    assert.equal(
      await outcome.catch((error: unknown) =>
        isFault(error, 'CREDENTIAL_REFUSED') || isFault(error, 'CREDENTIAL_REVOKED') ? 401 : error,
      ),
      401,
    )
  })
}

test('without being told, an emulator accepts anything that does not begin with wrong', async () => {
  assert.equal(await connect({ apiKey: {} }, { key: 'anything' }).get('/users'), 200)
  assert.equal(await connect({ apiKey: {} }, { key: 'wrong-one' }).get('/users'), 401)
})

const CODE = {
  oauth2: {
    grant: 'authorization_code',
    authorizationUrl: 'https://auth.acme.example/authorize',
    revocationUrl: 'https://auth.acme.example/revoke',
    clientAuth: 'basic',
    scopes: SCOPES,
    ...TOKEN,
  },
}

async function decide(emulator: Emulator, url: string, form: string): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await emulator.handle({ method: 'POST', url: new URL(url), headers, body: form })
  return answer.headers['location'] ?? String(answer.status)
}

test('a person consents, and what was not ticked is refused with 403', async () => {
  const { emulator, context, get } = connect(CODE, CLIENT)
  const consent = startConsent(context, 'http://127.0.0.1:1/callback')
  const page = await emulator.handle({ method: 'GET', url: new URL(consent.url), headers: {}, body: '' })
  assert.match(String(page.body), /users:read[\s\S]*audit:read/)
  const grant = await finishConsent(
    context,
    consent,
    await decide(emulator, consent.url, 'decision=allow&scope=users%3Aread'),
  )
  assert.deepEqual(grant.scopes, ['users:read'])
  assert.equal(await get('/users'), 200)
  assert.equal(await get('/audit'), 403)
})

test('a person who says no sends the client away', async () => {
  const { emulator, context } = connect(CODE, CLIENT)
  const consent = startConsent(context, 'http://127.0.0.1:1/callback')
  const callback = await decide(emulator, consent.url, 'decision=deny')
  await assert.rejects(finishConsent(context, consent, callback), (error) =>
    isFault(error, 'CONSENT_REFUSED'),
  )
})

test('a code is good once, for the redirect address and the verifier it was made for', async () => {
  const { emulator, context } = connect(CODE, CLIENT)
  const consent = startConsent(context, 'http://127.0.0.1:1/callback')
  const refused = (error: unknown) => isFault(error, 'CREDENTIAL_REFUSED')
  const code = () => decide(emulator, consent.url, 'decision=allow')
  await assert.rejects(
    finishConsent(context, { ...consent, verifier: new Secret('x'.repeat(43)) }, await code()),
    refused,
  )
  await assert.rejects(
    finishConsent(context, { ...consent, redirectUri: 'http://127.0.0.1:2/' }, await code()),
    refused,
  )
  const callback = await code()
  await finishConsent(context, consent, callback)
  await assert.rejects(finishConsent(context, consent, callback), refused)
})

test('the consent page shows what it is given as text, and refuses a redirect address that is none', async () => {
  const { emulator, context } = connect(CODE, { ...CLIENT, client_id: '<b>me</b>' })
  const { url } = startConsent(context, 'http://127.0.0.1:1/callback')
  const page = await emulator.handle({ method: 'GET', url: new URL(url), headers: {}, body: '' })
  assert.ok(!String(page.body).includes('<b>me') && String(page.body).includes('&lt;b&gt;me'))
  const evil = new URL(url)
  evil.searchParams.set('redirect_uri', 'javascript:alert(1)')
  assert.equal(await decide(emulator, evil.href, 'decision=allow'), '400')
})

test('refresh tokens rotate, and one that is used twice ends the whole grant', async () => {
  const { emulator, context, get } = connect(CODE, CLIENT)
  const consent = startConsent(context, 'http://127.0.0.1:1/callback')
  await finishConsent(context, consent, await decide(emulator, consent.url, 'decision=allow'))
  const first = await context.store.read()
  await context.clock.sleep(3_600_001)
  assert.equal(await get('/users'), 200)
  const second = await context.store.read()
  assert.notEqual(second?.refreshToken?.reveal(), first?.refreshToken?.reveal())
  const replay = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: first?.refreshToken?.reveal() ?? '',
  })
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${btoa('me:mine')}`,
  }
  const replayed = await emulator.handle({
    method: 'POST',
    url: new URL(TOKEN.tokenUrl),
    headers,
    body: String(replay),
  })
  assert.equal(replayed.status, 400)
  await assert.rejects(get('/users'), (error) => isFault(error, 'CREDENTIAL_REVOKED'))
})

test('a device waits until the person has typed its code', async () => {
  const device = {
    oauth2: {
      grant: 'device_code',
      deviceUrl: 'https://auth.acme.example/device',
      clientAuth: 'none',
      scopes: SCOPES,
      ...TOKEN,
    },
  }
  const { emulator, context, get } = connect(device, { client_id: 'me' })
  const consent = await startDevice(context)
  const waiting = finishDevice(context, consent)
  await decide(
    emulator,
    consent.verificationUri,
    `decision=allow&user_code=${consent.userCode.toLowerCase()}`,
  )
  await waiting
  assert.equal(await get('/users'), 200)
})

test('a token that the app refuses is refused from then on', async () => {
  const { emulator, context, get } = connect(CODE, CLIENT, {}, [{ fault: '401', at: [2] }])
  const consent = startConsent(context, 'http://127.0.0.1:1/callback')
  const callback = await decide(emulator, consent.url, 'decision=allow')
  const { accessToken } = await finishConsent(context, consent, callback)
  const ask = async () => {
    const headers = { authorization: `Bearer ${accessToken.reveal()}` }
    const url = new URL('https://api.acme.example/v1/users')
    return (await emulator.handle({ method: 'GET', url, headers, body: '' })).status
  }
  assert.deepEqual([await ask(), await ask(), await ask()], [200, 401, 401])
  assert.equal(await get('/users'), 200)
})

test('a token ends when its time is over', async () => {
  const { emulator, context } = connect(CODE, CLIENT)
  const grant = emulator.consent(0, 'me')
  const ask = async () => {
    const headers = { authorization: `Bearer ${grant?.accessToken.reveal()}` }
    const url = new URL('https://api.acme.example/v1/users')
    return (await emulator.handle({ method: 'GET', url, headers, body: '' })).status
  }
  assert.equal(await ask(), 200)
  await context.clock.sleep(3_600_001)
  assert.equal(await ask(), 401)
})

test('the connection check tells the scopes that were granted', async () => {
  const check = { request: { get: '/me' }, scopes: "response.headers['x-scopes'].split(', ')" }
  const { emulator, context } = connect({ ...CODE, check }, CLIENT)
  const consent = startConsent(context, 'http://127.0.0.1:1/callback')
  const callback = await decide(emulator, consent.url, 'decision=allow&scope=audit%3Aread')
  const { accessToken } = await finishConsent(context, consent, callback)
  const headers = { authorization: `Bearer ${accessToken.reveal()}` }
  const answer = await emulator.handle({
    method: 'GET',
    url: new URL('https://api.acme.example/v1/me'),
    headers,
    body: '',
  })
  assert.equal(answer.headers['x-scopes'], 'audit:read')
})
