import { Instant, type Value } from '../../model/expression.ts'
import { isRecord } from './redact.ts'

/** What JSON has no word for, as an object with one key. */
const INT = '$int'
const TIME = '$time'

/**
 * A cursor as a position holds it: JSON that any writer keeps, whole numbers beyond 2^53 and timestamps included. An opaque position
 * that passes through a floating-point number is another position.
 */
export function packCursor(value: Value): unknown {
  if (typeof value === 'bigint') return { [INT]: String(value) }
  if (value instanceof Instant) return { [TIME]: value.ms, nanos: value.nanos }
  if (Array.isArray(value)) return value.map(packCursor)
  return isRecord(value) ? mapValues(value, packCursor) : value
}

export function unpackCursor(packed: unknown): Value {
  if (Array.isArray(packed)) return packed.map(unpackCursor)
  if (!isRecord(packed)) return packed
  const { [INT]: int, [TIME]: time, nanos } = packed
  if (typeof int === 'string' && /^-?\d+$/.test(int)) return BigInt(int)
  if (typeof time === 'number') return new Instant(time, Number(nanos ?? 0))
  return mapValues(packed, unpackCursor)
}

function mapValues(record: Readonly<Record<string, unknown>>, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
