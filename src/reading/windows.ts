import type { StreamPlan } from '../model/connector.ts'

type WindowPlan = NonNullable<StreamPlan['window']>

/** A span of time to ask for, Unix milliseconds; the end is exclusive. */
export type Window = { readonly startMs: number; readonly endMs: number }

export type Windows = {
  readonly windows: readonly Window[]
  /** Time that the app can no longer answer for. */
  readonly gap?: { readonly fromMs: number; readonly toMs: number }
}

/**
 * The windows of one run, oldest first.
 *
 * @param fromMs where the last run ended; absent in the first run, which goes back by `lookback` or to `sinceMs`.
 */
export function windowsOf(
  plan: WindowPlan,
  {
    nowMs,
    fromMs,
    sinceMs,
  }: { readonly nowMs: number; readonly fromMs: number | undefined; readonly sinceMs: number | undefined },
): Windows {
  const endMs = nowMs - plan.lag
  const wantedMs =
    fromMs === undefined ? (sinceMs ?? nowMs - plan.lookback) : Math.min(fromMs, endMs) - plan.overlap
  const oldestMs = plan.retention === undefined ? Number.NEGATIVE_INFINITY : nowMs - plan.retention
  const startMs = Math.max(wantedMs, oldestMs)
  const gap = fromMs !== undefined && fromMs < oldestMs ? { gap: { fromMs, toMs: oldestMs } } : {}
  return { windows: pieces(startMs, endMs, plan.maxSpan), ...gap }
}

function pieces(startMs: number, endMs: number, maxSpanMs: number | undefined): readonly Window[] {
  if (startMs >= endMs) return []
  const spanMs = maxSpanMs ?? endMs - startMs
  const windows: Window[] = []
  for (let start = startMs; start < endMs; start += spanMs)
    windows.push({ startMs: start, endMs: Math.min(start + spanMs, endMs) })
  return windows
}

/**
 * Where the next run goes on after a window was read to its end.
 *
 * @param latestMs the latest record's time; a record from the future never moves it beyond the window.
 */
export function positionAfter(
  plan: WindowPlan,
  window: Window,
  { latestMs, isLast }: { readonly latestMs: number | undefined; readonly isLast: boolean },
): number {
  if (plan.advance === 'end' || !isLast) return window.endMs
  return latestMs === undefined
    ? window.startMs + Math.min(plan.overlap, window.endMs - window.startMs)
    : Math.min(Math.max(latestMs, window.startMs), window.endMs)
}
