import type { Clock } from '../lib/clock.ts'
import type { Rate } from '../model/connector.ts'

/** The allowance of one connection, shared by all its streams. */
export type Limiter = {
  /** Waits for a turn; the returned function ends it. */
  readonly take: (rates: readonly RateGate[], signal?: AbortSignal) => Promise<() => void>
  /** Nobody asks before this moment, Unix milliseconds. */
  readonly pauseUntil: (ms: number) => void
}

/** Lets so many through in so much time. */
export type RateGate = {
  /** Reserves a turn; milliseconds until it comes. */
  readonly reserve: (nowMs: number) => number
}

/** A tenth of the allowance may go at once; the rest is spread evenly, so that no window of the app's own sees more than it allows. */
export function openRateGate({ count, perMs }: Rate): RateGate {
  const spacingMs = perMs / (count * 0.9)
  const burstMs = Math.max(spacingMs, perMs / 10)
  let freeAt = Number.NEGATIVE_INFINITY
  return {
    reserve: (nowMs) => {
      freeAt = Math.max(freeAt, nowMs - burstMs) + spacingMs
      return Math.max(0, Math.ceil(freeAt - nowMs))
    },
  }
}

export function openLimiter(
  { concurrency, rate }: { readonly concurrency: number; readonly rate?: Rate },
  clock: Clock,
): Limiter {
  const shared = rate === undefined ? [] : [openRateGate(rate)]
  const waiting: (() => void)[] = []
  let free = concurrency
  let pausedUntilMs = 0

  async function enter(): Promise<void> {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  function leave(): void {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  async function wait(rates: readonly RateGate[], signal: AbortSignal | undefined): Promise<void> {
    const nowMs = clock.now()
    const turnMs = Math.max(0, ...[...shared, ...rates].map((gate) => gate.reserve(nowMs)))
    for (let ms = Math.max(turnMs, pausedUntilMs - nowMs); ms > 0; ms = pausedUntilMs - clock.now()) {
      await clock.sleep(ms, signal)
    }
  }
  return {
    take: async (rates, signal) => {
      await enter()
      try {
        await wait(rates, signal)
        signal?.throwIfAborted()
        return leave
      } catch (error) {
        leave()
        throw error
      }
    },
    pauseUntil: (ms) => {
      pausedUntilMs = Math.max(pausedUntilMs, ms)
    },
  }
}
