import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { fakeClock } from '../../lib/clock.ts'
import {
  ACTIVITY_FIELDS,
  type ActivityCondition,
  type ActivityEvent,
  type ActivityFilter,
  type ActivitySource,
} from '../../model/activity.ts'
import { withEngines } from '../engines/testing.ts'
import { openActivityStore } from './activity-store.ts'
import { ALWAYS, activityEvent, GOLDEN, START_MS, sourceOf } from './testing/events.ts'
import { ActivityModel } from './testing/model.ts'

const { clickhouseUrl } = await withEngines({ after }, { only: 'activity' })
const open = () => openActivityStore({ url: clickhouseUrl, clock: fakeClock(START_MS) })
const store = open()
await store.prepare()
after(() => store.close())

const HOUR_MS = 3_600_000
let organisations = 0

/** Few uids and few times, so that most batches repeat or change something. */
const event = fc
  .record({
    uid: fc.nat(25),
    hour: fc.integer({ min: -24 * 45, max: 24 }),
    like: fc.nat(GOLDEN.length - 1),
    isChanged: fc.boolean(),
  })
  .map(({ uid, hour, like, isChanged }) =>
    isChanged
      ? activityEvent(`u${uid}`, { timeMs: START_MS + hour * HOUR_MS, like })
      : activityEvent(`u${uid}`, { timeMs: START_MS - uid * HOUR_MS, like: uid }),
  )
const step = fc.record({
  organisation: fc.constantFrom('a', 'b'),
  connection: fc.constantFrom('con-1', 'con-2'),
  events: fc.array(event, { maxLength: 12 }),
  isRepeated: fc.boolean(),
})
const condition: fc.Arbitrary<ActivityCondition> = fc.record({
  field: fc.constantFrom(...ACTIVITY_FIELDS),
  operator: fc.constantFrom('is', 'not', 'startsWith', 'contains', 'exists', 'missing'),
  values: fc.array(
    fc.constantFrom(
      'Failure',
      'success',
      'u_1005',
      'ESRA',
      '192.0.2.66',
      'login',
      'a',
      '',
      'audit',
      'Authentication',
      'DE',
      'con-1',
      'Document',
    ),
    { minLength: 1, maxLength: 3 },
  ),
})
const filter: fc.Arbitrary<ActivityFilter> = fc.record(
  {
    fromMs: fc.constantFrom(0, START_MS - 10 * HOUR_MS, START_MS - 500 * HOUR_MS),
    toMs: fc.constantFrom(START_MS - 5 * HOUR_MS, START_MS + 100 * HOUR_MS),
    conditions: fc.array(condition, { maxLength: 2 }),
    text: fc.constantFrom('esra', 'acme.example failure', '192.0.2.66', 'Esra  KAYA', 'nothing-like-it'),
  },
  { requiredKeys: ['fromMs', 'toMs', 'conditions'] },
)

test('whatever is repeated, changed and mixed, every answer equals that of a plain map', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 5 }),
      fc.array(filter, { minLength: 1, maxLength: 3 }),
      async (steps, filters) => {
        const run = organisations++
        const model = new ActivityModel()
        for (const { organisation, connection, events, isRepeated } of steps) {
          const source = sourceOf(`${organisation}${run}`, connection)
          await store.append(source, events)
          if (isRepeated)
            await store.append(
              source,
              events.toReversed().filter(({ uid }, i, all) => all.findIndex((e) => e.uid === uid) === i),
            )
          model.append(source, events)
        }
        for (const organisation of [`a${run}`, `b${run}`])
          for (const asked of [ALWAYS, ...filters]) await agree(model, organisation, asked)
      },
    ),
    { numRuns: 25, seed: 20261116, endOnFailure: true },
  )
})

async function agree(model: ActivityModel, organisation: string, asked: ActivityFilter): Promise<void> {
  const expected = model.search(organisation, asked)
  const [page, count, histogram, facets] = await Promise.all([
    store.search(organisation, asked, { limit: 1000 }),
    store.count(organisation, asked),
    store.histogram(organisation, asked, 7),
    store.facets(organisation, asked, ACTIVITY_FIELDS, 5),
  ])
  const seen = page.rows.map(({ connection, uid }) => `${connection}/${uid}`)
  assert.deepEqual(seen, expected)
  assert.equal(count, expected.length)
  assert.deepEqual(histogram, model.histogram(organisation, asked, 7))
  assert.deepEqual(facets, model.facets(organisation, asked, 5))
}

test('appends of the same events at the same moment show each event once, whichever are cut off', async () => {
  const source: ActivitySource = sourceOf('org-race', 'con-1')
  const events = (like: number): ActivityEvent[] =>
    Array.from({ length: 40 }, (_, i) =>
      activityEvent(`r${i}`, { like: like + i, timeMs: START_MS + like * 86_400_000 * 20 }),
    )
  for (let round = 0; round < 4; round++) {
    const stores = Array.from({ length: 4 }, open)
    const appends = stores.map((each, i) => each.append(source, events(i % 3)))
    // Two die at some moment of theirs: their connections are cut, whatever they had sent is sent.
    setTimeout(() => stores.slice(2).map((each) => each.close()), round * 15)
    await Promise.allSettled(appends)
    await Promise.allSettled(stores.map((each) => each.close()))
    const { rows } = await store.search('org-race', ALWAYS, { limit: 1000 })
    assert.equal(rows.length, new Set(rows.map(({ uid }) => uid)).size)
    assert.equal(rows.length, 40)
    assert.equal(await store.count('org-race', ALWAYS), 40)
  }
})
