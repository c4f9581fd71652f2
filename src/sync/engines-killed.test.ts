import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestEngines, withEngines } from '../store/engines/testing.ts'
import { type Change, openChangeChannel } from '../store/postgres/change-channel.ts'
import {
  connectNorthwind,
  emulatedConnections,
  ORGANISATION,
  openStoresAt,
  type Stores,
  serveNorthwind,
  workerOf,
} from './testing/platform.ts'
import { setStreams, shownUids, streamRows, until } from './testing/rows.ts'

/** Abuse tests 23 and 24, G10: both engines die at once, again and again, under a worker that reads. */

/** FAIRLEAD_KILLS asks for more. */
const KILLS = Number(process.env['FAIRLEAD_KILLS'] ?? 6)
const isEmbedded =
  process.env['FAIRLEAD_TEST_DATABASE_URL'] === undefined &&
  process.env['FAIRLEAD_TEST_CLICKHOUSE_URL'] === undefined

let engines: TestEngines
let stores: Stores
const closing: (() => Promise<void>)[] = []
const file = { after: (work: () => Promise<void>) => void closing.push(work) }
before(async () => {
  engines = await withEngines(file)
  stores = await openStoresAt(file, engines)
})
after(async () => {
  for (const close of closing.toReversed()) await close()
})

async function pidOf(name: 'postgres' | 'activity'): Promise<number> {
  const status = await until(
    async () => (await engines.status())[name],
    (seen) => seen !== 'external' && seen.state === 'ready' && seen.pid !== undefined,
  )
  return status === 'external' ? 0 : (status.pid ?? 0)
}

test(`PostgreSQL and chDB killed ${KILLS} times under load: nothing lost, nothing twice, all recover alone`, {
  skip: isEmbedded ? false : 'the engines are not ours to kill',
  timeout: 600_000,
}, async (t) => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  t.after(() => void process.off('unhandledRejection', note))

  const app = await serveNorthwind(t, { records: 600, live: { count: 1, perMs: 1_000 } })
  const id = await connectNorthwind(stores, app.connector, ['audit', 'users'])
  await setStreams(stores, id, { every_ms: 1_000 })
  const channel = openChangeChannel(stores.control.pool, engines.databaseUrl)
  t.after(channel.close)
  const heard: Change[] = []
  channel.subscribe(ORGANISATION, (change) => heard.push(change))
  const worker = await workerOf(t, stores, emulatedConnections(app.connector, app.url), {
    name: 'survivor',
    leaseMs: 2_000,
    ports: {
      tell: ({ organisationId, connectionId, stream }) =>
        channel.tell({ kind: 'stream', organisationId, connectionId, stream }),
    },
  })
  const startBytes = process.memoryUsage().rss
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((wake) => setTimeout(wake, 300 + ((kill * 337) % 900)))
    process.kill(await pidOf(kill % 2 === 0 ? 'postgres' : 'activity'), 'SIGKILL')
  }
  const lastKillMs = Date.now()
  await pidOf('postgres')
  await pidOf('activity')
  // A stream that failed is tried again after a minute; here, now.
  const rows = await until(
    async () => {
      await setStreams(stores, id, { next_run_at: new Date(0) }).catch(() => undefined)
      return streamRows(stores, id).catch(() => [])
    },
    (all) =>
      all.length === 2 &&
      all.every(
        ({ last_success_at, fault }) => (last_success_at?.getTime() ?? 0) > lastKillMs && fault === null,
      ),
    60_000,
  )
  assert.ok(rows.every(({ state }) => state !== 'failed'))
  const before = heard.length
  await until(
    async () => heard.length,
    (count) => count > before,
  )
  await worker.stop()
  const settledMs = lastKillMs - 15 * 60_000
  const shown = await shownUids(stores, id, 'audit')
  assert.equal(new Set(shown).size, shown.length, 'shown twice')
  const known = new Set(shown)
  const held = app.emulator
    .rows('audit')
    .filter(({ record }) => Date.parse((record as { at: string }).at) < settledMs)
    // The oldest left the look-back while the app was served.
    .filter(({ record }) => Date.parse((record as { at: string }).at) > lastKillMs - 7 * 86_400_000 + 300_000)
  assert.deepEqual(held.filter(({ key }) => !known.has(`northwind-docs:audit:${key}`)).length, 0, 'lost')
  assert.ok(held.length > 500, `${held.length} records`)
  assert.deepEqual(unhandled, [])
  const grown = (process.memoryUsage().rss - startBytes) / 2 ** 20
  assert.ok(grown < 200, `${grown} MiB more`)
  const status = await engines.status()
  const restarts = [status.postgres, status.activity].map((one) => (one === 'external' ? 0 : one.restarts))
  t.diagnostic(
    `restarts ${restarts.join(' and ')}, ${worker.errors.length} errors told, ${Math.round(grown)} MiB more`,
  )
  assert.ok(restarts[0]! + restarts[1]! >= KILLS - 1)
})
