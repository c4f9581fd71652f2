import type { Clock } from '../lib/clock.ts'
import type { ActivityEvent, ActivitySource, ActivityStore } from '../model/activity.ts'

/** Events on their way into the activity store, many pages at a time. */
export type Gathering = {
  /** Resolves when there is room for more: when all that was gathered is on disk, where `isDue`. */
  readonly add: (events: readonly ActivityEvent[], isDue: boolean) => Promise<void>
  /** Resolves when everything is on disk. */
  readonly flush: () => Promise<void>
}

/** An append costs the store nearly the same for one event as for thousands. */
const MOST_EVENTS = 5_000
/** A person watching a slow app need not wait longer than this for what came. */
const LONGEST_MS = 500

/**
 * Gathers events until a position is to be saved, there are many, or the first of them has waited; the very first go at once, because
 * somebody may be watching. While one append is under way the next is gathered, and no more than that.
 *
 * A failed append is told by the next call: nothing after it is appended, and no position is saved.
 */
export function gatherEvents(
  store: Pick<ActivityStore, 'append'>,
  source: ActivitySource,
  clock: Clock,
): Gathering {
  let waiting: ActivityEvent[] = []
  let sinceMs = Number.NEGATIVE_INFINITY
  let underWay: Promise<void> = Promise.resolve()
  /** Hands over what was gathered, once the append before has ended. */
  const begin = async (): Promise<void> => {
    await underWay
    const events = waiting
    waiting = []
    sinceMs = clock.now()
    if (events.length === 0) return
    underWay = store.append(source, events)
    // Told by whoever waits for it next.
    underWay.catch(() => undefined)
  }
  const flush = async (): Promise<void> => {
    await begin()
    await underWay
  }
  return {
    add: async (events, isDue) => {
      for (const event of events) waiting.push(event)
      if (isDue) return flush()
      if (waiting.length >= MOST_EVENTS || clock.now() - sinceMs >= LONGEST_MS) await begin()
    },
    flush,
  }
}
