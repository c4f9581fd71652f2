import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Secret } from '../lib/secret.ts'
import { filesWith } from '../lib/testing/traces.ts'
import { updateConnection } from '../store/postgres/connection-rows.ts'
import { authorize } from './authorize.ts'
import { callback } from './callback.ts'
import { draft } from './draft.ts'
import { testConnection } from './lifecycle.ts'
import { resealOrganisation } from './reseal.ts'
import { openStored, readStored } from './stored.ts'
import { openApp } from './testing/emulated.ts'
import { openWorld, portsOf, rowOf, secretsOf, sessionOf, vaultOver } from './testing/world.ts'

const canary = () => `CANARY-${randomBytes(16).toString('hex')}`

/** The files of a server elsewhere cannot be read from here. */
const skip = process.env['FAIRLEAD_TEST_DATABASE_URL'] !== undefined && 'needs the embedded database'

test('a copy of the data directory, write-ahead log included, holds no usable secret', {
  skip,
}, async (t) => {
  const world = await openWorld(t)
  const app = await openApp(t)
  const ports = portsOf(world, { connectors: [app.connector], way: app.way })
  const ada = sessionOf('o-disk', 'ada')
  const given = { client_id: canary(), client_secret: canary() }
  const shown = canary()
  const step = await draft(ports, ada, {
    appId: 'northwind-docs',
    // Control: what is not sealed is found by the same search.
    name: shown,
    features: ['accounts'],
    authMethod: 'Administrator',
    settings: { workspace: 'acme' },
    secrets: secretsOf(given),
  })
  assert.ok('step' in step)
  const { id } = step.row
  const { url } = await authorize(ports, ada, id)
  const back = await app.consent(url)
  await callback(ports, ada, back)
  const key = canary()
  await draft(ports, ada, {
    ...{ appId: 'northwind-docs', name: 'By key', features: ['accounts'], authMethod: 'API key' },
    ...{ settings: { workspace: 'acme' }, secrets: secretsOf({ key }) },
  })
  await testConnection(ports, ada, id)
  const stored = await readStored(ports, await rowOf(world, 'o-disk', id))
  const connection = openStored(ports, stored, { by: 'worker' })
  const grant = await connection.credentials.store.read()
  await connection.close()
  const revealed = [grant?.accessToken, grant?.refreshToken].map(
    (one: Secret | undefined) => one?.reveal() ?? '',
  )
  assert.ok(revealed.every((token) => token.length > 10))
  const callbackParams = new URL(back).searchParams
  const secret = [
    ...Object.values(given),
    ...[key, ...revealed],
    ...[callbackParams.get('state') ?? '', callbackParams.get('code') ?? ''],
  ]
  const folder = world.engines.directory
  assert.deepEqual(await filesWith(folder, secret), [])
  const control = await filesWith(folder, [shown])
  assert.ok(
    control.some((name) => /^[0-9A-F]{24}$/.test(name)),
    `the log is searched: ${control.join()}`,
  )
})

test('a sealed column copied to another row, organisation or column opens nowhere', async (t) => {
  const world = await openWorld(t)
  const app = await openApp(t)
  const ports = portsOf(world, { connectors: [app.connector], way: app.way })
  const connect = async (organisation: string, name: string) => {
    const who = sessionOf(organisation, 'ada')
    const step = await draft(ports, who, {
      ...{ appId: 'northwind-docs', name, features: ['accounts'], authMethod: 'API key' },
      ...{ settings: { workspace: 'acme' }, secrets: secretsOf({ key: name }) },
    })
    assert.ok('step' in step && step.step === 'done')
    return { who, row: step.row }
  }
  const mine = await connect('o-swap', 'one')
  const others = [await connect('o-swap', 'two'), await connect('o-swap-else', 'three')]
  for (const { who, row } of others) {
    const put = (secrets: Buffer | null) =>
      world.control.within(who.organisationId, (tx) => updateConnection(tx, row.id, { secrets }))
    await put(mine.row.secrets)
    await assert.rejects(testConnection(ports, who, row.id), { code: 'SEAL_BROKEN' })
    // Control: the row's own value opens.
    await put(row.secrets)
    assert.equal((await testConnection(ports, who, row.id)).step, 'done')
  }
  await world.control.within('o-swap', (tx) =>
    updateConnection(tx, mine.row.id, { grant_sealed: mine.row.secrets }),
  )
  const stored = await readStored(ports, await rowOf(world, 'o-swap', mine.row.id))
  const connection = openStored(ports, stored, { by: 'worker' })
  t.after(connection.close)
  await assert.rejects(connection.credentials.store.read(), { code: 'SEAL_BROKEN' })
})

test('after a rotation everything is sealed with the new data key, and opens', async (t) => {
  const world = await openWorld(t)
  const app = await openApp(t)
  const ports = portsOf(world, { connectors: [app.connector], way: app.way })
  const who = sessionOf('o-reseal', 'ada')
  const ids: string[] = []
  for (let i = 0; i < 3; i++) {
    const step = await draft(ports, who, {
      ...{ appId: 'northwind-docs', name: `${i}`, features: ['accounts'], authMethod: 'Service account' },
      ...{ settings: { workspace: 'acme' }, secrets: secretsOf({ user: 'u', password: 'p' }) },
    })
    assert.ok('step' in step && step.step === 'done')
    ids.push(step.row.id)
  }
  await world.vault.rotateDataKey('o-reseal')
  // Secrets and grant of each.
  assert.equal(await resealOrganisation(world.control, world.vault, 'o-reseal'), 6)
  assert.equal(await resealOrganisation(world.control, world.vault, 'o-reseal'), 0)
  // Nothing needs the old key any more.
  await world.control.within('o-reseal', (tx) => tx.deleteFrom('data_key').where('version', '=', 1).execute())
  const again = { ...world, vault: await vaultOver(world.control, ports.clock) }
  const fresh = portsOf(again, { connectors: [app.connector], way: app.way })
  for (const id of ids) assert.equal((await testConnection(fresh, who, id)).step, 'done')
})
