const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
]

/** A span in its one or two largest units: `2 h 5 min`, `340 ms`. */
export function formatDuration(ms: number): string {
  const first = UNITS.findIndex(([unit]) => ms >= unit)
  if (first === -1) return `${Math.round(ms)} ms`
  const [unit, name] = UNITS[first]!
  const whole = Math.floor(ms / unit)
  const next = UNITS[first + 1]
  const rest = next === undefined ? 0 : Math.floor((ms - whole * unit) / next[0])
  return rest === 0 || next === undefined ? `${whole} ${name}` : `${whole} ${name} ${rest} ${next[1]}`
}

/** `3 min ago`, `in 2 h`, `now`. */
export function formatRelative(time: string | number, nowMs: number): string {
  const ms = new Date(time).getTime() - nowMs
  if (Math.abs(ms) < 5_000) return 'now'
  const span = formatDuration(Math.abs(ms)).split(' ').slice(0, 2).join(' ')
  return ms < 0 ? `${span} ago` : `in ${span}`
}

/** With the time zone: a time that is read out to somebody elsewhere must mean the same. */
const ABSOLUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })
const ZONE = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' })
/** The time zone of every time on the screen: UTC, CET. */
export const zoneName = (): string =>
  ZONE.formatToParts().find(({ type }) => type === 'timeZoneName')?.value ?? 'local time'

const SHORT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
/** For columns: the year is said where it is not this one. */
export const formatShort = (time: string | number): string => {
  const date = new Date(time)
  return date.getFullYear() === new Date().getFullYear() ? SHORT.format(date) : ABSOLUTE.format(date)
}
export const formatTime = (time: string | number): string => ABSOLUTE.format(new Date(time))

const DAY_MS = 86_400_000
const TICK_DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const TICK_TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const TICK_BOTH = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
/** A moment under an axis, no finer than the axis can show. */
export function formatTick(time: number, spanMs: number): string {
  if (spanMs > 5 * DAY_MS) return TICK_DAY.format(time)
  return (spanMs > DAY_MS / 2 ? TICK_BOTH : TICK_TIME).format(time)
}

const COMPACT = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })
const PLAIN = new Intl.NumberFormat()
/** Whole up to 99,999, then 1.2M. */
export const formatCount = (count: number): string =>
  count < 100_000 ? PLAIN.format(count) : COMPACT.format(count)

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let size = bytes / 1024
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`
}
