import type { Clock } from '../../lib/clock.ts'

/** How long the network of one machine may take before time moves on. */
const STILL_MS = 10

/** A clock for many who sleep at once: it moves to the earliest waking when nothing has happened for a moment. */
export function sharedClock(startMs: number): Clock {
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = []
  let nowMs = startMs
  let timer: NodeJS.Timeout | undefined
  const moveOn = () => {
    sleepers.sort((a, b) => a.atMs - b.atMs)
    const next = sleepers.shift()
    if (next === undefined) return
    nowMs = Math.max(nowMs, next.atMs)
    next.wake()
    while (sleepers[0] !== undefined && sleepers[0].atMs <= nowMs) sleepers.shift()?.wake()
    if (sleepers.length > 0) timer = setTimeout(moveOn, STILL_MS)
  }
  return {
    now: () => nowMs,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ atMs: nowMs + ms, wake })
        clearTimeout(timer)
        timer = setTimeout(moveOn, STILL_MS)
      }),
  }
}
