import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  connectNorthwind,
  emulatedConnections,
  ORGANISATION,
  openStores,
  type Stores,
  serveNorthwind,
  workerOf,
} from './testing/platform.ts'
import { streamRows, until } from './testing/rows.ts'

let stores: Stores
const closing: (() => Promise<void>)[] = []
const file = { after: (work: () => Promise<void>) => void closing.push(work) }
before(async () => {
  stores = await openStores(file)
})
after(async () => {
  for (const close of closing.toReversed()) await close()
})

const ALL_TIME = { fromMs: 0, toMs: Date.now() + 86_400_000, conditions: [] }

test('a due stream is read, its events are searchable, its accounts are kept, and its row says how it went', async (t) => {
  const app = await serveNorthwind(t, { records: 250 })
  const id = await connectNorthwind(stores, app.connector, ['users', 'audit'])
  await workerOf(t, stores, emulatedConnections(app.connector, app.url))
  const [audit, users] = await until(
    () => streamRows(stores, id),
    (rows) => rows.every(({ last_success_at, fault }) => last_success_at !== null || fault !== null),
  )
  assert.deepEqual([audit?.fault, users?.fault], [null, null])
  assert.equal(audit?.state, 'waiting')
  assert.equal(audit?.lease_until, null)
  assert.equal(audit?.is_complete, true)
  assert.ok(audit.next_run_at.getTime() > Date.now())
  assert.ok(audit.events_total >= 240, String(audit.events_total))
  const search = await stores.activity.search(ORGANISATION, ALL_TIME, { limit: 10 })
  assert.equal(search.rows.length, 10)
  assert.equal(await stores.activity.count(ORGANISATION, ALL_TIME), audit.events_total)
  const accounts = await stores.control.within(ORGANISATION, (tx) =>
    tx.selectFrom('inventory').selectAll().where('connection_id', '=', id).execute(),
  )
  assert.equal(accounts.length, users?.events_total)
  assert.ok(accounts.every(({ email, status }) => email !== null && status !== null))
})

test('a stream whose app refuses the credential stops the connection and says who must act', async (t) => {
  const app = await serveNorthwind(t, { secrets: { key: 'another' } })
  const id = await connectNorthwind(stores, app.connector, ['users'])
  await workerOf(t, stores, emulatedConnections(app.connector, app.url))
  const [users] = await until(
    () => streamRows(stores, id),
    ([row]) => row?.fault !== null,
  )
  assert.equal(users?.state, 'blocked')
  assert.equal(users?.fault?.code, 'CREDENTIAL_REFUSED')
  assert.equal(users?.fault?.blame, 'operator')
  const connection = await stores.control.within(ORGANISATION, (tx) =>
    tx.selectFrom('connection').select(['status', 'fault']).where('id', '=', id).executeTakeFirstOrThrow(),
  )
  assert.equal(connection.status, 'needs_reauth')
})
