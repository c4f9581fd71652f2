import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { fillOrganisation } from '../api/testing/fill.ts'
import { type Ask, openTestPlatform, serveTestApi } from '../api/testing/test-api.ts'
import { authorize } from '../connect/authorize.ts'
import { callback } from '../connect/callback.ts'
import { draft } from '../connect/draft.ts'
import { type EmulatedApp, openApp } from '../connect/testing/emulated.ts'
import { secretsOf, sessionOf } from '../connect/testing/world.ts'
import { KEY_SCOPES, type Principal } from '../identity/permissions.ts'
import { isFault } from '../lib/fault.ts'
import { changeSettings } from '../store/postgres/setting-rows.ts'
import { deletionPorts, eraseDeleted, SETTLED_MS } from './deletion.ts'
import { settingService } from './settings.ts'
import { exportNames, ownRows, rowsWith } from './testing/leftovers.ts'

const MARK = 'CANARYHARBOUR'
const OTHER = 'CANARYNORTHWIND'
const NAME = 'Harbour Bank'

const platform = await openTestPlatform({ after })
const { control, vault } = platform.stores
const api = await serveTestApi({ after }, platform)
const app = await openApp({ after }, { secrets: { client_id: 'web', client_secret: 's3' } })
const connect = { ...platform.connect, wayTo: () => app.way }
const admin = await api.signIn('customer')
const vendor = await api.signIn('vendor')
const path = (name: string) => `/api/v1/organisation?${new URLSearchParams({ name })}`
const remove = (ask: Ask, name = NAME) => ask('DELETE', path(name))
type Me = { user: { id: string }; organisation?: { id: string }; organisations: { name: string }[] }
const me = async (ask: Ask) => (await ask('GET', '/api/v1/me')).json as Me
let harbour: { id: string; userId: string; key: Ask }
let northwind: string

/** What `fillOrganisation` leaves out, so that every table has something of the organisation. */
async function fillTheRest(organisationId: string, userId: string, emulated: EmulatedApp): Promise<void> {
  const who = sessionOf(organisationId, userId)
  const step = await draft(connect, who, {
    ...{ appId: 'northwind-docs', name: `${MARK} docs`, features: ['activity'], authMethod: 'Administrator' },
    settings: { workspace: 'acme' },
    secrets: secretsOf({ client_id: 'web', client_secret: 's3' }),
  })
  assert.ok('step' in step)
  const connectionId = step.row.id
  await callback(connect, who, await emulated.consent((await authorize(connect, who, connectionId)).url))
  await authorize(connect, who, connectionId)
  await admin('POST', '/api/v1/saved-queries', {
    body: { name: MARK, query: {} },
    headers: { 'idempotency-key': MARK },
  })
  await platform.queue.wake({ organisationId, connectionId, stream: MARK })
  await control.within(organisationId, async (tx) => {
    await changeSettings(tx, organisationId, { retention_days: 7 })
    const grantedBy = userId
    await platform.identity.instanceAdmins.set(tx, {
      ...{ organisationId, userId, connectionIds: [connectionId], grantedBy },
    })
    await sql`insert into refresh_attempt (connection_id, organisation_id, generation, attempts, started_at)
      values (${connectionId}, ${organisationId}, 1, 1, now())`.execute(tx)
    await sql`insert into identity."ssoProvider" (id, "providerId", issuer, domain, "organizationId", "userId", "domainVerified")
      values (${MARK}, ${MARK}, 'https://idp.example', 'harbour.example', ${organisationId}, ${userId}, true)`.execute(
      tx,
    )
    await sql`insert into identity.account (id, "accountId", "providerId", "userId", "createdAt", "updatedAt")
      values (${MARK}, 'subject', ${MARK}, ${userId}, now(), now())`.execute(tx)
  })
}

before(async () => {
  const { user, organisation } = await me(admin)
  const id = organisation?.id ?? ''
  await fillOrganisation(platform, admin, MARK)
  await fillTheRest(id, user.id, app)
  northwind = await fillOrganisation(platform, vendor, OTHER)
  const made = await admin('POST', '/api/v1/api-keys', { body: { name: 'all', scopes: KEY_SCOPES } })
  const { key } = made.json as { key: string }
  harbour = { id, userId: user.id, key: api.asker({ authorization: `Bearer ${key}` }) }
})

test('only an admin deletes an organisation, only their own, and only by its name', async () => {
  for (const person of ['analyst', 'viewer', 'instance'])
    assert.equal((await remove(await api.signIn(person))).status, 403, person)
  assert.equal((await remove(harbour.key)).status, 403)
  assert.equal((await remove(api.asker())).status, 401)
  const foreign = await remove(vendor)
  assert.equal(foreign.status, 400)
  assert.ok(foreign.text.includes('INPUT_INVALID'), foreign.text)
  for (const name of ['', 'harbour bank', `${NAME} `]) assert.equal((await remove(admin, name)).status, 400)
  assert.deepEqual(await platform.identity.people.membersOf(harbour.id).then((list) => list.length), 4)
})

test('the organisation that runs the platform is not deleted', async () => {
  const operator = await api.signIn('operator')
  const { status, text } = await remove(operator, 'Fairlead Operations')
  assert.equal(status, 409)
  assert.ok(text.includes('OPERATOR_NEEDED'), text)
  assert.ok((await me(operator)).organisation)
})

test('of a deleted organisation nothing is left, and of the others everything', async () => {
  const empty = Object.entries(await ownRows(platform, harbour.id)).filter(([, count]) => count === 0)
  assert.deepEqual(empty, [], 'the organisation has a row in every table')
  assert.ok((await rowsWith(platform, [MARK])).length > 20)
  const words = [northwind, OTHER]
  const others = await rowsWith(platform, words)
  const ids = (await admin('GET', '/api/v1/exports')).json as { items: { id: string }[] }
  assert.equal((await exportNames(platform)).length, 2)
  const before: Principal = {
    ...{ kind: 'user', id: harbour.userId, name: 'Ada', organisationId: harbour.id, role: 'admin' },
    ...{ scopes: KEY_SCOPES, connectionIds: [], sessionId: undefined },
  }

  assert.equal((await remove(admin)).status, 204)

  assert.equal((await admin('GET', '/api/v1/connections')).status, 400)
  assert.deepEqual((await me(admin)).organisations, [])
  assert.equal((await harbour.key('GET', '/api/v1/connections')).status, 401)
  // Somebody who was let in a moment before.
  const settings = (within = control.within) =>
    settingService({ control: { ...control, within }, record: async () => undefined }).change(before, {
      retentionDays: 9,
    })
  await assert.rejects(settings(), (error) => isFault(error, 'ORGANISATION_DELETED'))
  assert.equal(
    (await settings(control.withinErased)).retentionDays,
    9,
    'control: without the fence it is done',
  )
  await assert.rejects(vault.rotateDataKey(harbour.id), (error) => isFault(error, 'ORGANISATION_DELETED'))
  assert.equal((await remove(admin)).status, 400, 'once')

  const report = (error: unknown): never => {
    throw error
  }
  const ports = { ...deletionPorts(platform), connect }
  await eraseDeleted(ports, report)
  assert.equal(app.emulator.counts().requests.get('revoke'), 1)
  const left = (await rowsWith(platform, [harbour.id, MARK, NAME])).map((row) => row.split(' ')[0])
  assert.deepEqual(left, ['identity.organization', 'public.organisation_deletion'])
  // What a request that was under way wrote late is taken by the last pass.
  await control.withinErased(harbour.id, (tx) => changeSettings(tx, harbour.id, { retention_days: 7 }))
  const later = { now: () => Date.now() + SETTLED_MS, sleep: platform.clock.sleep }
  await eraseDeleted({ ...ports, clock: later }, report)

  const [line, ...more] = await rowsWith(platform, [harbour.id, MARK, NAME])
  assert.deepEqual(more, [])
  assert.match(line ?? '', /^public\.audit_entry .*organisation\.delete/)
  const operator = await api.signIn('operator')
  const trail = (await operator('GET', '/api/v1/audit?action=organisation.delete')).json as {
    items: { actor: object; target: object; detail: Record<string, string> }[]
  }
  assert.equal(trail.items.length, 1)
  const [entry] = trail.items
  assert.deepEqual(entry?.actor, { kind: 'user', id: harbour.userId, name: harbour.userId })
  assert.deepEqual(entry?.target, { kind: 'organisation', id: harbour.id, name: NAME })
  assert.ok(Math.abs(Date.parse(entry?.detail['askedAt'] ?? '') - Date.now()) < 60_000)
  assert.ok(((await operator('GET', '/api/v1/audit/verify')).json as { isIntact: boolean }).isIntact)

  assert.deepEqual(await rowsWith(platform, words), others)
  const names = await exportNames(platform)
  assert.equal(names.length, 1)
  assert.ok(!names.some((name) => ids.items.some(({ id }) => name.startsWith(id))))
  assert.equal((await vendor('GET', '/api/v1/connections')).status, 200)
})

test('what it was called is free again, and whoever was a member is still a person', async () => {
  assert.ok((await me(admin)).user.id)
  await platform.identity.demo?.ensure()
  const again = await me(await api.signIn('customer'))
  assert.deepEqual(
    again.organisations.map(({ name }) => name),
    [NAME],
  )
  assert.notEqual(again.organisation?.id, harbour.id)
})

test('control: whoever the table of permissions lets pass deletes it', async () => {
  const { organisation, user } = await me(await api.signIn('analyst'))
  const passing: Principal = {
    ...{ kind: 'user', id: user.id, name: 'Ben', organisationId: organisation?.id ?? '', role: 'analyst' },
    ...{ scopes: ['organisation.delete'], connectionIds: [], sessionId: undefined },
  }
  const open = await serveTestApi({ after }, platform, {
    mend: (services) => ({ ...services, access: { principalOf: async () => passing } }),
  })
  assert.equal((await remove(open.asker())).status, 204)
})
