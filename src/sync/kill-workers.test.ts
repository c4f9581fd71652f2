import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseFault } from '../emulator/faults.ts'
import { timestampMs } from '../ocsf/timestamp.ts'
import {
  connectNorthwind,
  ORGANISATION,
  openStores,
  type Stores,
  serveNorthwind,
} from './testing/platform.ts'
import { shownUids, streamRows, until } from './testing/rows.ts'
import { startProcess } from './testing/start-process.ts'

/** FAIRLEAD_KILLS asks for more. */
const KILLS = Number(process.env['FAIRLEAD_KILLS'] ?? 10)
const LEASE_MS = 2_000
const STREAMS = ['audit', 'sign_ins', 'users']
const FAULTS = ['429:0.02', '500:0.03', 'truncated:0.03', 'duplicate:0.03', 'gzip:0.2', 'late']

let stores: Stores
const closing: (() => Promise<void>)[] = []
before(async () => {
  stores = await openStores({ after: (work) => void closing.push(work) })
})
after(async () => {
  for (const close of closing.toReversed()) await close()
})

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms))

const ALL_TIME = { fromMs: 0, toMs: Date.now() + 86_400_000, conditions: [] }

test(`two workers killed ${KILLS} times at random, with faults on: nothing lost, nothing twice, no stream stuck`, {
  timeout: 600_000,
}, async (t) => {
  const random = seeded(11)
  const app = await serveNorthwind(t, {
    records: 400,
    live: { count: 1, perMs: 500 },
    faults: FAULTS.map((text) => parseFault(text)!),
    seed: 'kill',
  })
  const id = await connectNorthwind(stores, app.connector, STREAMS)
  await stores.control.within(ORGANISATION, (tx) =>
    tx.updateTable('stream').set({ every_ms: 1000 }).where('connection_id', '=', id).execute(),
  )
  const workers = [0, 1].map((index) =>
    startProcess(stores, { name: `worker-${index}`, url: app.url, leaseMs: LEASE_MS }),
  )
  t.after(() => {
    for (const worker of workers) worker.kill('SIGKILL')
  })
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(400 + random() * 1600)
    const victim = random() < 0.5 ? 0 : 1
    workers[victim]?.kill('SIGKILL')
    workers[victim] = startProcess(stores, {
      name: `worker-${victim}-${kill}`,
      url: app.url,
      leaseMs: LEASE_MS,
    })
  }
  const lastKillMs = Date.now()
  await until(
    () => streamRows(stores, id),
    (rows) => rows.every(({ last_run_at }) => (last_run_at?.getTime() ?? 0) > lastKillMs),
    LEASE_MS * 2 + 10_000,
  )
  await until(
    () => streamRows(stores, id),
    (rows) => rows.every(({ last_success_at }) => (last_success_at?.getTime() ?? 0) > lastKillMs + 5_000),
    120_000,
  )
  for (const worker of workers) worker.kill('SIGKILL')
  for (const stream of ['audit', 'sign_ins']) {
    const shown = await shownUids(stores, id, stream)
    assert.equal(new Set(shown).size, shown.length, `${stream}: shown twice`)
    assert.equal(
      await stores.activity.count(ORGANISATION, {
        ...ALL_TIME,
        conditions: [{ field: 'stream', operator: 'is', values: [stream] }],
      }),
      shown.length,
    )
    const plan = app.connector.streams[stream]
    const settledMs = lastKillMs - (plan?.window?.lag ?? 0) - (plan?.window?.overlap ?? 0)
    const held = app.emulator
      .rows(stream)
      .filter(({ record }) => (timestampMs(plan?.window?.time.evaluate({ record })) ?? 0) < settledMs)
    const known = new Set(shown)
    const missing = held.filter(({ key }) => !known.has(`northwind-docs:${stream}:${key}`))
    assert.deepEqual(
      missing.slice(0, 3).map(({ key }) => key),
      [],
      `${stream}: ${missing.length} of ${held.length} missing`,
    )
    assert.ok(held.length > 300, `${stream}: ${held.length} records`)
  }
})
