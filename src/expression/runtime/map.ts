import { Unsigned } from '../../model/expression.ts'
import type { CelMap } from './kind.ts'

/** Keys as a `Map` holds them: every whole number as a bigint, so that `1`, `1u` and `1.0` are one key. */
export function normalKey(key: unknown): unknown {
  if (key instanceof Unsigned) return key.unsigned
  return typeof key === 'number' && Number.isInteger(key) ? BigInt(key) : key
}

/** The value at a key, or `undefined`. Own properties only. */
export function mapGet(map: CelMap, key: unknown): unknown {
  if (map instanceof Map) return map.get(normalKey(key))
  return typeof key === 'string' && Object.hasOwn(map, key)
    ? (map as Readonly<Record<string, unknown>>)[key]
    : undefined
}

export function mapKeys(map: CelMap): readonly unknown[] {
  return map instanceof Map ? [...map.keys()] : Object.keys(map)
}

export function mapSize(map: CelMap): number {
  return map instanceof Map ? map.size : Object.keys(map).length
}

/** Sets an own property even for `__proto__`. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}
