import { setOwn, toJson } from '../ocsf/coerce.ts'

type Path = readonly (string | number)[]

/** Which parts of a record an event holds: by member or index, the whole of it (`true`) or parts. */
export type PathTree = Map<string | number, PathTree | true>

/** Adds a path to a tree; what lies below a part that is there as a whole is there already. */
export function addPath(tree: PathTree, path: Path): void {
  let at = tree
  for (const [i, step] of path.entries()) {
    const next = at.get(step)
    if (next === true) return
    if (i === path.length - 1) at.set(step, true)
    else if (next !== undefined) at = next
    else {
      const below: PathTree = new Map()
      at.set(step, below)
      at = below
    }
  }
}

/**
 * What is left of a value when the parts in the tree are taken out, as JSON without nulls; nothing when no part is left.
 *
 * Lists are left whole as long as one of their items is not taken completely: an index means nothing in a list with gaps.
 */
export function remainder(value: unknown, taken: PathTree | true | undefined): unknown {
  if (taken === true) return undefined
  if (taken === undefined || typeof value !== 'object' || value === null) return leftAsItIs(value)
  if (Array.isArray(value)) {
    return value.some((item, i) => remainder(item, taken.get(i)) !== undefined)
      ? leftAsItIs(value)
      : undefined
  }
  let left: Record<string, unknown> | undefined
  for (const [key, item] of Object.entries(value)) {
    const rest = remainder(item, taken.get(key))
    if (rest === undefined) continue
    left ??= {}
    setOwn(left, key, rest)
  }
  return left
}

/**
 * A value as JSON without nulls: itself where it is that already, so it is shared with the record. Empty lists and
 * objects say nothing and are left out.
 */
export function leftAsItIs(value: unknown): unknown {
  const json = isPlainJson(value) ? value : toJson(value)
  return typeof json === 'object' && isEmpty(json as object) ? undefined : json
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false
  return true
}

const MAX_DEPTH = 64

function isPlainJson(value: unknown, depth = 0): boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, depth + 1))
  if (value.constructor !== Object) return false
  for (const key in value)
    if (!isPlainJson((value as Readonly<Record<string, unknown>>)[key], depth + 1)) return false
  return true
}

/** Two objects as one; where both have a plain value, the first one's stays. */
export function merged(first: unknown, second: unknown): unknown {
  if (first === undefined) return second
  if (!isObject(first) || !isObject(second)) return first
  const both: Record<string, unknown> = { ...first }
  for (const [key, value] of Object.entries(second))
    setOwn(both, key, Object.hasOwn(both, key) ? merged(both[key], value) : value)
  return both
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
