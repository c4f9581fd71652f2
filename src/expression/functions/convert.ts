import { Failure, type Instant, type Span, Unsigned } from '../../model/expression.ts'
import { intOf, uintOf } from '../runtime/arithmetic.ts'
import { typeOf } from '../runtime/kind.ts'
import { parseDuration } from '../runtime/parse-duration.ts'
import { parseTimestamp } from '../runtime/parse-time.ts'
import { textOf } from '../runtime/text-of.ts'
import { instantOf, spanOf } from '../runtime/time.ts'
import type { FunctionGroup } from './row.ts'

const same = (value: unknown): unknown => value

function notA(type: string): Failure {
  return new Failure('format', `the text is not a ${type}`)
}

function intOfDouble(value: number): bigint | Failure {
  return value > -(2 ** 63) && value < 2 ** 63
    ? BigInt(Math.trunc(value))
    : new Failure('range', 'the number does not fit an int')
}

function uintOfDouble(value: number): Unsigned | Failure {
  return value >= 0 && value < 2 ** 64
    ? new Unsigned(BigInt(Math.trunc(value)))
    : new Failure('range', 'the number does not fit a uint')
}

function intOfText(text: string): bigint | Failure {
  return /^[+-]?\d{1,32}$/.test(text) ? intOf(BigInt(text.replace('+', ''))) : notA('whole number')
}

function uintOfText(text: string): Unsigned | Failure {
  return /^\d{1,32}$/.test(text) ? uintOf(BigInt(text)) : notA('whole number')
}

function doubleOfText(text: string): number | Failure {
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text)
  const named = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i.exec(text)
  if (named === null) return notA('number')
  if (named[2] === undefined) return Number.NaN
  return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

function spanOfSeconds(seconds: number): Span | Failure {
  const ms = Math.floor(seconds * 1000)
  return spanOf(ms, Math.round((seconds * 1000 - ms) * 1e6))
}

const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
])

export const CONVERSIONS: FunctionGroup = {
  title: 'Conversions',
  rows: [
    {
      name: 'int',
      about:
        'A whole number of 64 bits: a double without its fraction, a text of digits, a timestamp as Unix seconds.',
      examples: [
        ["int('42')", '42'],
        ['int(-2.9)', '-2'],
        ["int(timestamp('1970-01-01T00:01:00Z'))", '60'],
        ["int('four')", 'fails: compile'],
        ['int(1e30)', 'fails: range'],
      ],
      overloads: [
        ['int(int) -> int', same],
        ['int(uint) -> int', ({ unsigned }: Unsigned) => intOf(unsigned)],
        ['int(double) -> int', intOfDouble],
        ['int(string) -> int', intOfText],
        ['int(timestamp) -> int', ({ ms }: Instant) => BigInt(Math.floor(ms / 1000))],
        ['int(duration) -> int', ({ ms }: Span) => BigInt(Math.trunc(ms / 1000))],
      ],
    },
    {
      name: 'uint',
      about: 'A whole number of 64 bits that is not negative.',
      examples: [
        ["uint('42')", '42u'],
        ['uint(-1)', 'fails: range'],
      ],
      overloads: [
        ['uint(uint) -> uint', same],
        ['uint(int) -> uint', uintOf],
        ['uint(double) -> uint', uintOfDouble],
        ['uint(string) -> uint', uintOfText],
      ],
    },
    {
      name: 'double',
      about: 'A floating-point number.',
      examples: [
        ["double('1.5')", '1.5'],
        ['double(3)', '3.0'],
      ],
      overloads: [
        ['double(double) -> double', same],
        ['double(int) -> double', Number],
        ['double(uint) -> double', ({ unsigned }: Unsigned) => Number(unsigned)],
        ['double(string) -> double', doubleOfText],
      ],
    },
    {
      name: 'bool',
      about: 'True or false from the texts `true`, `t`, `1`, `false`, `f`, `0`.',
      examples: [["bool('true')", 'true']],
      overloads: [
        ['bool(bool) -> bool', same],
        ['bool(string) -> bool', (text: string) => BOOLS.get(text) ?? notA('boolean')],
      ],
    },
    {
      name: 'string',
      about: 'A value as text; a timestamp as RFC 3339, a duration in seconds, bytes as the UTF-8 they hold.',
      examples: [
        ['string(7)', "'7'"],
        ["string(timestamp('2026-01-02T03:04:05Z'))", "'2026-01-02T03:04:05Z'"],
        ["string(duration('1m30s'))", "'90s'"],
      ],
      overloads: ['string', 'bool', 'int', 'uint', 'double', 'bytes', 'timestamp', 'duration'].map(
        (type) => [`string(${type}) -> string`, textOf] as const,
      ),
    },
    {
      name: 'bytes',
      about: 'The bytes of a text in UTF-8.',
      examples: [["bytes('abc')", "b'abc'"]],
      overloads: [
        ['bytes(bytes) -> bytes', same],
        ['bytes(string) -> bytes', (text: string) => new TextEncoder().encode(text)],
      ],
    },
    {
      name: 'timestamp',
      about: 'A point in time from RFC 3339 text, or from Unix seconds as an int.',
      examples: [
        ["timestamp('2026-01-02T03:04:05+01:00')", "timestamp('2026-01-02T02:04:05Z')"],
        ['timestamp(60)', "timestamp('1970-01-01T00:01:00Z')"],
      ],
      overloads: [
        ['timestamp(timestamp) -> timestamp', same],
        ['timestamp(string) -> timestamp', parseTimestamp],
        ['timestamp(int) -> timestamp', (seconds: bigint) => instantOf(Number(seconds) * 1000, 0)],
      ],
    },
    {
      name: 'duration',
      about:
        'A length of time from text with the units `d`, `h`, `m`, `s`, `ms`, `us`, `ns`, or from a number of seconds.',
      examples: [
        ["duration('1h30m')", "duration('5400s')"],
        ["duration('7d')", "duration('168h')"],
        ['duration(90)', "duration('90s')"],
      ],
      overloads: [
        ['duration(duration) -> duration', same],
        ['duration(string) -> duration', parseDuration],
        ['duration(int) -> duration', (seconds: bigint) => spanOf(Number(seconds) * 1000, 0)],
        ['duration(double) -> duration', spanOfSeconds],
      ],
    },
    {
      name: 'type',
      about: 'The type of a value; compare it with a type name.',
      examples: [
        ['type(1) == int', 'true'],
        ["type('a') == string", 'true'],
      ],
      overloads: [['type(dyn) -> type', typeOf]],
      work: 'flat',
    },
    {
      name: 'dyn',
      about: 'The value with its type forgotten, so that only the data decides.',
      examples: [["dyn(1) == 'a'", 'false']],
      overloads: [['dyn(dyn) -> dyn', same]],
      work: 'flat',
    },
  ],
}
