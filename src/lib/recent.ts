/**
 * Remembers what `make` gave for the keys that were asked for lately: between `most` and twice as many of them. For values that
 * repeat, among others that do not.
 */
export function recent<Key, Value>(make: (key: Key) => Value, most: number): (key: Key) => Value {
  let fresh = new Map<Key, Value>()
  let stale = new Map<Key, Value>()
  return (key) => {
    const known = fresh.get(key)
    if (known !== undefined) return known
    const value = stale.get(key) ?? make(key)
    if (fresh.size >= most) {
      stale = fresh
      fresh = new Map()
    }
    fresh.set(key, value)
    return value
  }
}
