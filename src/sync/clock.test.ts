import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../lib/clock.ts'
import type { Position } from '../model/collection.ts'
import { sharedClock } from './shared-clock.ts'
import {
  connectNorthwind,
  emulatedConnections,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import { readAgain, setStreams, streamRows, until } from './testing/rows.ts'

/** Clocks that are wrong, of the app and of a worker: G4. */

const file = storesOfFile({ before, after })
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** A first page with an event dated 2099, for a worker whose clock is `offMs` off. */
async function dated2099(t: TestContext, offMs: number) {
  const { stores } = file
  const clock: Clock = { now: () => Date.now() + offMs, sleep: systemClock.sleep }
  let isFirst = true
  const app = await serveNorthwind(
    t,
    { records: 60, live: { count: 1, perMs: 100 } },
    async (request, answer) => {
      const told = await answer()
      if (!request.url.pathname.endsWith('/audit') || !isFirst) return told
      isFirst = false
      const page = JSON.parse(String(told.body)) as { entries: Record<string, unknown>[] }
      // Asked for what is in 2099, the app holds nothing.
      const [one = { id: 'evt_2099', event: 'user.signed_in', actor: { id: 'u1' } }, ...others] = page.entries
      return {
        ...told,
        body: JSON.stringify({ ...page, entries: [{ ...one, at: '2099-01-01T00:00:00Z' }, ...others] }),
      }
    },
  )
  const id = await connectNorthwind(stores, app.connector, ['audit'])
  const connections = emulatedConnections(app.connector, app.url, clock)
  await workerOf(t, stores, connections, { name: `worker-${id}`, ports: { clock } })
  const [first] = await readAgain(stores, id)
  return { id, stores, first }
}

test('an event dated 2099 freezes nothing: later events are read, and the newest believable one counts', async (t) => {
  const { id, stores, first } = await dated2099(t, 0)
  assert.equal(first?.fault, null)
  assert.ok((first?.last_event_at?.getTime() ?? Number.POSITIVE_INFINITY) < Date.now() + MINUTE_MS)
  const fromMs = (first?.position as Position | undefined)?.partitions['']?.fromMs ?? Number.POSITIVE_INFINITY
  assert.ok(fromMs <= Date.now() + 5 * MINUTE_MS, new Date(fromMs).toISOString())
  const [second] = await readAgain(stores, id)
  assert.ok((second?.records_total ?? 0) > (first?.records_total ?? 0), 'the overlap was read')
  assert.ok((second?.last_event_at?.getTime() ?? 0) >= (first?.last_event_at?.getTime() ?? 0))
})

test('control: where 2099 is believed, the event of 2099 is the newest for good', async (t) => {
  const { first } = await dated2099(t, Date.UTC(2099, 0, 2) - Date.now())
  assert.ok((first?.last_event_at?.getTime() ?? 0) >= Date.UTC(2099, 0, 1))
})

/** A worker whose machine is `offMs` off for two seconds, under a schedule of a second. */
async function under(t: TestContext, offMs: number, correct: boolean, runs = 4) {
  const { stores } = file
  const off: Clock = { now: () => Date.now() + offMs, sleep: systemClock.sleep }
  const app = await serveNorthwind(t, { records: 60 })
  const id = await connectNorthwind(stores, app.connector, ['audit'])
  await setStreams(stores, id, { every_ms: 1_500 })
  const clock = correct ? await sharedClock(stores.control, off) : off
  const connections = emulatedConnections(app.connector, app.url, clock)
  const worker = await workerOf(t, stores, connections, { name: `worker-${id}`, ports: { clock } })
  const startMs = Date.now()
  const [row] = await until(
    () => streamRows(stores, id),
    ([audit]) => (audit?.generation ?? 0) >= runs && audit?.lease_until === null,
  )
  await worker.stop()
  const reachedMs = (row?.position as Position | null)?.partitions['']?.fromMs ?? 0
  return { row, tookMs: Date.now() - startMs, reachedMs, asked: app.asked }
}

for (const [what, offMs] of [
  ['ahead', DAY_MS],
  ['behind', -DAY_MS],
] as const)
  test(`a worker whose clock is a day ${what} reads on schedule, neither seldom nor all the time`, async (t) => {
    const { row, tookMs, reachedMs } = await under(t, offMs, true)
    assert.equal(row?.fault, null)
    assert.ok(tookMs > 3 * 1_500 - 1_000, `four runs in ${tookMs} ms`)
    const nextMs = row?.next_run_at.getTime() ?? 0
    assert.ok(Math.abs(nextMs - Date.now()) < 20_000, new Date(nextMs).toISOString())
    assert.ok(reachedMs <= Date.now(), 'the position is not ahead')
    assert.ok(reachedMs > Date.now() - 2 * DAY_MS, 'and not behind')
  })

test('control: without the shared clock a worker that is ahead asks for a day that has not been', async (t) => {
  const newest = ({ asked }: Awaited<ReturnType<typeof under>>) =>
    Math.max(...asked.map(({ url }) => Date.parse(url.searchParams.get('until') ?? '')))
  assert.ok(newest(await under(t, DAY_MS, false, 1)) > Date.now() + DAY_MS / 2)
  assert.ok(newest(await under(t, DAY_MS, true, 1)) <= Date.now())
})
