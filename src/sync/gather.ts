import type { Clock } from '../lib/clock.ts'
import type { ActivityEvent, ActivitySource, ActivityStore } from '../model/activity.ts'

/** Events on their way into the activity store, some pages at a time. */
export type Gathering = {
  /** Resolves at once, or when all that was gathered is on disk: always so when `isDue`. */
  readonly add: (events: readonly ActivityEvent[], isDue: boolean) => Promise<void>
  readonly flush: () => Promise<void>
}

/** An append costs the store the same for one event as for a thousand. */
const MOST_EVENTS = 1_000
/** A person watching a slow app need not wait longer than this for what came. */
const LONGEST_MS = 500

/**
 * Gathers events for the store until a position is to be saved, there are many, or the first of them has waited; the very first go at
 * once, because somebody may be watching.
 */
export function gatherEvents(
  store: Pick<ActivityStore, 'append'>,
  source: ActivitySource,
  clock: Clock,
): Gathering {
  let waiting: ActivityEvent[] = []
  let sinceMs = Number.NEGATIVE_INFINITY
  const flush = async (): Promise<void> => {
    const events = waiting
    waiting = []
    sinceMs = clock.now()
    if (events.length > 0) await store.append(source, events)
  }
  return {
    add: async (events, isDue) => {
      for (const event of events) waiting.push(event)
      if (isDue || waiting.length >= MOST_EVENTS || clock.now() - sinceMs >= LONGEST_MS) await flush()
    },
    flush,
  }
}
