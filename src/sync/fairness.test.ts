import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openSlots } from './slots.ts'
import {
  connectNorthwind,
  emulatedConnections,
  northwindWith,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import { runRows, streamRows, until } from './testing/rows.ts'

/** Many events, many streams, long waits: nobody is kept waiting by another. G14. */

const file = storesOfFile({ before, after })
/** FAIRLEAD_MANY asks for more. */
const MANY = Number(process.env['FAIRLEAD_MANY'] ?? 3_000)
const BUSY = ['audit', 'sign_ins', 'users', 'groups', 'app_grants', 'api_tokens', 'shared_links', 'org']

test(`one with ten events is done long before one with ${MANY} and every stream due; turns end and go on`, async (t) => {
  const { stores } = file
  const connector = await northwindWith(
    ['rate: 1200/min', 'rate: 100000/min'],
    ['lag: 2m, overlap: 10m, maxSpan: 7d', 'lag: 2m, overlap: 10m, maxSpan: 12h'],
  )
  const large = await serveNorthwind(t, { records: MANY, pageSize: 100 })
  const small = await serveNorthwind(t, { records: 10 })
  const heavy = await connectNorthwind(stores, connector, BUSY)
  const urls = new Map([[heavy, large.url]])
  await workerOf(t, stores, emulatedConnections(connector, urls), {
    concurrency: 2,
    ports: { turnMs: 1_500 },
  })
  await until(
    () => streamRows(stores, heavy),
    (rows) => rows.some(({ state }) => state === 'running'),
  )
  const light = await connectNorthwind(stores, connector, ['audit'])
  urls.set(light, small.url)
  const startMs = Date.now()
  await until(
    () => streamRows(stores, light),
    ([audit]) => audit?.last_success_at !== null,
  )
  const lightMs = Date.now() - startMs
  const rows = await streamRows(stores, heavy)
  assert.ok(
    rows.some(({ last_success_at }) => last_success_at === null),
    'the large one was still at it',
  )
  await until(
    () => streamRows(stores, heavy),
    (all) => all.every(({ last_success_at, fault }) => last_success_at !== null && fault === null),
    300_000,
  )
  const heavyMs = Date.now() - startMs
  t.diagnostic(`ten events after ${lightMs} ms, ${MANY} after ${heavyMs} ms`)
  const runs = await runRows(stores, heavy, 'audit')
  assert.ok(runs.length > 1, 'the turn ended')
  assert.deepEqual(
    runs.map(({ state }) => state),
    [...runs.slice(1).map(() => 'interrupted'), 'done'],
  )
  const read = runs.reduce((sum, { records }) => sum + records, 0)
  assert.ok(read >= MANY * 0.99 && read < MANY * 1.5, `${read} records in ${runs.length} turns`)
})

test('while an app makes every stream wait, the slots are lent: another connection is read at once', async (t) => {
  const { stores } = file
  const connector = await northwindWith()
  const held = await serveNorthwind(t, {}, async () => ({
    status: 429,
    headers: { 'retry-after': '600', 'content-type': 'application/json' },
    body: '{}',
  }))
  const calm = await serveNorthwind(t, { records: 10 })
  const waiting = [
    await connectNorthwind(stores, connector, BUSY.slice(0, 4)),
    await connectNorthwind(stores, connector, BUSY.slice(0, 4)),
  ]
  const urls = new Map(waiting.map((id) => [id, held.url]))
  await workerOf(t, stores, emulatedConnections(connector, urls), { concurrency: 2, name: 'worker-lent' })
  const all = async () => (await Promise.all(waiting.map((id) => streamRows(stores, id)))).flat()
  await until(all, (rows) => rows.filter(({ state }) => state === 'running').length >= 2)
  const id = await connectNorthwind(stores, connector, ['users'])
  urls.set(id, calm.url)
  await until(
    () => streamRows(stores, id),
    ([users]) => users?.last_success_at !== null,
    15_000,
  )
  assert.ok((await all()).filter(({ state }) => state === 'running').length >= 2, 'they still wait')
})

test('a slot that is lent comes back by itself, and there is an end to lending', () => {
  const slots = openSlots(1)
  const first = slots.take()
  assert.equal(slots.room(), 0)
  first.lend(100)
  assert.equal(slots.room(), 0, 'too short to lend')
  first.lend(60_000)
  assert.equal(slots.room(), 1)
  const others = Array.from({ length: 15 }, () => {
    const slot = slots.take()
    slot.lend(60_000)
    return slot
  })
  assert.equal(slots.room(), 0, 'sixteen runs for a slot')
  for (const slot of [first, ...others]) slot.free()
  assert.equal(slots.room(), 1)
  first.free()
  assert.equal(slots.room(), 1, 'freed once')
})
