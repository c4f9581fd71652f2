import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../lib/clock.ts'
import type { ActivityEvent, ActivitySource, ActivityStore } from '../model/activity.ts'

/** Events on their way into the activity store, many pages at a time. */
export type Gathering = {
  /** Resolves when there is room for more: when all that was gathered is on disk, where `isDue`. */
  readonly add: (events: readonly ActivityEvent[], isDue: boolean) => Promise<void>
  /** Resolves when everything is on disk. */
  readonly flush: () => Promise<void>
}

/** A person watching a slow app need not wait longer than this for what came, unless the store is busy with what came before. */
const LONGEST_MS = 500

/** A page of events takes the processor so long that the batch being written would stand still: it gets its turn in between. */
const AT_ONCE = 200

/**
 * Gathers events until a position is to be saved, a batch is full, or the first of them has waited; the very first go at once, because
 * somebody may be watching. While one batch is written the next waits and a third is gathered, and no more than that.
 *
 * A failed batch is told by a later call: nothing after it is written, and no position is saved.
 */
export function gatherEvents(
  store: Pick<ActivityStore, 'batch'>,
  source: ActivitySource,
  clock: Clock,
): Gathering {
  let gathered = store.batch(source)
  let sinceMs = Number.NEGATIVE_INFINITY
  let first: Promise<void> = Promise.resolve()
  let second: Promise<void> = Promise.resolve()
  let unwritten = 0
  /** Hands over what was gathered, once there is room. */
  const begin = async (): Promise<void> => {
    await first
    const batch = gathered
    gathered = store.batch(source)
    sinceMs = clock.now()
    if (batch.isEmpty()) return
    first = second
    unwritten += 1
    second = batch.write(first).finally(() => {
      unwritten -= 1
    })
    // Told by whoever waits for it next.
    second.catch(() => undefined)
  }
  const flush = async (): Promise<void> => {
    await begin()
    await second
  }
  return {
    add: async (events, isDue) => {
      for (let from = 0; from < events.length; from += AT_ONCE) {
        gathered.add(events.slice(from, from + AT_ONCE))
        if (gathered.isFull()) await begin()
        await turn()
      }
      if (isDue) return flush()
      if (unwritten === 0 && clock.now() - sinceMs >= LONGEST_MS) await begin()
    },
    flush,
  }
}
