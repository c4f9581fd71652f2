import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fakeClock } from '../../lib/clock.ts'
import { withEngines } from '../engines/testing.ts'
import { openActivityStore } from './activity-store.ts'
import { append } from './append.ts'
import { type Engine, openEngine } from './engine.ts'
import { ALWAYS, activityEvent, START_MS, sourceOf } from './testing/events.ts'

const { clickhouseUrl } = await withEngines({ after }, { only: 'activity' })
const engine = openEngine(clickhouseUrl)
const store = openActivityStore({ url: clickhouseUrl, clock: fakeClock(START_MS) })
await store.prepare()
after(() => Promise.all([engine.close(), store.close()]))

const source = (organisation: string) => sourceOf(organisation, 'con-1')
const MOVED_MS = START_MS - 50 * 86_400_000
const lines = async (organisation: string) =>
  (await store.search(organisation, ALWAYS, { limit: 1000 })).rows.map(
    ({ uid, timeMs }) => `${uid}@${timeMs}`,
  )

/** The control: what a reader would see that did not ask what is to be shown. */
const stored = async (organisation: string) => {
  const [row] = await engine.rows<{ n: string }>({
    sql: 'select count() as n from activity where organisation = {o:String}',
    params: { o: organisation },
  })
  return Number(row?.n)
}

/** An engine whose user dies at its nth INSERT: before it is sent, or with the answer on its way. */
function dyingAt(nth: number, when: 'before' | 'after'): Engine {
  let inserts = 0
  const insert: Engine['insert'] = async (table, rows) => {
    inserts += 1
    if (inserts < nth) return engine.insert(table, rows)
    if (when === 'after') await engine.insert(table, rows)
    throw new Error('killed')
  }
  return { ...engine, insert }
}

for (const when of ['before', 'after'] as const)
  for (const nth of [1, 2, 3])
    test(`an append killed ${when} INSERT ${nth} shows nothing twice, and its repetition loses nothing`, async () => {
      const organisation = `org-killed-${when}-${nth}`
      const events = [activityEvent('k1'), activityEvent('k2', { like: 2 })]
      const killed = append(dyingAt(nth, when), source(organisation), {
        events,
        ingestedMs: START_MS,
      })
      await assert.rejects(killed, /killed/)
      const isClosed = nth === 3 && when === 'after'
      assert.equal((await lines(organisation)).length, isClosed ? 2 : 0)
      const moved = [activityEvent('k1', { timeMs: MOVED_MS }), activityEvent('k2', { like: 2 })]
      await store.append(source(organisation), moved)
      assert.deepEqual(await lines(organisation), [`k2@${START_MS}`, `k1@${MOVED_MS}`])
      if (nth === 3) assert.ok((await stored(organisation)) > 2, 'the control sees the rows of both')
    })

/** An engine whose INSERT into one table waits for the others: a worker that was stopped there and goes on later. */
function stoppedAt(table: string, nth: number) {
  const stopped = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  let inserts = 0
  const insert: Engine['insert'] = async (into, rows) => {
    if (into === table) inserts += 1
    if (into === table && inserts === nth) {
      stopped.resolve()
      await goOn.promise
    }
    return engine.insert(into, rows)
  }
  return {
    engine: { ...engine, insert } satisfies Engine,
    stopped: stopped.promise,
    goOn: () => goOn.resolve(),
  }
}

for (const [what, table, nth] of [
  ['before it opened its batch', 'activity_batch', 1],
  ['before its rows', 'activity', 1],
  ['before it closed its batch', 'activity_batch', 2],
] as const)
  test(`a worker that was stopped ${what} and goes on after another did its work shows nothing twice`, async () => {
    const organisation = `org-zombie-${table}-${nth}`
    const zombie = stoppedAt(table, nth)
    const late = append(zombie.engine, source(organisation), {
      events: [activityEvent('z1'), activityEvent('z2')],
      ingestedMs: START_MS,
    })
    await zombie.stopped
    await store.append(source(organisation), [activityEvent('z1', { timeMs: MOVED_MS }), activityEvent('z2')])
    assert.deepEqual(await lines(organisation), [`z2@${START_MS}`, `z1@${MOVED_MS}`])
    zombie.goOn()
    await late
    const shown = await lines(organisation)
    assert.deepEqual(shown.map((line) => line.slice(0, 2)).toSorted(), ['z1', 'z2'])
    assert.equal(await store.count(organisation, ALWAYS), 2)
    assert.equal(await stored(organisation), 4, 'the control sees the rows of both')
  })

test('an INSERT that the network repeats counts once', async () => {
  for (const nth of [1, 2, 3]) {
    let inserts = 0
    const resending: Engine = {
      ...engine,
      insert: async (table, rows) => {
        inserts += 1
        if (inserts === nth) await engine.insert(table, rows)
        await engine.insert(table, rows)
      },
    }
    const events = Array.from({ length: 1000 }, (_, i) =>
      activityEvent(`s${i}`, { like: i, timeMs: START_MS + i }),
    )
    await append(resending, source(`org-resent-${nth}`), { events, ingestedMs: START_MS })
    assert.equal(await store.count(`org-resent-${nth}`, ALWAYS), 1000)
    assert.equal(await stored(`org-resent-${nth}`), 1000)
  }
})

test('what is there already is not written again', async () => {
  const events = Array.from({ length: 1000 }, (_, i) =>
    activityEvent(`o${i}`, { like: i, timeMs: START_MS + i }),
  )
  await store.append(source('org-overlap'), events)
  await append({ ...engine, insert: async () => assert.fail('an INSERT') }, source('org-overlap'), {
    events: events.slice(300),
    ingestedMs: START_MS + 60_000,
  })
})

test('large events go in smaller batches', async () => {
  let inserts = 0
  const counting: Engine = {
    ...engine,
    insert: (table, rows) => {
      if (table === 'activity') inserts += 1
      return engine.insert(table, rows)
    },
  }
  const raw = JSON.stringify({ note: 'x'.repeat(400_000) })
  const events = Array.from({ length: 250 }, (_, i) => ({ ...activityEvent(`large${i}`, { like: i }), raw }))
  await append(counting, source('org-large'), { events, ingestedMs: START_MS })
  assert.equal(inserts, 2)
  assert.equal(await store.count('org-large', ALWAYS), 250)
})
