import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../lib/secret.ts'
import type { Kept } from '../model/credential.ts'
import { type Consent, finishConsent, readCallback, startConsent } from './consent.ts'
import type { CredentialContext } from './context.ts'
import { openMemoryStore } from './memory-store.ts'
import { AUTH, acme, contextOf, inputOf, TOKEN_URL } from './testing/acme.ts'
import { acmeNetwork, openServer } from './testing/network.ts'

const REDIRECT = 'http://127.0.0.1:5000/callback'
const ENDPOINT = `${AUTH}/authorize`

function contextWith(oauth2: object = {}, parts: Partial<CredentialContext> = {}) {
  const plan = { grant: 'authorization_code', authorizationUrl: ENDPOINT, tokenUrl: TOKEN_URL, ...oauth2 }
  const input = inputOf({ client_id: 'id', client_secret: 's' })
  return contextOf(acme({ oauth2: plan }), { input, ...parts })
}
const started = (oauth2?: object, parts?: Partial<CredentialContext>): Consent =>
  startConsent(contextWith(oauth2, parts), REDIRECT)
const paramsOf = ({ url }: Consent) => Object.fromEntries(new URL(url).searchParams)

test('a consent starts with state and an S256 challenge, and asks for the scopes of the chosen features', () => {
  const scopes = { always: ['base'], accounts: ['users:read'], activity: ['audit:read'] }
  const consent = started({ scopes }, { features: ['activity'] })
  assert.ok(consent.url.startsWith(`${ENDPOINT}?`))
  const verifier = consent.verifier?.reveal() ?? ''
  assert.match(verifier, /^[\w-]{43}$/)
  assert.match(consent.state, /^[\w-]{43}$/)
  assert.deepEqual(paramsOf(consent), {
    response_type: 'code',
    client_id: 'id',
    redirect_uri: REDIRECT,
    state: consent.state,
    scope: 'base audit:read',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  assert.ok(consent.url.includes('scope=base%20audit%3Aread'))
})

test('the manifest may leave the challenge out, and add parameters', () => {
  const consent = started({
    pkce: 'none',
    authorizationParams: { prompt: 'consent', access_type: 'offline' },
    scopes: { always: ['a', 'b'] },
    scopeSeparator: ',',
  })
  assert.equal(consent.verifier, undefined)
  const { prompt, access_type, scope, code_challenge } = paramsOf(consent)
  assert.deepEqual(
    { prompt, access_type, scope, code_challenge },
    { prompt: 'consent', access_type: 'offline', scope: 'a,b', code_challenge: undefined },
  )
})

test('a nonce is sent where an ID token will come', () => {
  const consent = started({ scopes: { always: ['openid'] } })
  assert.equal(paramsOf(consent)['nonce'], consent.nonce)
  assert.match(consent.nonce ?? '', /^[\w-]{43}$/)
  assert.equal(started().nonce, undefined)
})

const consent = started()
const back = (params: Readonly<Record<string, string>>) =>
  `${REDIRECT}?${new URLSearchParams({ state: consent.state, code: 'CANARY', ...params })}`

test('a callback with the right state gives its code', () => {
  assert.equal(readCallback(consent, back({}), ENDPOINT).reveal(), 'CANARY')
  assert.equal(readCallback(consent, back({ iss: AUTH }), ENDPOINT).reveal(), 'CANARY')
  assert.equal(readCallback(consent, back({ iss: `${AUTH}/tenant/v2` }), ENDPOINT).reveal(), 'CANARY')
})

const refused: readonly [what: string, callback: string, code: string][] = [
  ['another state', back({ state: 'x' }), 'CREDENTIAL_REFUSED'],
  ['no state', `${REDIRECT}?code=CANARY`, 'CREDENTIAL_REFUSED'],
  ['an empty state', back({ state: '' }), 'CREDENTIAL_REFUSED'],
  ['two states', `${back({})}&state=CANARY`, 'CREDENTIAL_REFUSED'],
  ['two codes', `${back({})}&code=other`, 'CREDENTIAL_REFUSED'],
  ['another issuer', back({ iss: 'https://evil.example' }), 'CREDENTIAL_REFUSED'],
  ['an issuer of another scheme', back({ iss: 'http://auth.acme.example' }), 'CREDENTIAL_REFUSED'],
  ['an issuer that is no address', back({ iss: 'CANARY' }), 'CREDENTIAL_REFUSED'],
  ['a refusal', back({ error: 'access_denied' }), 'CONSENT_REFUSED'],
  ['a refusal in its own words', back({ error: 'CANARY' }), 'CREDENTIAL_REFUSED'],
  ['a scope that is not there', back({ error: 'invalid_scope' }), 'PERMISSION_MISSING'],
  ['no code', `${REDIRECT}?state=${consent.state}`, 'CREDENTIAL_REFUSED'],
]
for (const [what, callback, code] of refused) {
  test(`a callback with ${what} is refused before anything is sent, and not quoted`, async () => {
    // The context's transport fails the test when it is used.
    await assert.rejects(
      finishConsent(contextWith(), consent, callback),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, code)
        assert.ok(!error.message.includes('CANARY'))
        return true
      },
    )
  })
}

test('the code is exchanged once, and the grant takes the place of an older one without keeping anything of it', async (t) => {
  const server = await openServer(t, () => ({ body: { access_token: 'a', expires_in: 60 } }))
  const old = {
    accessToken: consent.verifier!,
    refreshToken: consent.verifier!,
    kept: new Secret<Kept>({ a: 1 }),
    generation: 4,
  }
  const store = openMemoryStore(old)
  const context = contextWith({}, { store, transport: acmeNetwork(t, server) })
  await finishConsent(context, consent, back({}))
  const grant = await store.read()
  assert.equal(grant?.accessToken.reveal(), 'a')
  assert.equal(grant?.refreshToken, undefined)
  assert.deepEqual([grant?.kept.reveal(), grant?.generation], [{}, 5])
  const { code, code_verifier, redirect_uri } = server.received[0]?.params ?? {}
  assert.deepEqual(
    { code, code_verifier, redirect_uri },
    { code: 'CANARY', code_verifier: consent.verifier?.reveal(), redirect_uri: REDIRECT },
  )
})

test('a code is not sent twice, also when nobody answers', async (t) => {
  const server = await openServer(t, () => ({ cut: true }))
  const context = contextWith({}, { transport: acmeNetwork(t, server) })
  await assert.rejects(finishConsent(context, consent, back({})), { code: 'SOURCE_UNAVAILABLE' })
  assert.equal(server.received.length, 1)
})

test('a method of another kind has no consent to start', () => {
  assert.throws(() => startConsent(contextOf(acme({ apiKey: {} })), REDIRECT), { code: 'SETTING_INVALID' })
})
