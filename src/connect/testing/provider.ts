import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { AUTH, acme } from '../../credentials/testing/acme.ts'
import { openAuthorizationServer } from '../../credentials/testing/authorization-server.ts'
import { openNetwork, openServer } from '../../credentials/testing/network.ts'
import { systemClock } from '../../lib/clock.ts'
import { draft } from '../draft.ts'
import type { Session } from '../ports.ts'
import { PUBLIC_URL, portsOf, secretsOf, type World } from './world.ts'

const HOUR_MS = 3_600_000

type Wanted = {
  readonly grant: 'authorization_code' | 'device_code'
  /** Another server than the real one answers for the authorization server. */
  readonly authority?: string
  /** Seconds. */
  readonly codeLives?: number
}

/** A real authorization server, the package oidc-provider (refresh tokens rotate), an app behind it, and a clock to set forward. */
export async function openProvider(
  t: TestContext,
  organisationId: string,
  { grant, authority, codeLives = 600 }: Wanted,
) {
  const server = await openAuthorizationServer({
    clients: [
      {
        client_id: 'web',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        redirect_uris: [`${PUBLIC_URL}/oauth/cb/acme/${organisationId}`],
      },
    ],
    scopes: ['openid', 'offline_access', 'users:read', 'audit:read'],
    ttl: { AccessToken: HOUR_MS / 1000, DeviceCode: codeLives },
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
  const clock = { ...systemClock, now: () => systemClock.now() + offset.ms }
  const hosts = { 'auth.acme.example': authority ?? server.origin, 'api.acme.example': api.origin }
  const way = { through: () => openNetwork(hosts, (close) => t.after(close)) }
  return { server, offset, connector, way, clock }
}

/** A connection that waits for its consent. */
export async function connecting(t: TestContext, world: World, who: Session, wanted: Wanted) {
  const provider = await openProvider(t, who.organisationId, wanted)
  const { connector, way, clock } = provider
  const ports = portsOf(world, { connectors: [connector], way, clock })
  const step = await draft(ports, who, {
    ...{ appId: 'acme', name: 'Acme', features: ['accounts'], authMethod: 'Person', settings: {} },
    secrets: secretsOf({ client_id: 'web' }),
  })
  assert.ok('step' in step && step.step === 'consent', JSON.stringify(step))
  return { ...provider, ports, id: step.row.id }
}
