import { Failure, type Instant } from '../../model/expression.ts'
import { instantOfMoment, type Moment } from './parse-time.ts'

/** One piece of a time pattern: a field, or a literal text. */
type Piece = { readonly letters: string } | { readonly literal: string }

export type TimePattern = readonly Piece[]

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ')

type Field = {
  /** What a text may have there. */
  readonly pattern: string
  readonly read: (text: string) => Partial<Moment> & { readonly isAfternoon?: boolean }
  readonly write: (date: Date, nanos: number) => string
}

const pad = (value: number, length: number): string => String(value).padStart(length, '0')

const isoOffset = (text: string): { offsetMinutes: number } => {
  if (/^z$/i.test(text)) return { offsetMinutes: 0 }
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return { offsetMinutes: text.startsWith('-') ? -minutes : minutes }
}

const twelve = (date: Date): number => date.getUTCHours() % 12 || 12

/** The fields a pattern may have, with the letters of Unicode's date patterns. */
export const FIELDS: Readonly<Record<string, Field>> = {
  yyyy: { pattern: '\\d{4}', read: (t) => ({ year: Number(t) }), write: (d) => pad(d.getUTCFullYear(), 4) },
  yy: {
    pattern: '\\d{2}',
    read: (t) => ({ year: 2000 + Number(t) }),
    write: (d) => pad(d.getUTCFullYear() % 100, 2),
  },
  MMM: {
    pattern: MONTHS.join('|'),
    read: (t) => ({ month: MONTHS.findIndex((name) => name.toLowerCase() === t.toLowerCase()) + 1 }),
    write: (d) => MONTHS[d.getUTCMonth()]!,
  },
  MM: { pattern: '\\d{2}', read: (t) => ({ month: Number(t) }), write: (d) => pad(d.getUTCMonth() + 1, 2) },
  M: { pattern: '\\d{1,2}', read: (t) => ({ month: Number(t) }), write: (d) => String(d.getUTCMonth() + 1) },
  dd: { pattern: '\\d{2}', read: (t) => ({ day: Number(t) }), write: (d) => pad(d.getUTCDate(), 2) },
  d: { pattern: '\\d{1,2}', read: (t) => ({ day: Number(t) }), write: (d) => String(d.getUTCDate()) },
  EEE: { pattern: WEEKDAYS.join('|'), read: () => ({}), write: (d) => WEEKDAYS[d.getUTCDay()]! },
  HH: { pattern: '\\d{2}', read: (t) => ({ hour: Number(t) }), write: (d) => pad(d.getUTCHours(), 2) },
  H: { pattern: '\\d{1,2}', read: (t) => ({ hour: Number(t) }), write: (d) => String(d.getUTCHours()) },
  hh: { pattern: '\\d{2}', read: (t) => ({ hour: Number(t) % 12 }), write: (d) => pad(twelve(d), 2) },
  h: { pattern: '\\d{1,2}', read: (t) => ({ hour: Number(t) % 12 }), write: (d) => String(twelve(d)) },
  a: {
    pattern: 'AM|PM',
    read: (t) => ({ isAfternoon: /^p/i.test(t) }),
    write: (d) => (d.getUTCHours() < 12 ? 'AM' : 'PM'),
  },
  mm: { pattern: '\\d{2}', read: (t) => ({ minute: Number(t) }), write: (d) => pad(d.getUTCMinutes(), 2) },
  ss: { pattern: '\\d{2}', read: (t) => ({ second: Number(t) }), write: (d) => pad(d.getUTCSeconds(), 2) },
  XXX: { pattern: 'Z|[+-]\\d{2}:\\d{2}', read: isoOffset, write: () => 'Z' },
  XX: { pattern: 'Z|[+-]\\d{4}', read: isoOffset, write: () => 'Z' },
  xxx: { pattern: '[+-]\\d{2}:\\d{2}', read: isoOffset, write: () => '+00:00' },
  xx: { pattern: '[+-]\\d{4}', read: isoOffset, write: () => '+0000' },
  ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => ['S'.repeat(i + 1), fraction(i + 1)])),
}

function fraction(digits: number): Field {
  return {
    pattern: `\\d{${digits}}`,
    read: (text) => ({ nanos: Number(text) * 10 ** (9 - digits) }),
    write: (date, nanos) => (pad(date.getUTCMilliseconds(), 3) + pad(nanos, 6)).slice(0, digits),
  }
}

const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g

/** Reads a pattern such as `yyyy-MM-dd'T'HH:mm:ss`. Letters that are no field stand in quotes, but for `T`. */
export function readPattern(text: string): TimePattern | Failure {
  const pieces: Piece[] = []
  for (const [token, quoted, letter] of text.slice(0, 256).matchAll(TOKEN)) {
    if (quoted !== undefined) pieces.push({ literal: quoted === '' ? "'" : quoted.replaceAll("''", "'") })
    else if (letter === undefined && token !== "'") pieces.push({ literal: token })
    else if (token === 'T') pieces.push({ literal: token })
    else if (Object.hasOwn(FIELDS, token)) pieces.push({ letters: token })
    else return new Failure('format', `"${token}" is no field of a time pattern; put text in quotes`)
  }
  return pieces
}

/** The instant in UTC by a pattern. */
export function formatTime(instant: Instant, pattern: TimePattern): string {
  const date = new Date(instant.ms)
  return pattern
    .map((piece) => ('literal' in piece ? piece.literal : FIELDS[piece.letters]!.write(date, instant.nanos)))
    .join('')
}

export type TimeReader = (text: string) => Instant | Failure

/** A function that reads texts of a pattern. What the pattern lacks is taken from 1970-01-01T00:00:00Z. */
export function timeReader(pattern: TimePattern): TimeReader {
  const fields = pattern.flatMap((piece) => ('letters' in piece ? [FIELDS[piece.letters]!] : []))
  const source = pattern.map((piece) =>
    'literal' in piece ? escapeRegExp(piece.literal) : `(${FIELDS[piece.letters]!.pattern})`,
  )
  const expression = new RegExp(`^${source.join('')}$`, 'i')
  return (text) => {
    const found = text.length > 256 ? null : expression.exec(text)
    if (found === null) return new Failure('format', 'the text does not have the pattern')
    return momentOf(fields.map((field, i) => field.read(found[i + 1]!)))
  }
}

function momentOf(read: readonly ReturnType<Field['read']>[]): Instant | Failure {
  const start = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanos: 0, offsetMinutes: 0 }
  const { isAfternoon, ...moment } = Object.assign({ ...start, isAfternoon: false }, ...read)
  return instantOfMoment({ ...moment, hour: isAfternoon ? moment.hour + 12 : moment.hour })
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?$/

/** ISO 8601 as apps write it: a blank for the `T`, no time, no zone (UTC), an offset without a colon. */
export function parseIso(text: string): Instant | Failure {
  const found = text.length > 64 ? null : ISO.exec(text)
  if (found === null) return new Failure('format', 'the text is not an ISO 8601 time')
  const [, year, month, day, hour, minute, second, digits = '', zone = 'Z'] = found
  const number = (part: string | undefined): number => Number(part ?? 0)
  return instantOfMoment({
    year: number(year),
    month: number(month),
    day: number(day),
    hour: number(hour),
    minute: number(minute),
    second: number(second),
    nanos: Number(digits.padEnd(9, '0')),
    ...isoOffset(zone.length === 3 ? `${zone}00` : zone),
  })
}
