import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, type TestContext, test } from 'node:test'
import type { Position } from '../model/collection.ts'
import type { Death } from './testing/dying.ts'
import { connectNorthwind, serveNorthwind, storesOfFile } from './testing/platform.ts'
import { runRows, setStreams, shownUids, streamRows, until } from './testing/rows.ts'
import { startProcess } from './testing/start-process.ts'

/** Abuse test 23, G1 to G3: a worker's process ends by SIGKILL at each thing it asks of a store, one after the other. */

const file = storesOfFile({ before, after })
const WHENS: readonly Death['when'][] = ['before', 'in', 'after']
/** Lease, allowance, first batch, later batches, position, end: what is beyond the end of a run is not reached. */
const STEPS = 6
const LEASE_MS = 60_000
const OVERLAP_MS = 600_000

type App = Awaited<ReturnType<typeof serveNorthwind>>
const timeOf = ({ record }: { readonly record: unknown }) => Date.parse((record as { at: string }).at)

/** What the app holds before the position, and is not shown. */
async function passedOver(app: App, id: string): Promise<readonly string[]> {
  const [row] = await streamRows(file.stores, id)
  const fromMs = (row?.position as Position | null)?.partitions['']?.fromMs ?? 0
  const shown = await shownUids(file.stores, id, 'audit')
  assert.equal(new Set(shown).size, shown.length, 'shown twice')
  const known = new Set(shown)
  const weekMs = Date.now() - 7 * 86_400_000
  return app.emulator
    .rows('audit')
    .filter((held) => timeOf(held) < fromMs && timeOf(held) > weekMs + OVERLAP_MS)
    .map(({ key }) => `northwind-docs:audit:${key}`)
    .filter((uid) => !known.has(uid))
}

/** Starts a worker that is to die there. @returns whether it did, or came to the end of its run before. */
async function dies(
  t: TestContext,
  app: App,
  id: string,
  death: Death,
  isCareless = false,
): Promise<boolean> {
  const past = new Date(0)
  const [row] = await streamRows(file.stores, id)
  await setStreams(file.stores, id, {
    next_run_at: past,
    lease_until: row?.lease_until === null ? null : past,
  })
  const own = { name: `${id} ${death.when} ${death.at}`, url: app.url, leaseMs: LEASE_MS }
  const worker = startProcess(file.stores, { ...own, death, isCareless })
  t.after(() => void worker.kill('SIGKILL'))
  const exit = once(worker, 'exit')
  await until(
    async () => ({ runs: await runRows(file.stores, id, 'audit'), signal: worker.signalCode }),
    ({ runs, signal }) =>
      signal !== null || runs.some((run) => run.worker === own.name && run.ended_at !== null),
  )
  const isDead = worker.signalCode !== null
  worker.kill('SIGKILL')
  await exit
  return isDead
}

test(`a worker killed before, in and after each of the ${STEPS} steps of a run: nothing before the position is missing, nothing is shown twice`, async (t) => {
  const app = await serveNorthwind(t, { records: 300 })
  const id = await connectNorthwind(file.stores, app.connector, ['audit'])
  const deaths: string[] = []
  for (let at = 1; at <= STEPS; at++)
    for (const when of WHENS) {
      if (await dies(t, app, id, { at, when })) deaths.push(`${when} ${at}`)
      assert.deepEqual(await passedOver(app, id), [], `${when} ${at}`)
    }
  t.diagnostic(`died ${deaths.join(', ')}`)
  assert.ok(deaths.length >= 12, 'control: it died in most of them')
  assert.equal(await dies(t, app, id, { at: 1_000, when: 'before' }), false)
  const [row] = await streamRows(file.stores, id)
  assert.deepEqual([row?.fault, row?.lease_until], [null, null], 'it recovers alone')
  assert.deepEqual(await passedOver(app, id), [])
  assert.ok((await shownUids(file.stores, id, 'audit')).length > 250)
})

test('control: where a store acknowledges what it has not kept, the same count finds events missing before the position', async (t) => {
  const app = await serveNorthwind(t, { records: 300 })
  const id = await connectNorthwind(file.stores, app.connector, ['audit'])
  await dies(t, app, id, { at: 1_000, when: 'before' }, true)
  assert.ok((await passedOver(app, id)).length > 100)
})
