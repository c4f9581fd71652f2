import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { Rate } from '../model/connector.ts'

/** Who asks, and what else limits it. */
export type Entry = {
  readonly stream: string
  /** The stream's own allowance, within the connection's. */
  readonly rate?: Rate
  /** A longer wait is refused instead of waited. */
  readonly maxWaitMs: number
  readonly signal?: AbortSignal
  readonly onWait: (ms: number, why: string) => void
}

/** The allowance of one connection, obeyed by all its streams together. Make one for each connection and keep it. */
export type Limiter = {
  /**
   * Resolves when a request may be sent; call the result once its answer has arrived.
   *
   * @throws {Fault} `SOURCE_THROTTLED` when the wait would be longer than `maxWaitMs`.
   */
  readonly enter: (entry: Entry) => Promise<() => void>
  /** Nobody enters before this moment, Unix milliseconds: the app asked for it. */
  readonly pauseUntil: (atMs: number) => void
  /** The app refused a request: pauses, and lets one in at a time until `accepted` says that more may follow. */
  readonly refusedUntil: (atMs: number) => void
  /** A request was answered: one more may be under way than before, up to the connection's concurrency. */
  readonly accepted: () => void
  /** Requests that somebody else sent for this connection. Tell them oldest first, before anybody enters. */
  readonly spent: (requests: Spent) => void
}

export type Spent = Pick<Entry, 'stream' | 'rate'> & {
  readonly count: number
  /** When the last of them was sent, Unix milliseconds. */
  readonly atMs: number
}

export type Limits = { readonly rate?: Rate; readonly concurrency: number }

export function openLimiter({ rate, concurrency }: Limits, clock: Clock): Limiter {
  const seats = openSeats(concurrency)
  const connection = rate === undefined ? undefined : openWindow(rate)
  const streams = new Map<string, SlidingWindow>()
  let pausedUntilMs = Number.NEGATIVE_INFINITY

  const windowsFor = ({ stream, rate }: Pick<Entry, 'stream' | 'rate'>): readonly SlidingWindow[] => {
    const own = rate === undefined ? undefined : (streams.get(stream) ?? openWindow(rate))
    if (own !== undefined) streams.set(stream, own)
    return [connection, own].filter((window) => window !== undefined)
  }

  const waitFor = (windows: readonly SlidingWindow[], nowMs: number): Wait => {
    const openAtMs = Math.max(...windows.map((window) => window.openAtMs()), nowMs)
    const isPaused = pausedUntilMs > openAtMs
    return {
      ms: Math.ceil(Math.max(openAtMs, pausedUntilMs) - nowMs),
      why: isPaused ? 'the app asked to wait' : 'the allowance is used up',
    }
  }

  const pauseUntil = (atMs: number) => {
    pausedUntilMs = Math.max(pausedUntilMs, atMs)
  }

  return {
    enter: async (entry) => {
      const windows = windowsFor(entry)
      for (;;) {
        await sleepOff(waitFor(windows, clock.now()), entry, clock)
        const leave = await seats.take(entry.signal)
        // Others may have gone first, or the app may have asked for a pause, while this one waited: nobody waits on a seat.
        if (waitFor(windows, clock.now()).ms <= 0) {
          for (const window of windows) window.enter(clock.now())
          return leave
        }
        leave()
      }
    },
    pauseUntil,
    refusedUntil: (atMs) => {
      pauseUntil(atMs)
      seats.limitTo(1)
    },
    accepted: () => seats.limitTo(Math.min(concurrency, seats.limit() + 1)),
    spent: ({ count, atMs, ...who }) => {
      for (const window of windowsFor(who))
        for (let sent = 0; sent < Math.min(count, MAX_REMEMBERED); sent++) window.enter(atMs)
    },
  }
}

type Wait = { readonly ms: number; readonly why: string }

async function sleepOff(
  { ms, why }: Wait,
  { stream, maxWaitMs, onWait, signal }: Entry,
  clock: Clock,
): Promise<void> {
  if (ms <= 0) return
  if (ms > maxWaitMs)
    throw new Fault('SOURCE_THROTTLED', `${stream}: ${why}, for ${Math.ceil(ms / 1000)} s more`)
  onWait(ms, why)
  await clock.sleep(ms, signal)
}

/** More moments than this are not remembered: both sides of the rate are scaled down instead. */
const MAX_REMEMBERED = 10_000

type SlidingWindow = { readonly openAtMs: () => number; readonly enter: (nowMs: number) => void }

/**
 * Never more than `count` in any stretch of `perMs`. A token bucket would let twice as many through: the saved ones, and those
 * that drip in meanwhile.
 */
function openWindow({ count, perMs }: Rate): SlidingWindow {
  const scale = Math.max(1, count / MAX_REMEMBERED)
  const size = Math.max(1, Math.floor(count / scale))
  const entered = new Float64Array(size).fill(Number.NEGATIVE_INFINITY)
  let next = 0
  return {
    openAtMs: () => entered[next]! + perMs / scale,
    enter: (nowMs) => {
      entered[next] = nowMs
      next = (next + 1) % size
    },
  }
}

/** First come, first served. */
function openSeats(count: number) {
  let limit = count
  let taken = 0
  const waiting = new Set<() => void>()
  const call = () => {
    for (const next of waiting) {
      if (taken >= limit) return
      taken++
      next()
    }
  }
  const take = async (signal: AbortSignal | undefined): Promise<() => void> => {
    signal?.throwIfAborted()
    if (taken < limit) taken++
    else await seated(waiting, signal)
    let isSeated = true
    return () => {
      if (isSeated) taken--
      isSeated = false
      call()
    }
  }
  const limitTo = (seats: number) => {
    limit = seats
    call()
  }
  return { take, limitTo, limit: () => limit }
}

function seated(waiting: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      waiting.delete(sit)
      reject(signal?.reason)
    }
    const sit = () => {
      waiting.delete(sit)
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    waiting.add(sit)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
