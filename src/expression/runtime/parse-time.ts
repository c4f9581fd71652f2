import { Failure, Instant } from '../../model/expression.ts'
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

/** The instant, or a failure when there is no such day, hour or offset. */
export function instantOfMoment(moment: Moment): Instant | Failure {
  const { year, month, day, hour, minute, second, nanos, offsetMinutes } = moment
  const isReal = day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60 && second < 60
  if (!isReal || Math.abs(offsetMinutes) >= 24 * 60)
    return new Failure('format', 'there is no such date or time')
  const ms =
    unixDays(year, month, day) * 86_400_000 + (hour * 60 + minute - offsetMinutes) * 60_000 + second * 1000
  return instantOf(ms, nanos)
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
function unixDays(year: number, month: number, day: number): number {
  const isBefore1000 = year < 100
  const ms = Date.UTC(isBefore1000 ? year + 400 : year, month - 1, day)
  return ms / 86_400_000 - (isBefore1000 ? 146_097 : 0)
}

const NOT_A_TIMESTAMP = new Failure('format', 'the text is not an RFC 3339 time: use parseTime(…)')

/**
 * A time as RFC 3339 writes it: `2026-01-02T03:04:05.123Z`, with an offset where there is no `Z`.
 * Up to nine digits of a second are kept.
 */
export function parseTimestamp(text: string): Instant | Failure {
  const seconds = readSeconds(text)
  if (seconds === undefined) return NOT_A_TIMESTAMP
  const fraction = readFraction(text)
  if (fraction === undefined) return NOT_A_TIMESTAMP
  const offset = readOffset(text, fraction.end)
  if (offset === undefined) return NOT_A_TIMESTAMP
  if (offset === 0 && seconds.day <= 28 && seconds.year >= 100) return fastInstant(seconds, fraction.nanos)
  return instantOfMoment({ ...seconds, nanos: fraction.nanos, offsetMinutes: offset })
}

type Seconds = Omit<Moment, 'nanos' | 'offsetMinutes'>

/** Any day up to the 28th exists, so that nothing but the ranges is left to check. */
function fastInstant(seconds: Seconds, nanos: number): Instant | Failure {
  const { year, month, day, hour, minute, second } = seconds
  if (day < 1 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return NO_SUCH_TIME
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  return new Instant(ms + Math.floor(nanos / 1e6), nanos % 1e6)
}

const NO_SUCH_TIME = new Failure('format', 'there is no such date or time')

/** `-`, `-`, `T`, `:`, `:` where they belong, digits everywhere else. */
function readSeconds(text: string): Seconds | undefined {
  const t = text.charCodeAt(10)
  const isShaped =
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58
  if (!isShaped || (t !== 84 && t !== 116)) return undefined
  const year = pair(text, 0) * 100 + pair(text, 2)
  const month = pair(text, 5)
  const day = pair(text, 8)
  const hour = pair(text, 11)
  const minute = pair(text, 14)
  const second = pair(text, 17)
  const sum = year + month + day + hour + minute + second
  return Number.isNaN(sum) ? undefined : { year, month, day, hour, minute, second }
}

/** Two digits as a number; NaN when they are not digits. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function readFraction(text: string): { readonly nanos: number; readonly end: number } | undefined {
  if (text.charCodeAt(19) !== 46) return { nanos: 0, end: 19 }
  let end = 20
  let nanos = 0
  for (let digit = text.charCodeAt(end) - 48; digit >= 0 && digit <= 9; digit = text.charCodeAt(++end) - 48)
    if (end < 29) nanos = nanos * 10 + digit
  return end === 20 || end > 29 ? undefined : { nanos: nanos * 10 ** (29 - end), end }
}

/** Minutes east of UTC. */
function readOffset(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at)
  if (sign === 90 || sign === 122) return text.length === at + 1 ? 0 : undefined
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58)
    return undefined
  const hours = pair(text, at + 1)
  const minutes = pair(text, at + 4)
  if (!(hours < 24 && minutes < 60)) return undefined
  return (sign === 45 ? -1 : 1) * (hours * 60 + minutes)
}
