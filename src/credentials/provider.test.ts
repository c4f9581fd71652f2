import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { fakeClock, systemClock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import { openAuthorizer } from './authorizer.ts'
import { type Consent, finishConsent, startConsent } from './consent.ts'
import type { CredentialContext } from './context.ts'
import { finishDevice, startDevice } from './device.ts'
import { openLoopback } from './loopback.ts'
import { openMemoryStore } from './memory-store.ts'
import { chooseMethod } from './method.ts'
import { revokeGrant } from './revoke.ts'
import { missingScopes } from './scopes.ts'
import { AUTH, acme, contextOf, GET_USERS, inputOf, TOKEN_URL } from './testing/acme.ts'
import {
  type AuthorizationServer,
  consentAt,
  openAuthorizationServer,
} from './testing/authorization-server.ts'
import { openNetwork } from './testing/network.ts'

/** Everything here runs against a real authorization server, the package oidc-provider. */

const SECRET = 'a+secret/with=signs and more than 32 bytes'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const METHODS = {
  post: 'client_secret_post',
  basic: 'client_secret_basic',
  private_key_jwt: 'private_key_jwt',
  client_secret_jwt: 'client_secret_jwt',
} as const

async function provider(t: TestContext, redirectUri = 'https://fairlead.example/callback') {
  const machine = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }
  const server = await openAuthorizationServer({
    clients: [
      ...Object.entries(METHODS).map(([client_id, token_endpoint_auth_method]) => ({
        ...machine,
        client_id,
        token_endpoint_auth_method,
        ...(client_id === 'private_key_jwt'
          ? { jwks: { keys: [publicKey.export({ format: 'jwk' })] } }
          : { client_secret: SECRET }),
      })),
      {
        client_id: 'web',
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        redirect_uris: [redirectUri],
      },
    ],
    scopes: ['openid', 'offline_access', 'users:read', 'users:write'],
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
    },
  })
  t.after(server.close)
  return server
}

function connection(t: TestContext, server: AuthorizationServer, oauth2: object, parts: object = {}) {
  const plan = {
    authorizationUrl: `${AUTH}/auth`,
    tokenUrl: TOKEN_URL,
    deviceUrl: `${AUTH}/device/auth`,
    revocationUrl: `${AUTH}/token/revocation`,
    ...oauth2,
  }
  const transport = openNetwork({ 'auth.acme.example': server.origin }, (close) => t.after(close))
  const input = inputOf({ client_id: 'web' })
  const clock = fakeClock(systemClock.now())
  return contextOf(acme({ oauth2: plan }), { transport, input, clock, random: randomBytes, ...parts })
}

const PERSON = {
  grant: 'authorization_code',
  clientAuth: 'none',
  scopes: { always: ['openid', 'offline_access'], accounts: ['users:read'], respond: ['users:write'] },
  authorizationParams: { prompt: 'consent' },
}
const REDIRECT = 'https://fairlead.example/callback'

async function consented(context: CredentialContext, server: AuthorizationServer): Promise<Consent> {
  const consent = startConsent(context, REDIRECT)
  await finishConsent(context, consent, await consentAt(consent.url, server))
  return consent
}

for (const clientAuth of Object.keys(METHODS)) {
  test(`client_credentials with ${clientAuth} gets a token, and with a wrong secret none`, async (t) => {
    const server = await provider(t)
    const secrets = { client_id: clientAuth, client_secret: SECRET, private_key: PEM }
    const oauth2 = { grant: 'client_credentials', clientAuth, scopes: { accounts: ['users:read'] } }
    const good = connection(t, server, oauth2, { input: inputOf(secrets) })
    const sent = await openAuthorizer(good).authorize(GET_USERS)
    assert.match(sent.headers['authorization'] ?? '', /^Bearer [\w-]{43}$/)
    assert.deepEqual((await good.store.read())?.scopes, ['users:read'])
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const wrong = {
      ...secrets,
      client_secret: `${SECRET}x`,
      private_key: other.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
    const bad = connection(t, server, oauth2, { input: inputOf(wrong) })
    await assert.rejects(openAuthorizer(bad).authorize(GET_USERS), { code: 'CREDENTIAL_REFUSED' })
  })
}

test('a person consents on the loopback address with a proof key, and the grant names the scopes', async (t) => {
  const loopback = await openLoopback()
  t.after(loopback.close)
  const server = await provider(t, loopback.redirectUri)
  const context = connection(t, server, PERSON, { features: ['accounts'] })
  const consent = startConsent(context, loopback.redirectUri)
  const received = loopback.receive(consent.state)
  await fetch(await consentAt(consent.url, server))
  const grant = await finishConsent(context, consent, await received)
  const method = chooseMethod(context.connector)
  assert.equal(method.kind, 'oauth2')
  assert.deepEqual(missingScopes(method.plan, grant, ['accounts']), [])
  assert.deepEqual(missingScopes(method.plan, grant, ['respond']), ['users:write'])
  const sent = await openAuthorizer(context).authorize(GET_USERS)
  assert.equal(sent.headers['authorization'], `Bearer ${grant.accessToken.reveal()}`)
})

test('a code is worth nothing without its verifier', async (t) => {
  const server = await provider(t)
  const context = connection(t, server, PERSON)
  const consent = startConsent(context, REDIRECT)
  const callback = await consentAt(consent.url, server)
  const stolen = { ...consent, verifier: new Secret('v'.repeat(43)) }
  await assert.rejects(finishConsent(context, stolen, callback), { code: 'CREDENTIAL_REFUSED' })
  assert.equal(await context.store.read(), undefined)
})

test('a rotating refresh token is used once each, and one used twice ends the grant', async (t) => {
  const server = await provider(t)
  const context = connection(t, server, PERSON)
  await consented(context, server)
  const authorizer = openAuthorizer(context)
  const first = await context.store.read()
  const tokens = new Set([first?.refreshToken?.reveal()])
  for (let expiry = 1; expiry <= 3; expiry++) {
    await context.clock.sleep(3_600_000)
    await authorizer.authorize(GET_USERS)
    tokens.add((await context.store.read())?.refreshToken?.reveal())
    assert.equal(tokens.size, expiry + 1)
  }
  const thief = { ...context, store: openMemoryStore({ ...first!, expiresAt: 0 }) }
  await assert.rejects(openAuthorizer(thief).authorize(GET_USERS), { code: 'CREDENTIAL_REVOKED' })
  await context.clock.sleep(3_600_000)
  await assert.rejects(authorizer.authorize(GET_USERS), { code: 'CREDENTIAL_REVOKED' })
  const refused = server.exchanges.filter((exchange) => exchange === 'refresh_token refused').length
  for (let i = 0; i < 20; i++) await assert.rejects(authorizer.authorize(GET_USERS))
  assert.equal(server.exchanges.filter((exchange) => exchange === 'refresh_token refused').length, refused)
})

test('a token that the app refuses is replaced by a refresh', async (t) => {
  const server = await provider(t)
  const context = connection(t, server, PERSON)
  await consented(context, server)
  const authorizer = openAuthorizer(context)
  const sent = await authorizer.authorize(GET_USERS)
  assert.equal(await authorizer.refused(sent), true)
  const again = await authorizer.authorize(GET_USERS)
  assert.notEqual(again.headers['authorization'], sent.headers['authorization'])
  assert.deepEqual(server.exchanges, ['authorization_code granted', 'refresh_token granted'])
})

test('a revoked grant refreshes no more', async (t) => {
  const server = await provider(t)
  const context = connection(t, server, PERSON)
  await consented(context, server)
  const copy = openMemoryStore({ ...(await context.store.read())!, expiresAt: 0 })
  assert.equal(await revokeGrant(context), true)
  await assert.rejects(openAuthorizer({ ...context, store: copy }).authorize(GET_USERS), {
    code: 'CREDENTIAL_REVOKED',
  })
})

test('a person who consents on another device ends the polling', async (t) => {
  const server = await provider(t)
  const fake = fakeClock(systemClock.now())
  let polls = 0
  const clock = {
    ...fake,
    sleep: async (ms: number) => {
      await fake.sleep(ms)
      if (++polls === 3) await consentAt(device.verificationUriComplete ?? '', server)
    },
  }
  const context = connection(t, server, { ...PERSON, grant: 'device_code' }, { clock })
  const device = await startDevice(context)
  const grant = await finishDevice(context, device)
  assert.equal(polls, 3)
  assert.deepEqual(server.exchanges.slice(-1), ['urn:ietf:params:oauth:grant-type:device_code granted'])
  assert.ok(grant.refreshToken)
})
