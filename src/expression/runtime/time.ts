import { Failure, Instant, Span } from '../../model/expression.ts'

const NANOS_IN_MS = 1_000_000

/** 0001-01-01T00:00:00Z and the last millisecond of the year 9999: the range CEL gives a timestamp. */
const MIN_MS = -62_135_596_800_000
const MAX_MS = 253_402_300_799_999

/** What fits CEL's int as nanoseconds, about 292 years: the range cel-go gives a duration. */
const MAX_SPAN_MS = 9_223_372_036_854
const MAX_SPAN_NANOS = 775_807

/** Brings any whole `nanos` into 0..999_999 by carrying into `ms`; out of range is a failure. */
export function instantOf(ms: number, nanos: number): Instant | Failure {
  const carry = nanos === 0 ? 0 : Math.floor(nanos / NANOS_IN_MS)
  const whole = ms + carry
  return whole >= MIN_MS && whole <= MAX_MS
    ? new Instant(whole, nanos - carry * NANOS_IN_MS)
    : new Failure('range', 'the timestamp is not between the years 1 and 9999')
}

/** As `instantOf`, for durations. */
export function spanOf(ms: number, nanos: number): Span | Failure {
  const carry = Math.floor(nanos / NANOS_IN_MS)
  const whole = ms + carry
  const rest = nanos - carry * NANOS_IN_MS
  const isWithin = whole <= MAX_SPAN_MS ? whole >= -MAX_SPAN_MS - 1 : false
  return isWithin && !(whole === MAX_SPAN_MS && rest > MAX_SPAN_NANOS)
    ? new Span(whole, rest)
    : new Failure('range', 'the duration is longer than 292 years')
}
