import type { StreamPlan } from '../../model/connector.ts'

export type WindowPlan = NonNullable<StreamPlan['window']>

/** A span of time to ask for, Unix milliseconds. */
export type Window = { readonly startMs: number; readonly endMs: number }

/** A vendor's clock may go before ours by this much; a later time is a mistake in the record and moves nothing. */
const MAX_AHEAD_MS = 5 * 60_000

export type Span = {
  /** The whole time to be read in this run; absent: nothing to ask for yet. */
  readonly window?: Window
  /** Time that the app can no longer answer for. */
  readonly gap?: { readonly fromMs: number; readonly toMs: number }
}

type Moments = {
  readonly nowMs: number
  /** Where the last run ended; absent in the first run. */
  readonly fromMs?: number | undefined
  /** Where a first run begins instead of `lookback` ago. */
  readonly sinceMs?: number | undefined
}

/** What is to be read in this run. A position from the future, kept while a clock was wrong, counts as now. */
export function spanOf(
  { lag, overlap, lookback, retention }: WindowPlan,
  { nowMs, fromMs, sinceMs }: Moments,
): Span {
  const begin = fromMs === undefined ? (sinceMs ?? nowMs - lookback) : Math.min(fromMs, nowMs)
  const wanted = fromMs === undefined ? begin : begin - overlap
  const oldest = retention === undefined ? Number.NEGATIVE_INFINITY : nowMs - retention
  const window = { startMs: Math.max(wanted, oldest), endMs: nowMs - lag }
  return {
    ...(window.startMs < window.endMs && { window }),
    ...(begin < oldest && { gap: { fromMs: begin, toMs: oldest } }),
  }
}

/** The span in pieces of at most `maxSpan`, oldest first; neighbours share their border. */
export function* piecesOf({ maxSpan }: WindowPlan, { startMs, endMs }: Window): Generator<Window> {
  for (let from = startMs; from < endMs; from += maxSpan ?? endMs - startMs)
    yield { startMs: from, endMs: Math.min(from + (maxSpan ?? endMs - startMs), endMs) }
}

type Progress = Pick<Moments, 'fromMs'> & {
  /** The piece that was read to its end. */
  readonly piece: Window
  /** The latest believable time of a record in this run. */
  readonly latestMs?: number | undefined
}

/** Where the next run goes on. Never back, and never beyond what was asked for. */
export function positionAfter({ advance }: WindowPlan, { piece, latestMs, fromMs }: Progress): number {
  const reached = advance === 'end' ? piece.endMs : (latestMs ?? fromMs ?? piece.startMs)
  return Math.max(reached, fromMs ?? Number.NEGATIVE_INFINITY)
}

/** Whether a record's time may move the position. */
export function isBelievable(timeMs: number, nowMs: number): boolean {
  return timeMs <= nowMs + MAX_AHEAD_MS
}
