import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { after, before, type TestContext, test } from 'node:test'
import { refusal } from '../emulator/wire.ts'
import { systemClock } from '../lib/clock.ts'
import type { Position } from '../model/collection.ts'
import {
  connectNorthwind,
  emulatedConnections,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import {
  connectionRow,
  inventoryRows,
  runRows,
  setStreams,
  shownUids,
  streamRows,
  until,
} from './testing/rows.ts'
import { startProcess } from './testing/start-process.ts'

/** Abuse test 23, G3: a worker that was stopped in the middle of a page and comes back when another has read the stream to its end. */

const file = storesOfFile({ before, after })
const LEASE_MS = 1_500
const HOUR_MS = 3_600_000

type Stream = { readonly name: 'users' | 'audit'; readonly path: string; readonly isRefused?: true }
const USERS: Stream = { name: 'users', path: '/users' }
/** The answer that the stopped worker waits for says that its credential is no good. */
const REFUSED: Stream = { ...USERS, isRefused: true }
const AUDIT: Stream = { name: 'audit', path: '/audit' }

/** @param isGuarded false: the stream's generation is put back, so that the one who lost the lease is taken for its holder. */
async function comesBack(t: TestContext, { name, path, isRefused }: Stream, isGuarded: boolean) {
  const { stores } = file
  const later = { ms: 0 }
  const clock = { now: () => Date.now() + later.ms, sleep: systemClock.sleep }
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  let asked = 0
  const app = await serveNorthwind(
    t,
    {
      clock,
      records: (stream) => (stream === 'users' ? 70 : 150),
      live: { count: 1, perMs: 60_000 },
    },
    async (request, answer) => {
      if (request.url.pathname.endsWith(path) && ++asked === 3) {
        reached.resolve()
        await gate.promise
        if (isRefused) return refusal(401, 'no', 'Not this key.')
      }
      return answer()
    },
  )
  const id = await connectNorthwind(stores, app.connector, [name])
  const zombie = startProcess(stores, { name: `zombie-${id}`, url: app.url, leaseMs: LEASE_MS })
  t.after(() => void zombie.kill('SIGKILL'))
  await reached.promise
  // Two pages are kept before.
  if (name === 'users')
    await until(
      () => inventoryRows(stores, id),
      (rows) => rows.length >= 40,
    )
  await stopOutside(zombie)
  const [leased] = await streamRows(stores, id)
  later.ms = HOUR_MS
  const other = await workerOf(t, stores, emulatedConnections(app.connector, app.url, clock), {
    name: `other-${id}`,
    ports: { clock },
  })
  await until(
    () => streamRows(stores, id),
    ([row]) => row?.last_success_at !== null && row?.lease_until === null,
  )
  await other.stop()
  const [finished] = await streamRows(stores, id)
  assert.ok(finished && leased && finished.generation > leased.generation, JSON.stringify([leased, finished]))
  if (!isGuarded) {
    await setStreams(stores, id, { generation: leased.generation })
  }
  // Nobody else is to read it: what changes now is the zombie's doing.
  await setStreams(stores, id, { next_run_at: new Date(Date.now() + HOUR_MS) })
  const [forgotten] = await runRows(stores, id, name)
  gate.resolve()
  zombie.kill('SIGCONT')
  const runs = await until(
    () => runRows(stores, id, name),
    ([first]) => first?.ended_at?.getTime() !== forgotten?.ended_at?.getTime(),
  )
  const [row] = await streamRows(stores, id)
  return { id, stores, app, finished, row, runs }
}

/** Stops a worker where it holds no transaction open. */
async function stopOutside(worker: ChildProcess): Promise<void> {
  await until(
    async () => {
      worker.kill('SIGSTOP')
      const { rows } = await file.stores.control.pool.query(
        `select pid from pg_stat_activity where state like 'idle in transaction%'`,
      )
      if (rows.length > 0) worker.kill('SIGCONT')
      return rows.length
    },
    (open) => open === 0,
  )
}

const reachedMs = (position: unknown) => (position as Position).partitions['']?.fromMs ?? 0

test('a stopped worker that comes back changes nothing: the position stays, no event is shown twice', async (t) => {
  const { stores, id, row, finished, runs } = await comesBack(t, AUDIT, true)
  assert.deepEqual(row?.position, finished.position)
  assert.deepEqual(
    runs.map(({ state, worker }) => [state, worker.split('-')[0]]),
    [
      ['interrupted', 'zombie'],
      ['done', 'other'],
    ],
  )
  assert.equal(row?.events_total, finished.events_total)
  const shown = await shownUids(stores, id, 'audit')
  assert.equal(new Set(shown).size, shown.length)
  assert.ok(shown.length > 150, String(shown.length))
})

test('control: with the generation put back, the stopped worker moves the position an hour back', async (t) => {
  const { row, finished } = await comesBack(t, AUDIT, false)
  const backMs = reachedMs(finished.position) - reachedMs(row?.position)
  assert.ok(backMs > HOUR_MS / 2, `${backMs} ms`)
})

test('a stopped worker that comes back marks no account as deleted', async (t) => {
  const { stores, id, runs } = await comesBack(t, USERS, true)
  const accounts = await inventoryRows(stores, id)
  assert.equal(accounts.length, 70)
  assert.ok(
    accounts.every(({ deleted_at, last_run_id }) => deleted_at === null && last_run_id === runs[1]?.id),
  )
  assert.equal(runs[0]?.state, 'interrupted')
})

test('control: with the generation put back, accounts that are there are marked as deleted', async (t) => {
  const { stores, id } = await comesBack(t, USERS, false)
  const gone = (await inventoryRows(stores, id)).filter(({ deleted_at }) => deleted_at !== null)
  assert.ok(gone.length > 0)
})

test('a stopped worker that comes back and is refused does not stop the connection', async (t) => {
  const { stores, id, row } = await comesBack(t, REFUSED, true)
  assert.equal((await connectionRow(stores, id)).status, 'active')
  assert.equal(row?.fault, null)
})

test('control: with the generation put back, it stops the connection', async (t) => {
  const { stores, id } = await comesBack(t, REFUSED, false)
  assert.equal((await connectionRow(stores, id)).status, 'needs_reauth')
})

test('a worker that was stopped with a lock in its hand keeps the stream from nobody for long', async (t) => {
  const { stores } = file
  const app = await serveNorthwind(t)
  const id = await connectNorthwind(stores, app.connector, ['users'])
  const stopped = await stores.control.pool.connect()
  t.after(async () => stopped.release(true))
  await stopped.query(`begin; select set_config('fairlead.system', 'on', true)`)
  await stopped.query(`select id from connection where id = '${id}' for update`)
  await workerOf(t, stores, emulatedConnections(app.connector, app.url))
  const [row] = await until(
    () => streamRows(stores, id),
    ([users]) => users?.last_success_at !== null,
    20_000,
  )
  assert.equal(row?.fault, null)
})
