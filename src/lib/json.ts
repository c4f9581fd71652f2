import { Fault } from './fault.ts'

/** Deeper answers are refused: whatever walks a value later may recurse. */
const MAX_DEPTH = 64
/** Some 100 MB of objects at worst; without it 50 MB of `[],[],…` become a gigabyte. */
const MAX_VALUES = 2_000_000
/** Every integer up to 2^53 has at most 16 digits; shorter ones are exact as numbers. */
const LONG_DIGITS = 16
/** Beyond 128 bits no app means an identifier; such a number stays a double, as JSON.parse reads it. */
const MAX_DIGITS = 40

const utf8 = new TextDecoder('utf-8', { fatal: true })
type Context = { readonly source: string }
const parseWith = JSON.parse as (
  text: string,
  revive: (key: string, value: unknown, at: Context) => unknown,
) => unknown
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown }

/**
 * Reads JSON that nobody has checked: UTF-8 only (a byte order mark is skipped), at most 64 levels deep, integers beyond 2^53 exact as
 * `bigint`. A key `__proto__` is an ordinary own property.
 *
 * @throws {Fault} `SOURCE_UNREADABLE`, `ANSWER_TOO_DEEP`, `ANSWER_TOO_LARGE` (too many values). No message quotes the input.
 */
export function parseJson(input: Uint8Array | string): unknown {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input
  const hasLongDigits = inspect(bytes)
  const text = decodeUtf8(bytes)
  try {
    return hasLongDigits ? parseWith(text, exact) : JSON.parse(text)
  } catch (error) {
    const at = /position (\d+)/.exec(String(error))?.[1]
    throw new Fault(
      'SOURCE_UNREADABLE',
      at === undefined ? 'JSON ends too early' : `not JSON at character ${at}`,
    )
  }
}

/**
 * Bytes as text; a byte order mark is skipped.
 *
 * @throws {Fault} `SOURCE_UNREADABLE` when they are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Fault('SOURCE_UNREADABLE', 'the text is not UTF-8')
  }
}

/** JSON text of a value that may hold `bigint`s: they are written as numbers, exactly. `undefined` becomes `null`. */
export function stringifyJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent) ?? 'null'
  } catch (error) {
    // The built-in writer is twice as fast without a replacer, and nearly no value holds a bigint.
    if (error instanceof TypeError) return JSON.stringify(value, exactly, indent)
    throw error
  }
}

function exactly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(value.toString()) : value
}

function exact(_key: string, value: unknown, { source }: Context): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source.length > MAX_DIGITS) return value
  return /^-?\d+$/.test(source) ? BigInt(source) : value
}

const [QUOTE, COMMA, OPEN, CLOSE, DIGIT] = [1, 2, 3, 4, 5]
const KIND_OF_BYTE = new Uint8Array(256)
for (const [kind, characters] of [
  [QUOTE, '"'],
  [COMMA, ','],
  [OPEN, '{['],
  [CLOSE, '}]'],
  [DIGIT, '0123456789'],
] as const) {
  for (const character of characters) KIND_OF_BYTE[character.charCodeAt(0)] = kind
}

/** Counts depth and values before anything is built, and tells whether an integer may be beyond 2^53. */
function inspect(bytes: Uint8Array): boolean {
  let depth = 0
  let values = 0
  let hasLongDigits = false
  for (let at = 0; at < bytes.length; at++) {
    switch (KIND_OF_BYTE[bytes[at]!]) {
      case QUOTE:
        at = endOfString(bytes, at)
        break
      case COMMA:
        values++
        break
      case OPEN:
        values++
        if (++depth > MAX_DEPTH)
          throw new Fault('ANSWER_TOO_DEEP', `JSON nests deeper than ${MAX_DEPTH} levels`)
        break
      case CLOSE:
        depth--
        break
      case DIGIT: {
        const end = endOfDigits(bytes, at)
        if (end - at >= LONG_DIGITS && bytes[at - 1] !== 0x2e) hasLongDigits = true
        at = end - 1
      }
    }
  }
  if (values > MAX_VALUES) throw new Fault('ANSWER_TOO_LARGE', `JSON holds more than ${MAX_VALUES} values`)
  return hasLongDigits
}

/** Index of the closing quote. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1
  for (; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === 0x22) return at
    if (byte === 0x5c) at++
  }
  return at
}

function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++
  return at
}
