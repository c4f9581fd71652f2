import type { Instant, Span } from '../../model/expression.ts'

/** RFC 3339 in UTC, with as many fraction digits as needed in groups of three: 0, 3, 6 or 9. */
export function instantText(instant: Instant): string {
  const iso = new Date(instant.ms).toISOString()
  const fraction = fractionText(iso.slice(20, 23), instant.nanos)
  return `${iso.slice(0, 19)}${fraction}Z`
}

function fractionText(milliseconds: string, nanos: number): string {
  const digits = `${milliseconds}${String(nanos).padStart(6, '0')}`
  const length = [0, 3, 6, 9].find((count) => /^0*$/.test(digits.slice(count)))!
  return length === 0 ? '' : `.${digits.slice(0, length)}`
}

/** Seconds with a fraction where there is one, such as `90s` or `-1.5s`. */
export function spanText(span: Span): string {
  const isNegative = span.ms < 0
  const ms = isNegative ? -span.ms - (span.nanos > 0 ? 1 : 0) : span.ms
  const nanos = isNegative && span.nanos > 0 ? 1_000_000 - span.nanos : span.nanos
  const seconds = Math.floor(ms / 1000)
  const digits = `${String(ms % 1000).padStart(3, '0')}${String(nanos).padStart(6, '0')}`.replace(/0+$/, '')
  return `${isNegative ? '-' : ''}${seconds}${digits === '' ? '' : `.${digits}`}s`
}
