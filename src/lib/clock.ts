import { setTimeout as delay } from 'node:timers/promises'

/** Time as a dependency: production reads the machine's clock, tests hold a clock of their own. */
export type Clock = {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
}

/** A clock that only moves when somebody sleeps on it: waits of hours pass at once, in order. */
export function fakeClock(startMs: number): Clock & { readonly slept: number[] } {
  let nowMs = startMs
  const slept: number[] = []
  return {
    slept,
    now: () => nowMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
      nowMs += Math.max(0, ms)
    },
  }
}
