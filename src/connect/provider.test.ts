import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openAuthorizer } from '../credentials/authorizer.ts'
import { GET_USERS } from '../credentials/testing/acme.ts'
import { consentAt } from '../credentials/testing/authorization-server.ts'
import { authorize } from './authorize.ts'
import { callback } from './callback.ts'
import { disconnect } from './lifecycle.ts'
import { storedConnections } from './stored.ts'
import { connecting } from './testing/provider.ts'
import { openWorld, rowOf, sessionOf } from './testing/world.ts'

const HOUR_MS = 3_600_000
const ORGANISATION = 'o-provider'
const world = await openWorld({ after })
const ada = sessionOf(ORGANISATION, 'ada')

test('from the wizard to a worker that refreshes, and to a revoked grant', async (t) => {
  const { server, ports, offset, id } = await connecting(t, world, ada, { grant: 'authorization_code' })
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
