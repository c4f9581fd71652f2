import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { openAuthorizer } from '../credentials/authorizer.ts'
import { AUTH, acme, GET_USERS } from '../credentials/testing/acme.ts'
import { consentAt, openAuthorizationServer } from '../credentials/testing/authorization-server.ts'
import { openNetwork, openServer } from '../credentials/testing/network.ts'
import { systemClock } from '../lib/clock.ts'
import { authorize } from './authorize.ts'
import { authorizeByCode } from './authorize-by-code.ts'
import { callback } from './callback.ts'
import { draft } from './draft.ts'
import { disconnect } from './lifecycle.ts'
import { storedConnections } from './stored.ts'
import { openWorld, PUBLIC_URL, portsOf, rowOf, secretsOf, sessionOf } from './testing/world.ts'

/** Everything here runs against a real authorization server, the package oidc-provider: refresh tokens rotate. */

const HOUR_MS = 3_600_000
const ORGANISATION = 'o-provider'
const world = await openWorld({ after })
const ada = sessionOf(ORGANISATION, 'ada')

async function connecting(t: TestContext, grant: 'authorization_code' | 'device_code') {
  const server = await openAuthorizationServer({
    clients: [
      {
        client_id: 'web',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        redirect_uris: [`${PUBLIC_URL}/oauth/cb/acme/${ORGANISATION}`],
      },
    ],
    scopes: ['openid', 'offline_access', 'users:read', 'audit:read'],
    ttl: { AccessToken: HOUR_MS / 1000 },
    features: { deviceFlow: { enabled: true }, revocation: { enabled: true } },
  })
  t.after(server.close)
  const api = await openServer(t, ({ headers }) =>
    headers.authorization === undefined ? { status: 401 } : { body: { email: 'ada@acme.example' } },
  )
  const connector = acme(
    {
      name: 'Person',
      oauth2: {
        ...{ grant, clientAuth: 'none', authorizationUrl: `${AUTH}/auth`, tokenUrl: `${AUTH}/token` },
        ...{ deviceUrl: `${AUTH}/device/auth`, revocationUrl: `${AUTH}/token/revocation` },
        scopes: { always: ['openid', 'offline_access'], accounts: ['users:read'], activity: ['audit:read'] },
        authorizationParams: { prompt: 'consent' },
      },
    },
    { check: { request: { get: '/me' }, identity: 'response.body.email' } },
  )
  const offset = { ms: 0 }
  const clock = {
    now: () => systemClock.now() + offset.ms,
    // The provider's interval between polls is the person's, not the test's.
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 50), signal),
  }
  const hosts = { 'auth.acme.example': server.origin, 'api.acme.example': api.origin }
  const way = { through: () => openNetwork(hosts, (close) => t.after(close)) }
  const ports = portsOf(world, { connectors: [connector], way, clock })
  const step = await draft(ports, ada, {
    ...{ appId: 'acme', name: 'Acme', features: ['accounts'], authMethod: 'Person', settings: {} },
    secrets: secretsOf({ client_id: 'web' }),
  })
  assert.ok('step' in step && step.step === 'consent', JSON.stringify(step))
  return { server, api, ports, offset, id: step.row.id }
}

test('from the wizard to a worker that refreshes, and to a revoked grant', async (t) => {
  const { server, ports, offset, id } = await connecting(t, 'authorization_code')
  const { url } = await authorize(ports, ada, id)
  const done = await callback(ports, ada, await consentAt(url, server))
  assert.equal(done.step, 'done')
  const row = await rowOf(world, ORGANISATION, id)
  assert.deepEqual([row.status, row.identity], ['active', 'ada@acme.example'])
  // Only what was chosen was asked for.
  assert.deepEqual(row.scopes_granted?.includes('audit:read'), false)
  const place = { organisationId: ORGANISATION, connectionId: id }
  const workers = storedConnections(ports)
  const version = await workers.versionOf(place)
  const { connection } = await workers.open(place, () => undefined)
  t.after(connection.close)
  const worker = openAuthorizer(connection.credentials)
  for (let expiry = 1; expiry <= 3; expiry++) {
    offset.ms = expiry * HOUR_MS
    assert.match((await worker.authorize(GET_USERS)).headers['authorization'] ?? '', /^Bearer /)
    assert.equal(server.exchanges.length, 1 + expiry)
  }
  // A refresh is no reason to open the connection anew.
  assert.equal(await workers.versionOf(place), version)
  const { revocation } = await disconnect(ports, ada, id)
  assert.equal(revocation, 'done')
  offset.ms = 4 * HOUR_MS
  await assert.rejects(worker.authorize(GET_USERS), { code: 'CREDENTIAL_MISSING' })
  assert.ok(!server.exchanges.includes('refresh_token refused'))
})

test('a person who types a code on another device connects too', async (t) => {
  const { server, ports, id } = await connecting(t, 'device_code')
  const shown = await authorizeByCode(ports, ada, { id })
  assert.match(shown.userCode, /^[A-Z]{4}-[A-Z]{4}$/)
  await consentAt(shown.verificationUriComplete ?? '', server)
  const done = await shown.finished
  assert.equal(done.step, 'done')
  assert.equal((await rowOf(world, ORGANISATION, id)).status, 'active')
})

test('a person who walks away from a code leaves nothing half done', async (t) => {
  const { ports, id } = await connecting(t, 'device_code')
  const leaving = new AbortController()
  const { finished } = await authorizeByCode(ports, ada, { id, signal: leaving.signal })
  leaving.abort()
  const left = await finished
  assert.ok(left.step === 'failed' && left.fault.code === 'CONSENT_EXPIRED')
  const row = await rowOf(world, ORGANISATION, id)
  assert.deepEqual([row.status, row.grant_sealed], ['connecting', null])
})
