import { nearest } from '../lib/nearest.ts'
import { type AttributePath, formatAttributePath, parseAttributePath } from './attribute-path.ts'
import { type Attribute, classByUid, HOUSE_PROFILES, objectByName, type Shape } from './tables.ts'

/** An attribute, or one sentence saying why the path leads to none. */
export type AttributeLookup =
  | {
      readonly attribute: Attribute /** The object or class it belongs to. */
      readonly owner: string
      readonly problem?: undefined
    }
  | { readonly attribute?: undefined; readonly problem: string; readonly meant?: string }

export type FoundAttribute = Extract<AttributeLookup, { readonly attribute: Attribute }>

/** Stands for whatever is below a free-form value (`unmapped.x`, `resources[0].data.x`). */
const ANYTHING: Attribute = { name: '*', type: 'json_t', isArray: false, requirement: 'optional' }

/**
 * The definition of what our events hold at a path, e.g. `actor.user.email_addr` or `resources[0].type`.
 *
 * An element of a list is reached by its index, and its definition then says `isArray: false`. Attributes that need a
 * profile which our events do not declare count as absent: see `HOUSE_PROFILES`.
 */
export function attributeAt(classUid: number, path: string | AttributePath): AttributeLookup {
  const steps = typeof path === 'string' ? parseAttributePath(path) : path
  if (steps === undefined) return { problem: `"${path}" is not an attribute path such as user.email_addr` }
  const shape = classByUid(classUid)
  if (shape === undefined) return { problem: `OCSF has no class ${classUid}` }
  return walk(steps, shape, 0)
}

function walk(steps: AttributePath, shape: Shape, at: number): AttributeLookup {
  const found = member(steps, shape, at)
  if (found.attribute === undefined) return found
  const element = takeIndex(found, steps, at + 1)
  const next = typeof steps[at + 1] === 'number' ? at + 2 : at + 1
  return element.attribute === undefined || next === steps.length
    ? element
    : descend(steps, element.attribute, next)
}

function descend(steps: AttributePath, attribute: Attribute, at: number): AttributeLookup {
  const inner = attribute.object === undefined ? undefined : objectByName(attribute.object)
  const place = named(steps, at)
  if (attribute.type === 'json_t' || inner?.attributes.size === 0)
    return { attribute: ANYTHING, owner: 'object' }
  if (attribute.isArray) return { problem: `${place} is a list: write ${place}[0].${steps[at]}` }
  if (inner === undefined) return { problem: `${place} is a ${attribute.type} and has no parts` }
  return walk(steps, inner, at)
}

const named = (steps: AttributePath, length: number): string => formatAttributePath(steps.slice(0, length))

function member(steps: AttributePath, shape: Shape, at: number): AttributeLookup {
  const step = steps[at]
  const owner = at === 0 ? `the class ${shape.name}` : `${named(steps, at)} (${shape.name})`
  if (typeof step !== 'string') return { problem: `${owner} is not a list` }
  const attribute = shape.attributes.get(step)
  if (attribute === undefined) return unknown(owner, step, [...shape.attributes.keys()])
  if (!(attribute.profiles?.some((profile) => HOUSE_PROFILES.includes(profile)) ?? true))
    return { problem: `${owner} has "${step}" only with the profile ${attribute.profiles?.join(' or ')}` }
  return { attribute, owner: shape.name }
}

/** Suggests a near spelling, else the longer name of which the word is a part: `email` means `email_addr`. */
function unknown(owner: string, step: string, names: readonly string[]): AttributeLookup {
  const longer = names.find((name) => name.startsWith(`${step}_`) || name.endsWith(`_${step}`))
  const meant = nearest(step, names) ?? longer
  const problem = `${owner} has no attribute "${step}"`
  return meant === undefined ? { problem } : { problem: `${problem}; did you mean "${meant}"?`, meant }
}

/** The element when the next step is an index, else the attribute itself. */
function takeIndex(found: FoundAttribute, steps: AttributePath, next: number): AttributeLookup {
  const { attribute } = found
  if (typeof steps[next] !== 'number') return found
  if (attribute.isArray) return { ...found, attribute: { ...attribute, isArray: false } }
  return attribute.type === 'json_t' ? found : { problem: `${named(steps, next)} is not a list` }
}
