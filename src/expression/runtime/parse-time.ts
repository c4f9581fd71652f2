import { Failure, type Instant } from '../../model/expression.ts'
import { instantOf } from './time.ts'

/** What a text or a pattern gives of a moment. Months count from 1. */
export type Moment = {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Below the second, 0..999_999_999. */
  readonly nanos: number
  readonly offsetMinutes: number
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function daysIn(year: number, month: number): number {
  if (month === 2 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return 28
  return DAYS[month - 1] ?? 0
}

const NO_SUCH_TIME = new Failure('format', 'there is no such date or time')

/** The instant, or a failure when there is no such day, hour or offset. */
export function instantOfMoment(moment: Moment): Instant | Failure {
  const { year, month, day, hour, minute, second, nanos, offsetMinutes } = moment
  const isDay = day >= 1 && (day <= 28 || day <= daysIn(year, month)) && month >= 1 && month <= 12
  if (!isDay || hour > 23 || minute > 59 || second > 59 || Math.abs(offsetMinutes) >= 24 * 60)
    return NO_SUCH_TIME
  const minutes = (unixDays(year, month, day) * 24 + hour) * 60 + minute - offsetMinutes
  return instantOf(minutes * 60_000 + second * 1000, nanos)
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar; years count from March, so that leap days come last. */
function unixDays(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468
}

const NOT_A_TIMESTAMP = new Failure('format', 'the text is not an RFC 3339 time: use parseTime(…)')

/**
 * A time as RFC 3339 writes it: `2026-01-02T03:04:05.123Z`, with an offset where there is no `Z`.
 * Up to nine digits of a second are kept.
 */
export function parseTimestamp(text: string): Instant | Failure {
  if (!isShaped(text)) return NOT_A_TIMESTAMP
  const end = fractionEnd(text)
  const moment = {
    year: pair(text, 0) * 100 + pair(text, 2),
    month: pair(text, 5),
    day: pair(text, 8),
    hour: pair(text, 11),
    minute: pair(text, 14),
    second: pair(text, 17),
    nanos: fractionNanos(text, end),
    offsetMinutes: offsetMinutes(text, end),
  }
  const { year, month, day, hour, minute, second, nanos } = moment
  const isWritten = !Number.isNaN(year + month + day + hour + minute + second + nanos + moment.offsetMinutes)
  return isWritten ? instantOfMoment(moment) : NOT_A_TIMESTAMP
}

/** `-`, `-`, `T`, `:`, `:` where they belong. */
function isShaped(text: string): boolean {
  const t = text.charCodeAt(10)
  return (
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58 &&
    (t === 84 || t === 116)
  )
}

/** Two digits as a number; NaN when they are not digits. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Behind the digits of the second's fraction, if it has one. */
function fractionEnd(text: string): number {
  let end = 19
  if (text.charCodeAt(end) !== 46) return end
  for (let digit = 0; digit >= 0 && digit <= 9; ) digit = text.charCodeAt(++end) - 48
  return end
}

/** NaN when there are no digits, or more than nine. */
function fractionNanos(text: string, end: number): number {
  if (end === 19) return 0
  if (end === 20 || end > 29) return Number.NaN
  let nanos = 0
  for (let at = 20; at < 29; at++) nanos = nanos * 10 + (at < end ? text.charCodeAt(at) - 48 : 0)
  return nanos
}

/** Minutes east of UTC; NaN when the text does not end in a zone. */
function offsetMinutes(text: string, at: number): number {
  const sign = text.charCodeAt(at)
  if (sign === 90 || sign === 122) return text.length === at + 1 ? 0 : Number.NaN
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58)
    return Number.NaN
  const minutes = pair(text, at + 4)
  return minutes < 60 ? (sign === 45 ? -1 : 1) * (pair(text, at + 1) * 60 + minutes) : Number.NaN
}
