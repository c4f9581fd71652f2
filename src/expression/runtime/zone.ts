import { Failure, type Instant } from '../../model/expression.ts'

const FIXED = /^([+-]?)(\d\d):(\d\d)$/

/**
 * The instant's wall-clock time in a zone, as a `Date` whose UTC fields hold it.
 *
 * @param zone an offset such as `+02:00`, or an IANA name such as `Europe/Berlin`; nothing for UTC.
 */
export function localTime(instant: Instant, zone?: string): Date | Failure {
  if (zone === undefined || zone === 'UTC') return new Date(instant.ms)
  const fixed = FIXED.exec(zone)
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3])
    return new Date(instant.ms + (fixed[1] === '-' ? -minutes : minutes) * 60_000)
  }
  const format = formatOf(zone)
  return format === undefined
    ? new Failure('format', `there is no time zone ${JSON.stringify(zone.slice(0, 64))}`)
    : wallClock(instant, format)
}

function wallClock(instant: Instant, format: Intl.DateTimeFormat): Date {
  const fields: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(instant.ms)) fields[type] = Number(value)
  const { month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields
  const local = new Date(0)
  local.setUTCFullYear(fields['year'] ?? 0, month - 1, day)
  local.setUTCHours(hour, minute, second, ((instant.ms % 1000) + 1000) % 1000)
  return local
}

/** Formats are costly to make; a few are kept. */
const formats = new Map<string, Intl.DateTimeFormat | undefined>()
const KEPT = 64

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) {
    if (formats.size >= KEPT) formats.clear()
    formats.set(zone, makeFormat(zone))
  }
  return formats.get(zone)
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const fields = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    } as const
    return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', calendar: 'iso8601', ...fields })
  } catch {
    return undefined
  }
}
