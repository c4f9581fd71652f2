import type { ActivityFilter } from '../../model/activity.ts'
import { HABIT_DAYS, HABIT_FIELDS, type Habit, type HabitField, type Habits } from '../../model/habit.ts'
import type { Engine } from './engine.ts'
import { type ColumnIs, columnsOf, matching, type Query } from './query.ts'
import { oneEventQuery, placeQuery } from './questions.ts'

const DAY_MS = 86_400_000
/** Parameters travel in the URL. */
const MAX_VALUES_BYTES = 4000

/** Which event, and within which connections; all of the organisation's when absent. */
export type HabitsAsk = {
  readonly connectionId: string
  readonly uid: string
  readonly connections?: readonly string[]
}

type Trait = { readonly field: HabitField; readonly value: string }

/** A column of many different values brings all of them along with each block: few large blocks take half the time of many small ones. */
const LARGE_BLOCKS =
  'max_block_size = 1000000, preferred_block_size_bytes = 0, preferred_max_column_in_block_size_bytes = 0'

/** What an event is compared by: its actor and its values. */
const TRAITS = `actor_email as email, actor_uid as id, actor_name as name,
  ${HABIT_FIELDS.map((field) => `${columnsOf(field)[0]} as ${field}`).join(', ')}`

type Traits = Readonly<Record<HabitField | 'email' | 'id' | 'name', string>>

/**
 * What the actor of an event did in the days before it: one pass over the actor's rows, whose answer is one line however many they are.
 *
 * @returns `undefined` when there is no such event.
 */
export async function habits(
  engine: Engine,
  organisationId: string,
  ask: HabitsAsk,
): Promise<Habits | undefined> {
  const { connectionId, uid } = ask
  const [place] = await engine.rows<{ timeMs: string }>(placeQuery(organisationId, connectionId, uid))
  if (place === undefined) return undefined
  const toMs = Number(place.timeMs)
  const fromMs = toMs - HABIT_DAYS * DAY_MS
  const [traits] = await engine.rows<Traits>(
    oneEventQuery(organisationId, connectionId, { uid, timeMs: toMs, columns: TRAITS }),
  )
  if (traits === undefined) return undefined
  const actor = traits.email || traits.name || traits.id
  const known = withinBytes(
    HABIT_FIELDS.map((field) => ({ field, value: traits[field] })).filter(({ value }) => value !== ''),
  )
  if (actor === '' || known.length === 0) return { actor, fromMs, toMs, habits: [] }
  const who = sameActor(traits, ask)
  const [line] = await engine.rows<Line>(habitsQuery(organisationId, { ...who, fromMs, toMs }, known))
  return { actor, fromMs, toMs, habits: known.map((trait, i) => habitOf(trait, i, line ?? {})) }
}

type Who = { readonly actor: ColumnIs; readonly connections?: readonly string[] }

/** An address names a person in every app; an id or a name does so in its own connection only. */
function sameActor({ email, id, name }: Traits, { connectionId, connections }: HabitsAsk): Who {
  if (email !== '')
    return {
      actor: { column: 'actor_email', value: email },
      ...(connections !== undefined && { connections }),
    }
  const actor =
    id === ''
      ? ({ column: 'actor_name', value: name } as const)
      : ({ column: 'actor_uid', value: id } as const)
  return { actor, connections: [connectionId] }
}

type Span = Pick<ActivityFilter, 'fromMs' | 'toMs'>

export function habitsQuery(
  organisationId: string,
  { actor, connections, ...span }: Who & Span,
  traits: readonly Trait[],
): Query {
  const conditions =
    connections === undefined ? [] : [{ field: 'connection', operator: 'is', values: connections } as const]
  const { sql, params } = matching(organisationId, { ...span, conditions }, [actor])
  const counted = traits.map(({ field }, i) => {
    const [column] = columnsOf(field)
    const has = `${column} = {v${i}:String}`
    return `countIf(${has}) as count${i}, countIf(${column} != '') as of${i}, uniqExactIf(toDate(time), ${column} != '') as days${i},
      toUnixTimestamp64Milli(minIf(time, ${has})) as first${i}, toUnixTimestamp64Milli(maxIf(time, ${has})) as last${i}`
  })
  const values = Object.fromEntries(traits.map(({ value }, i) => [`v${i}`, value]))
  return {
    sql: `select ${counted.join(', ')} ${sql} settings ${LARGE_BLOCKS}`,
    params: { ...params, ...values },
  }
}

/** 64-bit numbers come as text. */
type Line = Readonly<Record<string, string>>

function habitOf({ field, value }: Trait, index: number, line: Line): Habit {
  const at = (name: string) => Number(line[`${name}${index}`] ?? 0)
  const count = at('count')
  return {
    ...{ field, value, count, of: at('of'), days: at('days') },
    ...(count > 0 && { firstMs: at('first'), lastMs: at('last') }),
  }
}

/** Those that fit, in their order: of a value that long nobody has habits. */
function withinBytes(traits: readonly Trait[]): readonly Trait[] {
  const taken: Trait[] = []
  let left = MAX_VALUES_BYTES
  for (const trait of traits) {
    const bytes = Buffer.byteLength(trait.value)
    if (bytes > left) continue
    left -= bytes
    taken.push(trait)
  }
  return taken
}
