import { coercionOf } from '../ocsf/coerce.ts'
import type { Attribute } from '../ocsf/tables.ts'
import { plainWord } from '../ocsf/words.ts'
import { momentMs } from './moment.ts'

/**
 * Whether an attribute says all that the value it was made of said, so that the value need not stand in `unmapped` too.
 *
 * Text must be the same text (an address that lost its port is kept twice), an enum value must be the same word, a moment
 * the same millisecond. Objects are never fully kept, because the schema may lack some of their members.
 */
export function isKept(attribute: Attribute, given: unknown, written: unknown): boolean {
  if (written === undefined || given === undefined || given === null) return false
  if (attribute.object !== undefined) return false
  if (!attribute.isArray || attribute.type === 'json_t') return isElementKept(attribute, given, written)
  const items: readonly unknown[] = Array.isArray(given) ? given : [given]
  const kept = written as readonly unknown[]
  return items.length === kept.length && items.every((item, i) => isElementKept(attribute, item, kept[i]))
}

/** Whether an attribute of the type, once it has a value, always says all of it. */
export function saysAll({ isArray, type, enum: captions }: Attribute): boolean {
  return !isArray && captions === undefined && EXACT.has(type)
}

const EXACT: ReadonlySet<string> = new Set([
  ...['json_t', 'timestamp_t', 'boolean_t', 'integer_t', 'long_t', 'port_t', 'float_t'],
])

function isElementKept(attribute: Attribute, given: unknown, written: unknown): boolean {
  const { enum: captions, type } = attribute
  if (captions !== undefined) return isWordKept(captions, given, written)
  if (type === 'json_t') return true
  if (type === 'timestamp_t') return momentMs(given) === written
  if (EXACT.has(type)) return coercionOf(type)(given) === written
  return given === written || (isNumeric(given) && String(given) === written)
}

/** Beside it stands the word as the app wrote it. */
const OTHER = 99

const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'

function isWordKept(captions: Readonly<Record<string, string>>, given: unknown, written: unknown): boolean {
  if (written === OTHER) return true
  const word = plainWord(String(given))
  return word === plainWord(String(written)) || word === plainWord(captions[String(written)] ?? '')
}

/**
 * Whether a value that an expression read came out of it unchanged. Only text and numbers can tell: that `true` went in
 * and `true` came out says nothing.
 */
export function isPassedThrough(attribute: Attribute, read: unknown, written: unknown): boolean {
  const canTell = typeof read === 'number' || (typeof read === 'string' && read !== '')
  return canTell && showsWhatItRead(attribute) && isKept(attribute, read, written)
}

export function showsWhatItRead({ enum: captions, isArray, type }: Attribute): boolean {
  return captions === undefined && !isArray && type !== 'json_t' && type !== 'boolean_t'
}
