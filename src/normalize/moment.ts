import { rfc3339, timestampMs } from '../ocsf/timestamp.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Moments within four months of 1970 are placeholders for "never", or seconds taken for milliseconds. */
const EPOCH_MS = 1e10

const pad = (length: number) => (_: unknown, value: number) => String(value).padStart(length, '0')
const TWO = Array.from({ length: 100 }, pad(2))
const THREE = Array.from({ length: 1000 }, pad(3))

let dayMs = Number.NaN
let dayText = ''

/**
 * RFC 3339 in UTC with milliseconds, as `rfc3339`, ten times as fast: neighbouring events share the day.
 *
 * @returns nothing for years that do not have four digits.
 */
export function momentText(ms: number): string | undefined {
  const sinceMidnight = ms - dayMs
  if (!(sinceMidnight >= 0 && sinceMidnight < DAY_MS)) return otherDay(ms)
  const minutes = Math.floor(sinceMidnight / MINUTE_MS)
  const rest = sinceMidnight - minutes * MINUTE_MS
  const hours = Math.floor(minutes / 60)
  const seconds = Math.floor(rest / 1000)
  return `${dayText + TWO[hours]}:${TWO[minutes - hours * 60]}:${TWO[seconds]}.${THREE[rest - seconds * 1000]}Z`
}

function otherDay(ms: number): string | undefined {
  const text = rfc3339(ms)
  if (text === undefined) return undefined
  dayMs = Math.floor(ms / DAY_MS) * DAY_MS
  dayText = text.slice(0, 11)
  return text
}

const midnights = new Map<string, number>()
const MAX_MIDNIGHTS = 1000

/**
 * Unix milliseconds of what an app wrote for a moment, as `timestampMs`, with short ways for the two usual forms.
 *
 * @returns nothing for what is no moment, and for the first days of 1970, which stand for none.
 */
export function momentMs(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? textMs(value) : timestampMs(value)
  return ms === undefined || Math.abs(ms) < EPOCH_MS ? undefined : ms
}

/** `2026-01-02T03:04:05Z`, with or without milliseconds: the form that most apps use, read digit by digit. */
function textMs(text: string): number | undefined {
  const isShort = text.length === 20
  if (!(isShort || text.length === 24) || !isCanonical(text, isShort)) return timestampMs(text)
  const midnight = midnightMs(text.slice(0, 10))
  const [hours, minutes, seconds] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)]
  const millis = isShort ? 0 : twoDigits(text, 20) * 10 + text.charCodeAt(22) - 48
  const isClock = hours < 24 && minutes < 60 && seconds < 60 && millis >= 0 && millis < 1000
  return isClock && midnight !== undefined
    ? midnight + (hours * 60 + minutes) * MINUTE_MS + seconds * 1000 + millis
    : timestampMs(text)
}

const [COLON, DOT, T, Z] = [0x3a, 0x2e, 0x54, 0x5a]

function isCanonical(text: string, isShort: boolean): boolean {
  return (
    text.charCodeAt(text.length - 1) === Z &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    (isShort || (text.charCodeAt(19) === DOT && isDigit(text, 22)))
  )
}

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

/** `NaN` where there are no two digits, which fails every comparison. */
function twoDigits(text: string, at: number): number {
  return isDigit(text, at) && isDigit(text, at + 1)
    ? (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
    : Number.NaN
}

function midnightMs(date: string): number | undefined {
  const known = midnights.get(date)
  if (known !== undefined) return known
  const ms = timestampMs(date)
  if (ms === undefined) return undefined
  if (midnights.size >= MAX_MIDNIGHTS) midnights.clear()
  midnights.set(date, ms)
  return ms
}
