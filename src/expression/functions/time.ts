import { Failure, type Instant, type Span, Unsigned } from '../../model/expression.ts'
import { noOverload } from '../runtime/kind.ts'
import { formatTime, parseIso, readPattern, type TimeReader, timeReader } from '../runtime/pattern.ts'
import { instantOf } from '../runtime/time.ts'
import { instantText } from '../runtime/time-text.ts'
import { localTime } from '../runtime/zone.ts'
import type { FunctionGroup, FunctionRow } from './row.ts'

type Writer = (instant: Instant) => string

const WRITERS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['iso', instantText],
  ['unix', (instant) => String(Math.floor(instant.ms / 1000))],
  ['unixMs', (instant) => String(instant.ms)],
  ['date', (instant) => instantText(instant).slice(0, 10)],
])

function writerOf(how: string): Writer | Failure {
  const named = WRITERS.get(how)
  if (named !== undefined) return named
  const pattern = readPattern(how)
  return pattern instanceof Failure ? pattern : (instant) => formatTime(instant, pattern)
}

function format(instant: Instant, how: string): string | Failure {
  const writer = writerOf(how)
  return writer instanceof Failure ? writer : writer(instant)
}

function readerOf(how: string): TimeReader | Failure {
  if (how === 'iso') return parseIso
  const pattern = readPattern(how)
  return pattern instanceof Failure ? pattern : timeReader(pattern)
}

function parseTime(text: string, how: string): Instant | Failure {
  const reader = readerOf(how)
  return reader instanceof Failure ? reader : reader(text)
}

/** A number that counts a unit of time since 1970; whole and fractional part apart, so that nothing is rounded away. */
function fromUnix(value: unknown, unitMs: number): Instant | Failure {
  if (typeof value === 'bigint') return instantOf(Number(value) * unitMs, 0)
  if (value instanceof Unsigned) return fromUnix(value.unsigned, unitMs)
  if (typeof value === 'number') return fromDouble(value, unitMs)
  if (typeof value !== 'string') return noOverload(unitMs === 1 ? 'fromUnixMs' : 'fromUnix', value)
  const found = /^(-?\d{1,18})(?:\.(\d{1,9}))?$/.exec(value.trim())
  if (found === null) return new Failure('format', 'the text is not a number of seconds or milliseconds')
  const nanos = Number((found[2] ?? '').padEnd(9, '0')) * (unitMs / 1000)
  return instantOf(Number(found[1]) * unitMs, Math.trunc(value.trim().startsWith('-') ? -nanos : nanos))
}

/** A double has no more than microseconds to tell at today's dates. */
function fromDouble(value: number, unitMs: number): Instant | Failure {
  if (!Number.isFinite(value)) return new Failure('range', 'the number is no time')
  const whole = Math.floor(value)
  const micros = Math.round((value - whole) * unitMs * 1000)
  return instantOf(whole * unitMs, micros * 1000)
}

type Part = {
  readonly name: string
  readonly about: string
  readonly of: (local: Date) => number
  readonly example: string
}

const DAY_MS = 86_400_000

const PARTS: readonly Part[] = [
  { name: 'getFullYear', about: 'The year.', of: (t) => t.getUTCFullYear(), example: '2026' },
  { name: 'getMonth', about: 'The month, from 0 for January.', of: (t) => t.getUTCMonth(), example: '2' },
  { name: 'getDate', about: 'The day of the month, from 1.', of: (t) => t.getUTCDate(), example: '4' },
  {
    name: 'getDayOfMonth',
    about: 'The day of the month, from 0.',
    of: (t) => t.getUTCDate() - 1,
    example: '3',
  },
  {
    name: 'getDayOfWeek',
    about: 'The day of the week, from 0 for Sunday.',
    of: (t) => t.getUTCDay(),
    example: '3',
  },
  { name: 'getDayOfYear', about: 'The day of the year, from 0.', of: dayOfYear, example: '62' },
]

function dayOfYear(local: Date): number {
  const day = new Date(local)
  day.setUTCMonth(0, 1)
  return Math.round((local.getTime() - day.getTime()) / DAY_MS)
}

function partOf(of: Part['of']) {
  return (instant: Instant, zone?: string): number | Failure => {
    const local = localTime(instant, zone)
    return local instanceof Failure ? local : of(local)
  }
}

const EXAMPLE = "timestamp('2026-03-04T05:06:07.089Z')"

function partRow({ name, about, of, example }: Part): FunctionRow {
  return {
    name,
    about: `${about} In UTC, or in the time zone given.`,
    examples: [[`${EXAMPLE}.${name}()`, example]],
    overloads: [
      [`timestamp.${name}() -> index`, partOf(of)],
      [`timestamp.${name}(string) -> index`, partOf(of)],
    ],
  }
}

type Clock = Part & { readonly ofSpan: (span: Span) => number; readonly spanExample: string }

const CLOCK: readonly Clock[] = [
  {
    name: 'getHours',
    about: 'The hour of a timestamp, or all hours of a duration.',
    of: (t) => t.getUTCHours(),
    ofSpan: ({ ms }) => Math.trunc(ms / 3_600_000),
    example: '5',
    spanExample: '1',
  },
  {
    name: 'getMinutes',
    about: 'The minute of a timestamp, or all minutes of a duration.',
    of: (t) => t.getUTCMinutes(),
    ofSpan: ({ ms }) => Math.trunc(ms / 60_000),
    example: '6',
    spanExample: '90',
  },
  {
    name: 'getSeconds',
    about: 'The second of a timestamp, or all seconds of a duration.',
    of: (t) => t.getUTCSeconds(),
    ofSpan: ({ ms }) => Math.trunc(ms / 1000),
    example: '7',
    spanExample: '5400',
  },
  {
    name: 'getMilliseconds',
    about: 'The milliseconds below the second.',
    of: (t) => t.getUTCMilliseconds(),
    ofSpan: ({ ms }) => ms % 1000,
    example: '89',
    spanExample: '0',
  },
]

function clockRow(clock: Clock): FunctionRow {
  const row = partRow(clock)
  return {
    ...row,
    about: `${clock.about} A timestamp is taken in UTC, or in the time zone given.`,
    examples: [...row.examples, [`duration('90m').${clock.name}()`, clock.spanExample]],
    overloads: [...row.overloads, [`duration.${clock.name}() -> index`, clock.ofSpan]],
  }
}

export const TIME: FunctionGroup = {
  title: 'Time',
  rows: [
    {
      name: 'format',
      about:
        "A timestamp as text, in UTC: 'iso', 'unix' (seconds), 'unixMs', 'date', or a pattern of yyyy MM MMM dd EEE HH hh a mm ss S XXX XX with other letters in quotes.",
      examples: [
        [`format(${EXAMPLE}, 'iso')`, "'2026-03-04T05:06:07.089Z'"],
        [`format(${EXAMPLE}, 'unix')`, "'1772600767'"],
        [`format(${EXAMPLE}, 'unixMs')`, "'1772600767089'"],
        [`int(format(${EXAMPLE}, 'unixMs'))`, '1772600767089'],
        [`format(${EXAMPLE}, 'date')`, "'2026-03-04'"],
        [`format(${EXAMPLE}, "yyyy/MM/dd HH'h'")`, "'2026/03/04 05h'"],
      ],
      overloads: [['format(timestamp, string) -> string', format]],
      specialize: ([, how]) => (typeof how === 'string' ? writerOf(how) : undefined),
    },
    {
      name: 'parseTime',
      about:
        "A timestamp from text by a pattern as in format(), or by 'iso' for the many shapes of ISO 8601. Without an offset in the text, UTC.",
      examples: [
        ["parseTime('2026-03-04 05:06:07', 'yyyy-MM-dd HH:mm:ss')", "timestamp('2026-03-04T05:06:07Z')"],
        ["parseTime('2026-03-04T05:06:07+0100', 'iso')", "timestamp('2026-03-04T04:06:07Z')"],
        ["parseTime('04/Mar/2026', 'dd/MMM/yyyy')", "timestamp('2026-03-04T00:00:00Z')"],
        ["parseTime('31/02/2026', 'dd/MM/yyyy')", 'fails: compile'],
      ],
      overloads: [['parseTime(string, string) -> timestamp', parseTime]],
      specialize: ([, how]) => (typeof how === 'string' ? readerOf(how) : undefined),
    },
    {
      name: 'fromUnix',
      about: 'A timestamp from Unix seconds: a number, with a fraction or without, or a text of digits.',
      examples: [
        ['fromUnix(60)', "timestamp('1970-01-01T00:01:00Z')"],
        ["fromUnix('1.5')", "timestamp('1970-01-01T00:00:01.5Z')"],
      ],
      overloads: [['fromUnix(dyn) -> timestamp', (value: unknown) => fromUnix(value, 1000)]],
    },
    {
      name: 'fromUnixMs',
      about: 'A timestamp from Unix milliseconds: a number or a text of digits.',
      examples: [['fromUnixMs(1500)', "timestamp('1970-01-01T00:00:01.5Z')"]],
      overloads: [['fromUnixMs(dyn) -> timestamp', (value: unknown) => fromUnix(value, 1)]],
    },
    ...PARTS.map(partRow),
    ...CLOCK.map(clockRow),
  ],
}
