export type Path = readonly (string | number)[]

type Tree = Readonly<Record<string | number, unknown>>

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

/** The value at a path, own properties only; `undefined` where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const key of path) {
    if (!isTree(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** A copy with another value at the path; objects that lack on the way are made. `undefined` takes the key away. */
export function withValueAt(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  const inner = withValueAt(valueAt(root, [key]), rest, value)
  if (Array.isArray(root)) return root.map((item, index) => (index === key ? inner : item))
  const entries = Object.entries(isTree(root) ? root : {})
  const kept = entries.filter(([name]) => name !== String(key))
  if (inner === undefined) return Object.fromEntries(kept)
  if (kept.length === entries.length) return Object.fromEntries([...entries, [String(key), inner]])
  return Object.fromEntries(entries.map(([name, old]) => [name, name === String(key) ? inner : old]))
}
