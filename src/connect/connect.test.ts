import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { emulatedTransport } from '../emulator/emulated-transport.ts'
import { claimStream, dueStreams } from '../store/postgres/lease-rows.ts'
import { authorize } from './authorize.ts'
import { callback } from './callback.ts'
import { change } from './change.ts'
import { draft, type NewConnection } from './draft.ts'
import { disconnect, pause, remove, resume, testConnection } from './lifecycle.ts'
import { openApp } from './testing/emulated.ts'
import { openWorld, portsOf, rowOf, secretsOf, sessionOf, trailOf } from './testing/world.ts'

const world = await openWorld({ after })
const app = await openApp(
  { after },
  {
    secrets: { client_id: 'web', client_secret: 's3', key: 'good-key', user: 'u', password: 'p', hook: 'h' },
  },
)
const ports = portsOf(world, { connectors: [app.connector], way: app.way })

const OAUTH: NewConnection = {
  appId: 'northwind-docs',
  name: 'Docs',
  features: ['accounts', 'activity', 'posture'],
  authMethod: 'Administrator',
  settings: { workspace: 'acme' },
  secrets: secretsOf({ client_id: 'web', client_secret: 's3' }),
}
const BY_KEY: NewConnection = { ...OAUTH, authMethod: 'API key', secrets: secretsOf({ key: 'good-key' }) }

async function drafted(organisation: string, given = OAUTH, by = ports) {
  const who = sessionOf(organisation, 'ada')
  const step = await draft(by, who, given)
  assert.ok('step' in step, JSON.stringify(step))
  return { who, step, id: step.row.id }
}
const streamsOf = (organisation: string, id: string) =>
  world.control.within(organisation, (tx) =>
    tx.selectFrom('stream').selectAll().where('connection_id', '=', id).orderBy('name').execute(),
  )

test('everything that is wrong is said at once, and nothing is stored', async () => {
  const answer = await draft(ports, sessionOf('o-wrong', 'ada'), {
    ...OAUTH,
    features: ['activity', 'dreams'],
    settings: { workspace: 'Not A Name', product: 'x', products: ['editor', 'fridge'] },
    secrets: secretsOf({ client_id: 'web', client_secret: '', pasword: 'x' }),
  })
  assert.ok('problems' in answer)
  assert.deepEqual(answer.problems.map(({ place, name }) => `${place} ${name}`).sort(), [
    'features dreams',
    'secrets client_secret',
    'secrets pasword',
    'settings product',
    'settings products',
    'settings workspace',
  ])
  const rows = await world.control.asPlatform((tx) =>
    tx.selectFrom('connection').select('id').where('organisation_id', '=', 'o-wrong').execute(),
  )
  assert.deepEqual(rows, [])
})

test('a person consents, and the connection is active with its first runs due', async () => {
  const { who, step, id } = await drafted('o-oauth')
  assert.deepEqual([step.step, step.row.status], ['consent', 'connecting'])
  const { url } = await authorize(ports, who, id)
  const asked = new URL(url).searchParams
  assert.equal(asked.get('redirect_uri'), 'https://fairlead.example/oauth/cb/northwind-docs/o-oauth')
  assert.equal(asked.get('code_challenge_method'), 'S256')
  assert.match(asked.get('state') ?? '', /^[\w-]{43}$/)
  assert.deepEqual(asked.get('scope')?.split(' ').includes('users:write'), false)
  const done = await callback(ports, who, await app.consent(url))
  assert.equal(done.step, 'done')
  assert.deepEqual(done.lacking, [])
  const row = await rowOf(world, 'o-oauth', id)
  assert.equal(row.status, 'active')
  assert.ok(row.identity)
  assert.deepEqual(row.scopes_granted?.includes('audit:read'), true)
  const streams = await streamsOf('o-oauth', id)
  assert.ok(streams.length > 5)
  assert.ok(streams.every(({ is_enabled, next_run_at }) => is_enabled && next_run_at.getTime() <= Date.now()))
  assert.deepEqual(await trailOf(world, 'o-oauth'), [
    'ada connection.create',
    'ada connection.consent_start',
    'ada connection.connect',
  ])
})

test('what the app delivers has a stream from the start, waited for since the connection is active, and read by nobody', async () => {
  const { who, id } = await drafted('o-pushed')
  const pushedOf = async () => (await streamsOf('o-pushed', id)).find(({ name }) => name === 'pushed')
  const begun = await pushedOf()
  assert.ok(begun?.is_enabled && begun.received_since !== null && begun.last_success_at === null)
  await callback(ports, who, await app.consent((await authorize(ports, who, id)).url))
  const active = await pushedOf()
  assert.ok(Number(active?.received_since) > Number(begun.received_since))
  const names = await world.control.asPlatform(async (tx) =>
    (await dueStreams(tx, { owner: 'w', limit: 1000 }))
      .filter(({ connectionId }) => connectionId === id)
      .map(({ stream }) => stream),
  )
  assert.ok(names.length > 5 && !names.includes('pushed'), names.join())
  const claim = { organisationId: 'o-pushed', connectionId: id, owner: 'w', leaseMs: 1000, most: 9 }
  const claimed = await world.control.within('o-pushed', (tx) =>
    claimStream(tx, { ...claim, stream: 'pushed' }),
  )
  assert.equal(claimed, 'not-due')
  // Control: what is read is claimed.
  const other = await world.control.within('o-pushed', (tx) =>
    claimStream(tx, { ...claim, stream: names[0] ?? '' }),
  )
  assert.ok(typeof other === 'object')
  // Who did not choose the feature takes no deliveries of it.
  const fewer = await drafted('o-pushed', { ...OAUTH, features: ['accounts'] })
  assert.equal(
    (await streamsOf('o-pushed', fewer.id)).find(({ name }) => name === 'pushed')?.is_enabled,
    false,
  )
})

test('with fewer scopes the connection goes on, and says which features lack which', async () => {
  const { who, id } = await drafted('o-fewer')
  const { url } = await authorize(ports, who, id)
  const done = await callback(ports, who, await app.consent(url, ['profile', 'users:read', 'settings:read']))
  assert.equal(done.step, 'done')
  assert.deepEqual(done.lacking, [
    { feature: 'accounts', scopes: ['tokens:read'] },
    { feature: 'activity', scopes: ['audit:read'] },
  ])
  const streams = await streamsOf('o-fewer', id)
  for (const { name, feature, is_enabled } of streams) {
    const lacks = feature === 'activity' || app.connector.streams[name]?.scopes?.includes('tokens:read')
    assert.equal(is_enabled, lacks !== true, name)
  }
  assert.ok(streams.some(({ feature, is_enabled }) => feature === 'accounts' && is_enabled))
  // The consent given later repairs it in place.
  const again = await authorize(ports, who, id)
  const repaired = await callback(ports, who, await app.consent(again.url))
  assert.ok(repaired.step === 'done' && repaired.lacking.length === 0)
  assert.ok((await streamsOf('o-fewer', id)).every(({ is_enabled }) => is_enabled))
})

test('a consent that is denied leaves the connection as it was, and can be begun again', async () => {
  const { who, id } = await drafted('o-denied')
  const { url } = await authorize(ports, who, id)
  await assert.rejects(callback(ports, who, await app.consent(url, 'no')), { code: 'CONSENT_REFUSED' })
  const row = await rowOf(world, 'o-denied', id)
  assert.deepEqual([row.status, row.grant_sealed], ['connecting', null])
  assert.deepEqual((await trailOf(world, 'o-denied')).at(-1), 'ada connection.consent_refuse CONSENT_REFUSED')
  const again = await authorize(ports, who, id)
  assert.equal((await callback(ports, who, await app.consent(again.url))).step, 'done')
})

test('a key is tried at once: a right one connects, a wrong one says why and can be given again', async () => {
  const good = await drafted('o-key', BY_KEY)
  assert.deepEqual([good.step.step, good.step.row.status], ['done', 'active'])
  const wrong = await drafted('o-key', { ...BY_KEY, name: 'Other', secrets: secretsOf({ key: 'wrong' }) })
  assert.ok(wrong.step.step === 'failed')
  assert.deepEqual([wrong.step.fault.code, wrong.step.row.status], ['CREDENTIAL_REFUSED', 'connecting'])
  const wanted = { secrets: secretsOf({ key: 'good-key' }) }
  const repaired = await change(ports, wrong.who, { id: wrong.id, wanted })
  assert.ok('step' in repaired)
  assert.deepEqual([repaired.step, repaired.row.status, repaired.row.fault], ['done', 'active', null])
})

test('new secrets are tried before the old ones are given up', async () => {
  const { who, id } = await drafted('o-rotate', BY_KEY)
  const before = await rowOf(world, 'o-rotate', id)
  const refused = await change(ports, who, { id, wanted: { secrets: secretsOf({ key: 'wrong' }) } })
  assert.ok('step' in refused && refused.step === 'failed')
  const kept = await rowOf(world, 'o-rotate', id)
  assert.deepEqual([kept.status, kept.secrets], ['active', before.secrets])
  const rotated = await change(ports, who, { id, wanted: { secrets: secretsOf({ key: 'good-key' }) } })
  assert.ok('step' in rotated && rotated.step === 'done')
  assert.notDeepEqual((await rowOf(world, 'o-rotate', id)).secrets, before.secrets)
})

test('a changed host erases the secret, and asks for it again; the app never sees it there', async () => {
  const { who, id } = await drafted('o-host', BY_KEY)
  const asked = app.emulator.counts().requests.get('check')
  const moved = await change(ports, who, { id, wanted: { settings: { workspace: 'evil' } } })
  assert.ok('step' in moved && moved.step === 'secrets')
  assert.deepEqual(moved.names, ['key'])
  const row = await rowOf(world, 'o-host', id)
  assert.deepEqual(
    [row.status, row.secrets, row.secret_names, row.grant_sealed],
    ['needs_reauth', null, [], null],
  )
  await testConnection(ports, who, id)
  assert.equal((await rowOf(world, 'o-host', id)).status, 'needs_reauth')
  assert.equal(app.emulator.counts().requests.get('check'), asked)
  const given = await change(ports, who, { id, wanted: { secrets: secretsOf({ key: 'good-key' }) } })
  assert.ok('step' in given && given.step === 'done')
})

test('other settings, another name and fewer features keep the credential', async () => {
  const { who, id } = await drafted('o-change')
  await callback(ports, who, await app.consent((await authorize(ports, who, id)).url))
  const before = await rowOf(world, 'o-change', id)
  const wanted = {
    name: 'Renamed',
    features: ['activity'],
    settings: { workspace: 'acme', downloads: false },
  }
  const changed = await change(ports, who, { id, wanted })
  assert.ok('step' in changed && changed.step === 'done')
  const row = await rowOf(world, 'o-change', id)
  assert.deepEqual(
    [row.name, row.status, row.grant_generation],
    ['Renamed', 'active', before.grant_generation],
  )
  const enabled = (await streamsOf('o-change', id)).filter(({ is_enabled }) => is_enabled)
  assert.ok(enabled.length > 0 && enabled.every(({ feature }) => feature === 'activity'))
  assert.ok(!enabled.some(({ name }) => name === 'downloads'))
})

test('a feature that wants more scopes asks for consent again', async () => {
  const { who, id } = await drafted('o-more', { ...OAUTH, features: ['accounts'] })
  await callback(ports, who, await app.consent((await authorize(ports, who, id)).url))
  const step = await change(ports, who, { id, wanted: { features: ['accounts', 'activity'] } })
  assert.ok('step' in step && step.step === 'consent')
  const { url } = await authorize(ports, who, id)
  assert.ok(new URL(url).searchParams.get('scope')?.includes('audit:read'))
  const done = await callback(ports, who, await app.consent(url))
  assert.ok(done.step === 'done' && done.lacking.length === 0)
})

test('a connection is paused and resumed; both are in the trail', async () => {
  const { who, id } = await drafted('o-pause', BY_KEY)
  assert.equal((await pause(ports, who, id)).status, 'paused')
  assert.equal((await pause(ports, who, id)).status, 'paused')
  assert.ok('step' in (await testConnection(ports, who, id)))
  assert.equal((await rowOf(world, 'o-pause', id)).status, 'paused')
  assert.equal((await resume(ports, who, id)).status, 'active')
  const actions = (await trailOf(world, 'o-pause')).slice(-3)
  assert.deepEqual(actions, ['ada connection.pause', 'ada connection.test', 'ada connection.resume'])
})

test('disconnecting revokes at the app and destroys what is kept; data and streams stay, and it can be connected again', async () => {
  const { who, id } = await drafted('o-off')
  await callback(ports, who, await app.consent((await authorize(ports, who, id)).url))
  const { revocation, row } = await disconnect(ports, who, id)
  assert.equal(revocation, 'done')
  assert.equal(app.emulator.counts().requests.get('revoke'), 1)
  assert.deepEqual(
    [row.status, row.secrets, row.grant_sealed, row.secret_names],
    ['disconnected', null, null, []],
  )
  assert.ok((await streamsOf('o-off', id)).length > 0)
  await assert.rejects(authorize(ports, who, id), { code: 'CONNECTION_UNFIT' })
  const again = await change(ports, who, { id, wanted: { secrets: OAUTH.secrets } })
  assert.ok('step' in again && again.step === 'consent')
  assert.equal(
    (await callback(ports, who, await app.consent((await authorize(ports, who, id)).url))).step,
    'done',
  )
})

test('an app that cannot be told does not keep the credential alive here', async () => {
  const { who, id } = await drafted('o-deaf')
  await callback(ports, who, await app.consent((await authorize(ports, who, id)).url))
  const way = { allowLoopback: true, through: emulatedTransport('http://127.0.0.1:1') }
  const deaf = portsOf(world, { connectors: [app.connector], way })
  const { revocation, row } = await disconnect(deaf, who, id)
  assert.deepEqual([revocation, row.grant_sealed], ['failed', null])
})

test('removing deletes the activity first, and is repeated when that failed', async () => {
  const { who, id } = await drafted('o-remove', BY_KEY)
  const erased: string[] = []
  const failing = { ...ports, eraseActivity: () => Promise.reject(new Error('store is down')) }
  await assert.rejects(remove(failing, who, id))
  assert.equal((await rowOf(world, 'o-remove', id)).status, 'disconnected')
  await remove({ ...ports, eraseActivity: async (_organisation, one) => void erased.push(one) }, who, id)
  assert.deepEqual(erased, [id])
  await assert.rejects(pause(ports, who, id), { code: 'NOT_FOUND' })
  assert.deepEqual(await streamsOf('o-remove', id), [])
})

test('one app is connected twice, and neither knows the other', async () => {
  const one = await drafted('o-two', BY_KEY)
  const two = await drafted('o-two', { ...BY_KEY, name: 'Second', settings: { workspace: 'other' } })
  await disconnect(ports, one.who, one.id)
  assert.equal((await rowOf(world, 'o-two', two.id)).status, 'active')
})

test("another organisation's connection is as unknown as one that never was", async () => {
  const { id } = await drafted('o-mine', BY_KEY)
  const thief = sessionOf('o-thief', 'eve')
  for (const one of [id, 'con_unknown']) {
    const wanted = { name: 'x' }
    const tries = [
      () => authorize(ports, thief, one),
      () => change(ports, thief, { id: one, wanted }),
      () => pause(ports, thief, one),
      () => resume(ports, thief, one),
      () => testConnection(ports, thief, one),
      () => disconnect(ports, thief, one),
    ]
    for (const attempt of tries)
      await assert.rejects(attempt(), { code: 'NOT_FOUND', message: 'there is no such connection' })
  }
  assert.equal((await rowOf(world, 'o-mine', id)).status, 'active')
})
