import { Instant, Span, Unsigned } from '../../model/expression.ts'
import { isMap } from './kind.ts'
import { mapGet, mapKeys, mapSize } from './map.ts'
import { spend, spendOnCopy } from './meter.ts'

/**
 * CEL's `==` over any two values: numbers by their value across int, uint and double, NaN equal to nothing,
 * lists and maps by their content, values of different kinds never. With the budget exhausted the answer is
 * false, and the caller must ask the meter.
 */
export function equals(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return scalarEquals(a, b)
  if (spend(1)) return false
  if (Array.isArray(a)) return Array.isArray(b) && listEquals(a, b)
  if (isMap(a)) return isMap(b) && mapEquals(a, b)
  return wrappedEquals(a, b)
}

function scalarEquals(a: unknown, b: unknown): boolean {
  if (typeof a === 'string') return typeof b === 'string' && textEquals(a, b)
  if (a === b) return true
  const left = a instanceof Unsigned ? a.unsigned : a
  const right = b instanceof Unsigned ? b.unsigned : b
  if (typeof left === 'bigint') return typeof right === 'bigint' ? left === right : isSameNumber(right, left)
  return typeof right === 'bigint' && isSameNumber(left, right)
}

function textEquals(a: string, b: string): boolean {
  return a.length === b.length && !spendOnCopy(a.length) && a === b
}

/** By value, rounding neither. */
function isSameNumber(double: unknown, int: bigint): boolean {
  return typeof double === 'number' && Number.isInteger(double) && BigInt(double) === int
}

function wrappedEquals(a: object, b: object): boolean {
  if (a instanceof Instant) return b instanceof Instant && a.ms === b.ms && a.nanos === b.nanos
  if (a instanceof Span) return b instanceof Span && a.ms === b.ms && a.nanos === b.nanos
  if (a instanceof Uint8Array) return b instanceof Uint8Array && bytesEqual(a, b)
  if (a instanceof Unsigned) return b instanceof Unsigned && a.unsigned === b.unsigned
  return a === b
}

function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length || spend(a.length >> 4)) return false
  return a.every((byte, i) => byte === b[i])
}

function listEquals(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length || spend(a.length)) return false
  return a.every((item, i) => equals(item, b[i]))
}

function mapEquals(a: Parameters<typeof mapSize>[0], b: Parameters<typeof mapSize>[0]): boolean {
  const size = mapSize(a)
  if (size !== mapSize(b) || spend(size)) return false
  return mapKeys(a).every((key) => {
    const other = mapGet(b, key)
    return other !== undefined && equals(mapGet(a, key), other)
  })
}
