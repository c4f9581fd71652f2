import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { isFault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { Grant } from '../model/credential.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import { openAuthorizer } from './authorizer.ts'
import { finishConsent, startConsent } from './consent.ts'
import type { CredentialContext } from './context.ts'
import { finishDevice, startDevice } from './device.ts'
import { NOTHING_KEPT } from './grant.ts'
import { openMemoryStore } from './memory-store.ts'
import { revokeGrant } from './revoke.ts'
import { API, AUTH, acme, contextOf, inputOf, TOKEN_URL } from './testing/acme.ts'
import { acmeNetwork, openServer, type Received, type Reply } from './testing/network.ts'

/**
 * Secrets and tokens of a recognisable form go through every kind of method and every kind of answer, also one that
 * repeats all it was sent. Whatever is thrown or kept is then searched for them, in the ways an error or a value is shown.
 */

const MARK = 'hushhush'
const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const urls = {
  tokenUrl: TOKEN_URL,
  authorizationUrl: `${AUTH}/a`,
  deviceUrl: `${AUTH}/d`,
  revocationUrl: `${AUTH}/r`,
}
const oauth = (grant: string, more: object = {}) => ({ oauth2: { grant, ...urls, ...more } })
const assertion = { algorithm: 'EdDSA', issuer: '{{ secrets.client_id }}' }

const METHODS: readonly object[] = [
  oauth('client_credentials', { keep: { all: 'response.body' } }),
  oauth('client_credentials', { clientAuth: 'basic', tokenBody: 'json' }),
  oauth('client_credentials', { clientAuth: 'client_secret_jwt' }),
  oauth('client_credentials', { clientAuth: 'private_key_jwt', assertion }),
  oauth('jwt_bearer', { assertion, tokenHeaders: { 'X-Key': '{{ secrets.key }}' } }),
  oauth('password', { tokenParams: { key: '{{ secrets.key }}' } }),
  oauth('refresh_token'),
  oauth('token_exchange', { subjectToken: '{{ secrets.key }}' }),
  oauth('authorization_code', {
    scopes: { always: ['openid'] },
    keep: { odd: 'response.body[response.body.error]' },
  }),
  oauth('device_code', { send: { query: { t: '{{ token }}' }, json: { t: '{{ token }}' } } }),
  {
    login: {
      request: {
        post: '/login',
        json: { p: '{{ secrets.password }}' },
        headers: { 'X-K': '{{ secrets.key }}' },
      },
      token: 'response.body[response.body.error]',
      keep: { all: 'response.body' },
    },
  },
  {
    login: {
      request: { post: '/login', form: { p: '{{ {"a": 1}[secrets.password] }}' } },
      token: 'response.body',
    },
  },
  { jwt: { key: '{{ secrets.key }}' } },
  { jwt: { key: '{{ secrets.private_key }}', algorithm: 'EdDSA', claims: { k: '{{ secrets.key }}' } } },
  { apiKey: {} },
  { apiKey: { send: { headers: { A: '{{ int(secrets.key) }}' } } } },
  { apiKey: { send: { headers: { A: '{{ timestamp(secrets.key) }}' } } } },
  { apiKey: { send: { query: { a: '{{ secrets.key.split("")[99999] }}' } } } },
  { apiKey: { send: { json: { a: '{{ {secrets.key: 1}["x"] }}' } } } },
  { basic: {} },
  {
    hmac: {
      hash: 'sha256',
      key: '{{ secrets.key }}',
      over: '{{ request.body }}',
      send: { headers: { A: '{{ token }}' } },
    },
  },
  {
    profile: {
      name: 'http-message-signatures',
      with: { key: '{{ secrets.key }}', keyId: '{{ secrets.password }}' },
    },
  },
  {
    profile: {
      name: 'http-message-signatures',
      with: { key: '{{ secrets.key }}', algorithm: '{{ secrets.password }}' },
    },
  },
  {
    profile: {
      name: 'http-message-signatures',
      with: { key: '{{ secrets.key }}', components: '{{ secrets.password }}' },
    },
  },
]

const echo = ({ body, headers, path }: Received): string =>
  `${body} ${headers.authorization} ${headers['x-key']} ${path} ${decodeURIComponent(body.replaceAll('%', '%25'))}`
const REPLIES: readonly ((request: Received) => Reply)[] = [
  () => ({ body: { access_token: `${MARK}a`, refresh_token: `${MARK}r`, expires_in: 60, error: 'x' } }),
  () => ({ body: { device_code: `${MARK}d`, user_code: 'u', verification_uri: AUTH } }),
  () => ({ body: { access_token: `${MARK}a`, id_token: `${MARK}.${MARK}.` } }),
  (request) => ({ status: 400, body: { error: 'invalid_grant', error_description: echo(request) } }),
  (request) => ({ status: 400, body: { error: echo(request) } }),
  (request) => ({ status: 401, body: { errors: [{ code: echo(request) }] } }),
  (request) => ({ status: 200, body: { error: echo(request) } }),
  (request) => ({ status: 200, body: echo(request) }),
  (request) => ({ status: 200, body: `{"access_token": "${MARK}", ${echo(request)}` }),
  (request) => ({ status: 500, body: echo(request) }),
  () => ({ status: 302, headers: { location: `https://evil.example/${MARK}` } }),
  () => ({ status: 429, headers: { 'retry-after': `${MARK}` } }),
  () => ({ cut: true }),
]

/** Every way a value shows itself. */
function shownAs(value: unknown): string {
  const deep = inspect(value, { depth: 20, showHidden: true, getters: true })
  const stack = value instanceof Error ? `${value.stack} ${value.message} ${shownAs(value.cause ?? '')}` : ''
  return `${deep} ${stack} ${String(value)} ${JSON.stringify(value)}`
}

type Attempt = (context: CredentialContext, request: OutgoingRequest) => Promise<unknown>

const ATTEMPTS: readonly Attempt[] = [
  async (context, request) => {
    const authorizer = openAuthorizer(context)
    const sent = await authorizer.authorize(request)
    await authorizer.refused(sent)
    await authorizer.authorize(request)
  },
  async (context) => {
    await openAuthorizer(context).kept()
  },
  async (context) => {
    const consent = startConsent(context, `${API}/cb`)
    assert.ok(!shownAs({ ...consent, url: '' }).includes(MARK))
    return finishConsent(context, consent, `${API}/cb?state=${consent.state}&code=${MARK}c`)
  },
  async (context) =>
    finishConsent(context, startConsent(context, API), `${API}/cb?state=${MARK}&error=${MARK}`),
  async (context) => {
    const device = await startDevice(context)
    return finishDevice(context, { ...device, deviceCode: new Secret(`${MARK}d`) })
  },
  revokeGrant,
]

/** Where the search must have been. */
const EVERYWHERE = [
  'undefined',
  'boolean',
  'CREDENTIAL_MISSING',
  'CREDENTIAL_REFUSED',
  'CREDENTIAL_REVOKED',
  'EXPRESSION_FAILED',
  'MANIFEST_INVALID',
  'REDIRECT_REFUSED',
  'REQUEST_INVALID',
  'SETTING_INVALID',
  'SOURCE_REFUSED',
  'SOURCE_THROTTLED',
  'SOURCE_UNAVAILABLE',
  'SOURCE_UNREADABLE',
]

async function contextFor(t: TestContext) {
  let reply: (request: Received) => Reply = () => ({})
  const server = await openServer(t, (request) => reply(request))
  const transport = acmeNetwork(t, server)
  return (method: object, next: typeof reply, canary: string, held: Grant | undefined): CredentialContext => {
    reply = next
    const names = ['client_id', 'client_secret', 'username', 'password', 'refresh_token', 'key']
    const secrets = Object.fromEntries(names.map((name) => [name, `${MARK}${canary}${name}`]))
    const input = inputOf({ ...secrets, private_key: PEM })
    return contextOf(acme(method), { transport, input, store: openMemoryStore(held) })
  }
}

test('no secret and no token shows in what is thrown, returned or kept, over all methods and answers', async (t) => {
  const contextWith = await contextFor(t)
  const seen = new Set<string>()
  const held: Grant = {
    accessToken: new Secret(`${MARK}old`),
    refreshToken: new Secret(`${MARK}oldr`),
    expiresAt: 0,
    kept: NOTHING_KEPT,
    generation: 1,
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...METHODS),
      fc.constantFrom(...REPLIES),
      fc.constantFrom(...ATTEMPTS),
      fc.string({ unit: 'binary-ascii', maxLength: 20 }),
      fc.option(fc.constant(held), { nil: undefined }),
      async (method, reply, attempt, canary, grant) => {
        const context = contextWith(method, reply, canary, grant)
        const request: OutgoingRequest = { method: 'POST', url: API, headers: {}, body: '{}' }
        const outcome = await attempt(context, request).catch((error: unknown) => error)
        seen.add(isFault(outcome) ? outcome.code : typeof outcome)
        const text = shownAs(outcome) + shownAs(await context.store.read())
        assert.ok(!text.includes(MARK), text)
        assert.ok(!(outcome instanceof Error) || isFault(outcome), text)
      },
    ),
    { seed: 11, numRuns: 600 },
  )
  for (const outcome of EVERYWHERE) assert.ok(seen.has(outcome), `no run ended in ${outcome}`)
})
