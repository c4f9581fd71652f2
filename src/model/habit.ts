import type { ActivityField } from './activity.ts'

/** What of an event is compared with what its actor did before. */
export const HABIT_FIELDS = [
  'action',
  'app',
  'ip',
  'country',
  'asn',
  'resourceType',
  'userAgent',
] as const satisfies readonly ActivityField[]
export type HabitField = (typeof HABIT_FIELDS)[number]

/** How far back habits reach, before the event. */
export const HABIT_DAYS = 30

/** How often the actor of an event had one of its values before. */
export type Habit = {
  readonly field: HabitField
  readonly value: string
  /** Events of the actor that had this value. */
  readonly count: number
  /** Events of the actor that had any value there, and on how many days. */
  readonly of: number
  readonly days: number
  /** Unix milliseconds; absent when none had it. */
  readonly firstMs?: number
  readonly lastMs?: number
}

export type Habits = {
  /** As people see it. Empty where the event names nobody: then there are no habits. */
  readonly actor: string
  readonly fromMs: number
  readonly toMs: number
  readonly habits: readonly Habit[]
}

/** What it takes to say anything at all, and how seldom is uncommon. */
export const HABIT_RULE = { events: 30, days: 5, oneIn: 50 } as const

export type HabitVerdict = 'uncommon' | 'usual' | 'unknown'

/**
 * Uncommon is what at most one in 50 of the actor's events had, of at least 30 events on at least 5 days. Of less nothing is said:
 * somebody we hardly know has no habits, and what is not known is never called usual.
 */
export function verdictOf({ count, of, days }: Pick<Habit, 'count' | 'of' | 'days'>): HabitVerdict {
  if (of < HABIT_RULE.events || days < HABIT_RULE.days) return 'unknown'
  return count * HABIT_RULE.oneIn <= of ? 'uncommon' : 'usual'
}
