import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { systemClock } from '../lib/clock.ts'
import { outboxMailer } from '../mail/outbox.ts'
import { withEngines } from '../store/engines/testing.ts'
import { openControlStore } from '../store/postgres/control-store.ts'
import { openIdentity } from './identity.ts'
import { allows } from './permissions.ts'
import { openTestPlatform, signUp, TEST_SECRET } from './testing/platform.ts'

const platform = await openTestPlatform({ after }, { signUp: 'invited' })
const { identity, control } = platform

test('several processes that start at once on an empty database all come up, with one set of tables', async (t) => {
  const { databaseUrl } = await withEngines(t, { only: 'postgres' })
  const processes = [1, 2, 3].map(() => {
    const store = openControlStore({ url: databaseUrl, migrations: 'sql' })
    t.after(store.close)
    const mail = outboxMailer(store, systemClock)
    const one = openIdentity({
      control: store,
      publicUrl: 'https://fairlead.example',
      secret: TEST_SECRET,
      mail,
      clock: systemClock,
      guard: async () => undefined,
      discover: async () => undefined,
      fetch: () => Promise.reject(new Error('no provider is asked in this test')),
    })
    return { store, one }
  })
  await Promise.all(
    processes.map(async ({ store, one }) => {
      await store.migrate()
      await one.migrate()
    }),
  )
  await processes[0]?.one.migrate()
  const { rows } = await processes[0]!.store.pool.query(
    "select table_name from information_schema.tables where table_schema = 'identity' order by 1",
  )
  assert.deepEqual(
    rows.map(({ table_name }) => table_name),
    [
      'account',
      'invitation',
      'member',
      'organization',
      'passkey',
      'rateLimit',
      'session',
      'ssoProvider',
      'twoFactor',
      'user',
      'verification',
    ],
  )
})

test('where sign-up is by invitation, an address without one is refused, whoever it is', async () => {
  const person = { name: 'X', email: 'x@i.example', password: 'correct horse battery staple' }
  assert.equal((await platform.browser().ask('POST', '/sign-up/email', person)).status, 403)
  const { rows } = await control.pool.query('select id from identity."user"')
  assert.deepEqual(rows, [])
})

test('a member administers the connections named for them, until they leave', async () => {
  const token = (await identity.firstRun.open())?.reveal() ?? ''
  const password = 'correct horse battery staple'
  await identity.firstRun.use({ token, email: 'op@i.example', name: 'Op', password, organisation: 'Op' })
  const admin = platform.browser()
  await admin.ask('POST', '/sign-in/email', { email: 'op@i.example', password })
  const owner = await identity.sessionOf(admin.headers())
  const organisationId = owner?.organisationId ?? ''
  const invitation = { email: 'dana@i.example', role: 'instance_admin', organizationId: organisationId }
  const { body } = await admin.ask('POST', '/organization/invite-member', invitation)
  const dana = await signUp(platform, platform.browser(), { name: 'Dana', email: 'dana@i.example' })
  await dana.ask('POST', '/organization/accept-invitation', { invitationId: body['id'] })
  const userId = (await identity.sessionOf(dana.headers()))?.userId ?? ''

  const connection = (id: string, organisation: string) => ({
    id,
    organisation_id: organisation,
    app_id: 'app',
    connector_digest: 'sha256:0',
    name: id,
    status: 'active' as const,
    auth_method: null,
    features: [],
    settings: '{}',
    created_by: userId,
  })
  await control.asPlatform((tx) =>
    tx
      .insertInto('connection')
      .values([
        connection('con_1', organisationId),
        connection('con_2', organisationId),
        connection('con_3', 'other'),
      ])
      .execute(),
  )
  const grant = (connectionIds: string[]) =>
    control.within(organisationId, (tx) =>
      identity.instanceAdmins.set(tx, {
        organisationId,
        userId,
        connectionIds,
        grantedBy: owner?.userId ?? '',
      }),
    )
  await grant(['con_1'])
  const principal = await identity.principalOf(dana.headers())
  assert.ok(!('refused' in principal))
  assert.equal(allows(principal, 'connection.change', { connectionId: 'con_1' }), true)
  assert.equal(allows(principal, 'connection.change', { connectionId: 'con_2' }), false)
  assert.equal(allows(principal, 'activity.read'), false)
  await assert.rejects(
    grant(['con_3']),
    /foreign key|violates/,
    'a connection of another organisation cannot be named',
  )

  const removal = { memberIdOrEmail: 'dana@i.example', organizationId: organisationId }
  assert.equal((await admin.ask('POST', '/organization/remove-member', removal)).status, 200)
  const left = await control.within(organisationId, (tx) =>
    identity.instanceAdmins.connectionsOf(tx, organisationId, userId),
  )
  assert.deepEqual(left, [])
})

test('no password, token or secret reaches a log or the trail', async () => {
  const entries = await control.asPlatform((tx) => tx.selectFrom('audit_entry').selectAll().execute())
  assert.ok(entries.length > 0)
  const said = JSON.stringify([entries, platform.logged])
  for (const canary of ['correct horse', TEST_SECRET.reveal()]) assert.equal(said.includes(canary), false)
})
