import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { change } from './change.ts'
import { draft } from './draft.ts'
import { addReceivedStreams } from './received.ts'
import { openApp } from './testing/emulated.ts'
import { openWorld, portsOf, secretsOf, sessionOf } from './testing/world.ts'

const world = await openWorld({ after })
const app = await openApp({ after }, { secrets: { key: 'good-key' } })
const ports = portsOf(world, { connectors: [app.connector], way: app.way })

async function connected(organisation: string, features: readonly string[]) {
  const who = sessionOf(organisation, 'ada')
  const step = await draft(ports, who, {
    ...{ appId: 'northwind-docs', name: 'Docs', features, authMethod: 'API key' },
    settings: { workspace: 'acme' },
    secrets: secretsOf({ key: 'good-key' }),
  })
  assert.ok('step' in step && step.step === 'done', JSON.stringify(step))
  return { who, id: step.row.id }
}
const rowsOf = (organisation: string, id: string) =>
  world.control.within(organisation, (tx) =>
    tx.selectFrom('stream').selectAll().where('connection_id', '=', id).orderBy('name').execute(),
  )
/** As it was before what is delivered had rows. */
const age = (organisation: string, id: string) =>
  world.control.within(organisation, (tx) =>
    tx.deleteFrom('stream').where('connection_id', '=', id).where('received_since', 'is not', null).execute(),
  )

test('connections made before what is delivered had rows get theirs once, as connecting would have made them', async () => {
  const made = new Map<string, string>()
  const before = new Map<string, readonly object[]>()
  for (const [organisation, features] of [
    ['o-with', ['accounts', 'activity']],
    ['o-without', ['accounts']],
  ] as const) {
    const { id } = await connected(organisation, features)
    made.set(organisation, id)
    before.set(organisation, shape(await rowsOf(organisation, id)))
    await age(organisation, id)
    assert.equal((await rowsOf(organisation, id)).length, (before.get(organisation)?.length ?? 0) - 1)
  }
  assert.equal(await addReceivedStreams(ports), 2)
  for (const [organisation, id] of made)
    assert.deepEqual(shape(await rowsOf(organisation, id)), before.get(organisation))
  assert.equal(await addReceivedStreams(ports), 0)
})

const shape = (rows: Awaited<ReturnType<typeof rowsOf>>) =>
  rows.map(({ name, kind, feature, every_ms, is_enabled, received_since }) => ({
    ...{ name, kind, feature, every_ms, is_enabled },
    isReceived: received_since !== null,
  }))

test('what somebody switched off stays off, and settings that make no sense stop nobody else', async () => {
  const odd = await connected('o-odd', ['activity'])
  const off = await connected('o-off', ['activity'])
  await age('o-odd', odd.id)
  await world.control.within('o-odd', (tx) =>
    tx.updateTable('connection').set({ settings: '{}' }).where('id', '=', odd.id).execute(),
  )
  await change(ports, off.who, { id: off.id, wanted: { features: ['accounts'] } })
  assert.equal(await addReceivedStreams(ports), 0)
  assert.equal((await rowsOf('o-off', off.id)).find(({ name }) => name === 'pushed')?.is_enabled, false)
})
