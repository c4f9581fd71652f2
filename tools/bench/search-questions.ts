import type { ActivityField, ActivityFilter } from '../../src/model/activity.ts'
import { HABIT_FIELDS } from '../../src/model/habit.ts'
import type { ClickHouseActivityStore } from '../../src/store/clickhouse/activity-store.ts'
import { habitsQuery } from '../../src/store/clickhouse/habits.ts'
import type { Query } from '../../src/store/clickhouse/query.ts'
import {
  eventQuery,
  facetsQuery,
  histogramQuery,
  placeQuery,
  searchQuery,
  spansOf,
} from '../../src/store/clickhouse/questions.ts'
import { HAY } from './search-data.ts'

/** One question of an analyst: as the product asks it, and the same SQL for the bare engine. */
export type Question = {
  readonly name: string
  readonly ask: (store: ClickHouseActivityStore) => Promise<unknown>
  readonly sql: readonly Query[]
}

const { organisationId, connectionId, endMs } = HAY
const DAY_MS = 86_400_000
const last = (days: number, rest: Partial<ActivityFilter> = {}): ActivityFilter => ({
  fromMs: endMs - days * DAY_MS,
  toMs: endMs,
  conditions: [],
  ...rest,
})
const is = (field: ActivityField, value: string) => ({ field, operator: 'is', values: [value] }) as const

const page = (name: string, filter: ActivityFilter): Question => ({
  name,
  ask: (store) => store.search(organisationId, filter, { limit: 100 }),
  sql: [searchQuery(organisationId, filter, { limit: 100 })],
})

const FAILED = last(30, { conditions: [is('class', 'Authentication'), is('status', 'Failure')] })
const FACETS: readonly ActivityField[] = ['action', 'actor', 'ip', 'country', 'status', 'eventCode']
const WEEK = last(7)
const UID = 'northwind-docs:audit:evt_0004242424'
const UID_MS = endMs - (10_000_000 - 4_242_424) * ((90 * DAY_MS) / 10_000_000)

const OF_ACTOR = last(30, { conditions: [is('actor', HAY.actor)] })
/** As many values as an event of the invented app has. */
const TRAITS = HABIT_FIELDS.filter((field) => field !== 'resourceType').map((field) => ({
  field,
  value: HAY.rareIp,
}))
/** Found in the first round, which does not count. */
let uidOfActor: string | undefined

export const QUESTIONS: readonly Question[] = [
  page('newest 100', last(90)),
  page('one actor, 30 days', OF_ACTOR),
  {
    name: 'failed sign-ins by hour, 30 days',
    ask: (store) => store.histogram(organisationId, FAILED, 720),
    sql: [histogramQuery(organisationId, FAILED, spansOf(FAILED, 720))],
  },
  page('an address anywhere, 90 days', last(90, { text: HAY.rareIp })),
  page('two words anywhere, 90 days', last(90, { text: 'password person-0420' })),
  {
    name: 'six facets, 7 days',
    ask: (store) => store.facets(organisationId, WEEK, FACETS, 10),
    sql: [facetsQuery(organisationId, WEEK, { fields: FACETS, limit: 10 })],
  },
  page(
    'a rare event of one actor, 90 days',
    last(90, { conditions: [is('eventCode', 'space.visibility_changed'), is('actor', HAY.actor)] }),
  ),
  {
    name: 'habits of an actor, 30 days',
    ask: async (store) => {
      uidOfActor ??= (await store.search(organisationId, OF_ACTOR, { limit: 1 })).rows[0]?.uid
      return store.habits(organisationId, { connectionId, uid: uidOfActor ?? '' })
    },
    sql: [
      placeQuery(organisationId, connectionId, UID),
      eventQuery(organisationId, connectionId, { uid: UID, timeMs: Math.trunc(UID_MS) }),
      habitsQuery(
        organisationId,
        { ...last(30), actor: { column: 'actor_email', value: HAY.actor } },
        TRAITS,
      ),
    ],
  },
  {
    name: 'one event, whole',
    ask: (store) => store.event(organisationId, connectionId, UID),
    sql: [
      placeQuery(organisationId, connectionId, UID),
      eventQuery(organisationId, connectionId, { uid: UID, timeMs: Math.trunc(UID_MS) }),
    ],
  },
]
