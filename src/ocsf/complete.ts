import { applyDefaults } from './apply-defaults.ts'
import { UNKNOWN } from './class-defaults.ts'
import { memoize } from './memoize.ts'
import { PATTERNS } from './patterns.generated.ts'
import { type Attribute, classByUid, dataType, objectByName, type Shape } from './tables.ts'
import { rfc3339 } from './timestamp.ts'
import type { OcsfEvent } from './write.ts'

/**
 * Makes an event of ours complete, in place, and returns it: house defaults, captions beside all enum values, the RFC
 * 3339 twin of every timestamp, a name for what has no identity, and the observables.
 *
 * Expects what `startEvent` and writers have made; for events of others use `validateEvent`.
 */
export function completeEvent(event: OcsfEvent): OcsfEvent {
  applyDefaults(event)
  const plan = classPlan(event['class_uid'] as number)
  if (plan === undefined) return event
  const observables: Observable[] = []
  completeObject(plan, event, { prefix: '', observables })
  if (observables.length > 0) event['observables'] = observables
  return event
}

type Observable = {
  readonly name: string
  readonly type_id: number
  readonly type: string
  readonly value: string
}
type Visit = {
  /** Path to the object with a final dot, or nothing for the event. */
  readonly prefix: string
  /** Absent where nothing is an observable. */
  readonly observables: Observable[] | undefined
}
type Place = { readonly object: Record<string, unknown>; readonly value: unknown; readonly visit: Visit }
type Member = (place: Place) => void
type Plan = {
  readonly members: ReadonlyMap<string, Member>
  /** What an object needs before its members are looked at. */
  readonly prepare: (object: Record<string, unknown>) => void
}

function completeObject(plan: Plan, object: Record<string, unknown>, visit: Visit): void {
  plan.prepare(object)
  for (const key of Object.keys(object)) {
    const member = plan.members.get(key)
    if (member !== undefined) member({ object, value: object[key], visit })
  }
}

const classPlan = memoize((uid: number) => {
  const shape = classByUid(uid)
  return shape && planOf(shape)
})
const objectPlan = memoize((name: string) => planOf(objectByName(name)!))

function planOf(shape: Shape): Plan {
  const members = new Map<string, Member>()
  for (const attribute of shape.attributes.values()) {
    const member = memberOf(attribute)
    if (member !== undefined) members.set(attribute.name, member)
  }
  return { members, prepare: preparation(shape) }
}

/** Below these are facts about us and the tenant, the same in every event: nothing to search for. */
const WITHOUT_OBSERVABLES = new Set(['metadata', 'cloud'])

function memberOf(attribute: Attribute): Member | undefined {
  const { name } = attribute
  if (name === 'observables') return undefined
  if (attribute.object !== undefined) return objectMember(attribute.object, name)
  if (attribute.enum !== undefined && attribute.sibling !== undefined) return captionMember(attribute)
  if (attribute.type === 'timestamp_t') return twinMember(name)
  return attribute.observable === undefined ? undefined : observableMember(name, attribute.observable)
}

function objectMember(object: string, name: string): Member | undefined {
  if (objectByName(object)!.attributes.size === 0) return undefined
  return ({ object: owner, value, visit }) => {
    const observables = WITHOUT_OBSERVABLES.has(name) ? undefined : visit.observables
    const path = visit.prefix + name
    if (!Array.isArray(value)) {
      if (isObject(value)) completeObject(objectPlan(object), value, { prefix: `${path}.`, observables })
      return
    }
    const items = value.filter(isObject)
    owner[name] = items
    for (const [i, item] of items.entries())
      completeObject(objectPlan(object), item, { prefix: `${path}[${i}].`, observables })
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Other (99) keeps the app's own word, which stands there already. */
function captionMember({ enum: captions = {}, sibling = '', isArray }: Attribute): Member {
  const caption = (id: unknown, label: unknown): unknown =>
    id === 99 && label !== undefined ? label : captions[String(id)]
  return ({ object, value }) => {
    const labels = object[sibling]
    if (isArray && Array.isArray(value))
      object[sibling] = value.map((id, i) => caption(id, Array.isArray(labels) ? labels[i] : undefined))
    else object[sibling] = caption(value, labels)
  }
}

function twinMember(name: string): Member {
  const twin = `${name}_dt`
  return ({ object, value }) => {
    const text = typeof value === 'number' ? rfc3339(value) : undefined
    if (text !== undefined) object[twin] = text
  }
}

function observableMember(name: string, typeId: number): Member {
  return ({ value, visit: { prefix, observables } }) => {
    if (observables === undefined) return
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) observe(observables, `${prefix}${name}[${i}]`, typeId, item)
    } else observe(observables, prefix + name, typeId, value)
  }
}

/** Each value once for each type: observables are an index, and the first path is as good as the others. */
function observe(observables: Observable[], name: string, typeId: number, value: unknown): void {
  if (value === UNKNOWN || value === undefined) return
  const text = String(value)
  for (const known of observables) if (known.type_id === typeId && known.value === text) return
  observables.push({ name, type_id: typeId, type: observableCaptions()[typeId]!, value: text })
}

const observableCaptions = (): Readonly<Record<string, string>> =>
  objectByName('observable')!.attributes.get('type_id')!.enum!

/** Names what has no identity, and says Unknown where an object requires a word or a number of a list. */
function preparation({ name, constraints, attributes }: Shape): (object: Record<string, unknown>) => void {
  const required = [...attributes.values()].filter(
    ({ requirement, profiles }) => requirement === 'required' && !profiles,
  )
  const unknowns = required.flatMap((attribute) => {
    const value = unknownOf(attribute)
    return value === undefined ? [] : [[attribute.name, value] as const]
  })
  const identities = constraints.at_least_one ?? []
  const isText = (identity: string): boolean => unknownOf(attributes.get(identity)) === UNKNOWN
  const fallback = identities.includes('name') ? 'name' : identities.find(isText)
  return (object) => {
    if (name === 'user') completeUser(object)
    for (const [name, value] of unknowns) object[name] ??= value
    if (fallback !== undefined && !identities.some((identity) => object[identity] !== undefined))
      object[fallback] = UNKNOWN
  }
}

/**
 * What `completeEvent` says for a required attribute that nobody knows: 0 in a list of values, Unknown in text of any
 * form; `undefined` where OCSF has no way to say it (a number, a hash, an object).
 */
export function unknownOf(attribute: Attribute | undefined): 0 | typeof UNKNOWN | undefined {
  if (attribute === undefined || attribute.isArray) return undefined
  if (attribute.enum !== undefined) return '0' in attribute.enum ? 0 : undefined
  const { basic, maxLength } = dataType(attribute.type)
  const isFree = basic === 'string_t' && maxLength === undefined && PATTERNS[attribute.type] === undefined
  return isFree ? UNKNOWN : undefined
}

/** A user is named by what the app gives, and the account of a user is the user's own. */
function completeUser(user: Record<string, unknown>): void {
  const name = user['email_addr'] ?? user['full_name'] ?? user['display_name']
  if (user['name'] === undefined && name !== undefined) user['name'] = name
  const account = user['account']
  if (!isObject(account) || account['name'] !== undefined || account['uid'] !== undefined) return
  const identity = user['uid'] === undefined ? 'name' : 'uid'
  if (user[identity] !== undefined) account[identity] = user[identity]
}
