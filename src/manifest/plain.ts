import type { Node } from './node.ts'

/** A map with the author's own keys: no inherited property is ever found in it. */
export function emptyMap<T>(): Record<string, T> {
  return Object.create(null)
}

/** The piece as a JSON value. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainOf)
  const map = emptyMap<unknown>()
  for (const { key, value } of node.entries) map[key] = plainOf(value)
  return map
}
