import type { Row } from '../model/collection.ts'
import { setOwn } from '../ocsf/coerce.ts'
import { addPath, merged, type PathTree, remainder } from './remainder.ts'

type Path = readonly (string | number)[]

/** The parts of a record, and of the one it was exploded from, that the event holds already. */
export type Taken = { record: PathTree | true; outer: PathTree | true }

/** Marks the value at a path of an expression as taken; paths of other names (`settings`, `parent`) are not ours to keep. */
export function take(taken: Taken, [name, ...path]: Path): void {
  if (name !== 'record' && name !== 'outer') return
  const tree = taken[name]
  if (tree === true) return
  if (path.length === 0) taken[name] = true
  else addPath(tree, path)
}

/** Where exploded records stand in the record around them; nothing when that is not a plain path. */
export function explodedPath(path: Path | undefined): readonly string[] | undefined {
  const steps = path?.slice(1) ?? []
  return steps.length > 0 && steps.every((step) => typeof step === 'string') ? steps : undefined
}

/**
 * The value of `unmapped`: what the event does not hold, under the app's own names.
 *
 * An exploded record stands where the app had it, in a list of one; without a plain path to that place, record and outer
 * are named so.
 */
export function unmappedOf(
  row: Row,
  taken: Taken,
  exploded: readonly string[] | undefined,
): Record<string, unknown> | undefined {
  const record = remainder(row.record, taken.record)
  if (row.outer === undefined) return asObject(record)
  if (exploded !== undefined && taken.outer !== true) addPath(taken.outer, exploded)
  return around(record, remainder(row.outer, taken.outer), exploded)
}

/** A record that is no object is named `record`. */
export function asObject(record: unknown): Record<string, unknown> | undefined {
  if (record === undefined) return undefined
  return typeof record === 'object' && !Array.isArray(record)
    ? (record as Record<string, unknown>)
    : { record }
}

/** What is left of a record and of the one around it, as one object. */
export function around(
  record: unknown,
  outer: unknown,
  exploded: readonly string[] | undefined,
): Record<string, unknown> | undefined {
  if (exploded === undefined) {
    if (record === undefined && outer === undefined) return undefined
    return { ...(record !== undefined && { record }), ...(outer !== undefined && { outer }) }
  }
  return asObject(record === undefined ? outer : merged(nested(exploded, [record]), outer))
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((below, step) => {
    const object = {}
    setOwn(object, step, below)
    return object
  }, value)
}
