import { Instant, Span, Unsigned, type Value } from '../model/expression.ts'
import { textOf } from './runtime/text-of.ts'

/** A value as JSON holds it: times as text, bytes as base64, whole numbers exact (`stringifyJson` writes bigints). */
export function jsonValue(value: Value): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(jsonValue)
  if (value instanceof Instant || value instanceof Span) return textOf(value)
  if (value instanceof Unsigned) return value.unsigned
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(entries.map(([key, item]) => [String(key), jsonValue(item)]))
}
