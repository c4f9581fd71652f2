import { Instant } from '../model/expression.ts'

const ISO = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\s?(?:[Zz]|[+-]\d{2}:?\d{2})?$/
const ZONE = /(?:[Zz]|[+-]\d{2}:?\d{2})$/

/**
 * A moment in Unix milliseconds, from a CEL timestamp, RFC 3339 text, or a Unix time as number or digits.
 *
 * Numbers are told apart by size: below 1e11 they are seconds (1e11 ms would be in 1973), then milliseconds,
 * microseconds and nanoseconds, a factor of a thousand each. Text without a zone is UTC.
 */
export function timestampMs(value: unknown): number | undefined {
  if (typeof value === 'number') return unixMs(value)
  if (typeof value === 'bigint') return unixMs(Number(value))
  if (value instanceof Instant) return value.ms
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return unixMs(Number(text))
  return ISO.test(text) ? isoMs(text) : undefined
}

function unixMs(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined
  const size = Math.abs(value)
  if (size < 1e11) return Math.round(value * 1e3)
  if (size < 1e14) return Math.round(value)
  if (size < 1e17) return Math.floor(value / 1e3)
  return size < 1e20 ? Math.floor(value / 1e6) : undefined
}

function isoMs(text: string): number | undefined {
  const joined = text.replace(' ', 'T').replace(' ', '')
  const dated = joined.length === 10 ? `${joined}T00:00:00` : joined
  const ms = Date.parse(ZONE.test(dated.slice(10)) ? dated : `${dated}Z`)
  return Number.isNaN(ms) ? undefined : ms
}

/** RFC 3339 in UTC with milliseconds; `undefined` beyond the years a `Date` can write in four digits. */
export function rfc3339(ms: number): string | undefined {
  return ms >= -62_167_219_200_000 && ms <= 253_402_300_799_999 ? new Date(ms).toISOString() : undefined
}
