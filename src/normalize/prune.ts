import { classDefaults } from '../ocsf/class-defaults.ts'
import { unknownOf } from '../ocsf/complete.ts'
import { memoize } from '../ocsf/memoize.ts'
import { type Attribute, objectByName, requireClass, type Shape } from '../ocsf/tables.ts'

/** Objects are invalid without one of `oneOf`, without every one of `all`, and with more than one of `rivals`. */
export type Needs = {
  readonly oneOf: readonly string[] | undefined
  readonly all: readonly string[]
  readonly rivals: readonly string[]
}

/**
 * What an object needs that neither `completeEvent` nor anybody else can supply: a hash without a value, a moment in a
 * span. Where a name would do, one is given to it.
 */
export function needsOf(shape: Shape): Needs {
  const { at_least_one: identities, just_one: rivals = [] } = shape.constraints
  const canName = identities?.some(
    (name) => name === 'name' || unknownOf(shape.attributes.get(name)) !== undefined,
  )
  const all = [...shape.attributes.values()].filter(
    (attribute) => isRequired(attribute) && unknownOf(attribute) === undefined,
  )
  const one = rivals.length > 0 ? rivals : identities
  return { oneOf: canName ? undefined : one, all: all.map(({ name }) => name), rivals }
}

const isRequired = ({ requirement, profiles }: Attribute): boolean => requirement === 'required' && !profiles

/** The objects of a class that a default may complete, as paths without a position in a list. */
export const completedByDefault = memoize((classUid: number): ReadonlySet<string> => {
  const paths = classDefaults(classUid).map(({ put }) => put.replaceAll(/\[\d+\]/g, ''))
  return new Set(paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('.')))))
})

type Fields = Record<string, unknown>

/**
 * Takes out of an event the objects that could only be invalid, deepest first, and what becomes empty by that.
 *
 * Of members that an object does not take together, the first stays.
 *
 * @param spared paths of objects that may still be completed.
 */
export function prune(event: Fields, classUid: number, spared: ReadonlySet<string> = new Set()): void {
  pruneMembers(requireClass(classUid), event, { prefix: '', spared })
}

type Place = { readonly prefix: string; readonly spared: ReadonlySet<string> }

function pruneMembers(shape: Shape, object: Fields, place: Place): void {
  for (const key of Object.keys(object)) {
    const name = shape.attributes.get(key)?.object
    const inner = name === undefined ? undefined : objectByName(name)
    if (inner === undefined || inner.attributes.size === 0) continue
    const path = place.prefix + key
    const keep = (value: unknown): boolean =>
      isViable(inner, value, { prefix: `${path}.`, spared: place.spared })
    const value = object[key]
    const left = Array.isArray(value) ? listOf(value, keep) : keep(value) ? value : undefined
    if (left === undefined) delete object[key]
    else object[key] = left
  }
  const [, ...others] = needs(shape).rivals.filter((name) => object[name] !== undefined)
  for (const name of others) delete object[name]
}

/** Positions stay as they are while defaults may refer to them; `completeEvent` closes the gaps. */
function listOf(items: readonly unknown[], keep: (item: unknown) => boolean): readonly unknown[] | undefined {
  const left = items.map((item) => (item !== undefined && keep(item) ? item : undefined))
  return left.some((item) => item !== undefined) ? left : undefined
}

function isViable(shape: Shape, value: unknown, place: Place): boolean {
  if (typeof value !== 'object' || value === null) return true
  const object = value as Fields
  pruneMembers(shape, object, place)
  if (Object.keys(object).length === 0) return false
  if (place.spared.has(place.prefix.slice(0, -1))) return true
  const { oneOf, all } = needs(shape)
  return (
    all.every((name) => object[name] !== undefined) &&
    oneOf?.some((name) => object[name] !== undefined) !== false
  )
}

const needs = memoize(needsOf)
