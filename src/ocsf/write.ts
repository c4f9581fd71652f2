import { attributeAt } from './attribute-at.ts'
import { type AttributePath, formatAttributePath } from './attribute-path.ts'
import { type Coercion, coercionOf, setOwn, toJson } from './coerce.ts'
import { countryCode } from './country.ts'
import { memoize } from './memoize.ts'
import { type Attribute, objectByName } from './tables.ts'
import { plainWord, resourceType, SYNONYMS } from './words.ts'

/** An event in the making. Keys are OCSF's. */
export type OcsfEvent = Record<string, unknown>

/**
 * Puts a value where it belongs, coerced to the type there, and creates what is missing on the way.
 *
 * @returns false when the value cannot be had faithfully (`"unknown"` for an IP address): the event is as before, and
 *   the caller keeps the value elsewhere. Null and undefined are absent, and return true.
 */
export type Writer = (event: OcsfEvent, value: unknown) => boolean

/**
 * Makes the writer of a path once; it is then called for every event.
 *
 * @throws {Error} when the class has no such attribute: manifests are checked with `attributeAt` before.
 */
export function attributeWriter(classUid: number, path: AttributePath): Writer {
  const found = attributeAt(classUid, path)
  if (found.attribute === undefined) throw new Error(`${formatAttributePath(path)}: ${found.problem}`)
  const put = placer(found.owner, found.attribute, path.at(-1)!)
  const open = opener(path)
  return (event, value) => {
    if (value === undefined || value === null) return true
    const ready = put.prepare(value)
    if (ready === undefined) return false
    const target = open(event)
    if (target === undefined) return false
    put.place(target, ready)
    return true
  }
}

type Container = Record<string, unknown>

/** Walks to the object that holds the last step; `undefined` when a plain value is in the way. */
function opener(path: AttributePath): (event: OcsfEvent) => Container | undefined {
  const steps = path
    .slice(0, -1)
    .map((step, i) => ({ step: String(step), isList: typeof path[i + 1] === 'number' }))
  return (event) => {
    let at: Container = event
    for (const { step, isList } of steps) {
      const next = at[step]
      if (typeof next === 'object' && next !== null) at = next as Container
      else if (next === undefined) at = at[step] = (isList ? [] : {}) as Container
      else return undefined
    }
    return at
  }
}

/** How a value becomes ready, and how what is ready is put into its object. */
type Placer = {
  readonly prepare: Coercion
  readonly place: (target: Container, ready: unknown) => void
}

function placer(owner: string, attribute: Attribute, last: string | number): Placer {
  const key = String(last)
  const place = (target: Container, ready: unknown): void => setOwn(target, key, ready)
  if (attribute.enum === undefined || attribute.isArray)
    return { prepare: valueCoercion(owner, attribute), place }
  return {
    prepare: enumWord(owner, attribute),
    place: (target, ready) => {
      const { id, label } = ready as EnumWord
      target[key] = id
      if (label !== undefined) target[attribute.sibling!] = label
    },
  }
}

/** Types that are spelled one way in all apps, by `object.attribute`. */
const SPELLINGS: Readonly<Record<string, Coercion>> = {
  'location.country': countryCode,
  'resource_details.type': (value) =>
    typeof value === 'string' && value !== '' ? resourceType(value) : undefined,
  'web_resource.type': (value) =>
    typeof value === 'string' && value !== '' ? resourceType(value) : undefined,
}

/** The coercion of an attribute's value: of each element when it is a list, where one value is a list of one. */
export function valueCoercion(owner: string, attribute: Attribute): Coercion {
  const one = elementCoercion(owner, attribute)
  if (!attribute.isArray) return one
  return (value) => {
    const items = (Array.isArray(value) ? value : [value]).map(one).filter((item) => item !== undefined)
    return items.length === 0 && !(Array.isArray(value) && value.length === 0) ? undefined : items
  }
}

function elementCoercion(owner: string, attribute: Attribute): Coercion {
  if (attribute.enum !== undefined) return (value) => enumWord(owner, attribute)(value)?.id
  if (attribute.object !== undefined) return objectCoercion(attribute.object)
  return SPELLINGS[`${owner}.${attribute.name}`] ?? coercionOf(attribute.type)
}

/** An object given whole: known attributes are coerced, others dropped; a plain text is its name. */
function objectCoercion(name: string): Coercion {
  return (value) => {
    const placers = memberPlacers(name)
    if (placers.size === 0) return isPlainObject(value) ? toJson(value) : undefined
    if (isPlainObject(value)) return buildObject(placers, value)
    return typeof value === 'string' && placers.has('name')
      ? buildObject(placers, { name: value })
      : undefined
  }
}

const memberPlacers = memoize((name: string): ReadonlyMap<string, Placer> => {
  const attributes = [...(objectByName(name)?.attributes.values() ?? [])]
  return new Map(attributes.map((attribute) => [attribute.name, placer(name, attribute, attribute.name)]))
})

function buildObject(placers: ReadonlyMap<string, Placer>, given: Container): Container | undefined {
  const built: Container = {}
  for (const [key, item] of Object.entries(given)) {
    const member = item === null ? undefined : placers.get(key)
    const ready = member?.prepare(item)
    if (ready !== undefined) member?.place(built, ready)
  }
  return Object.keys(built).length === 0 ? undefined : built
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

type EnumWord = { readonly id: number | string; readonly label?: string }

/**
 * The id for a number, a caption in any spelling, or a synonym. Another word is 99 Other with the word beside it, where
 * the schema has a place for it.
 */
export function enumWord(owner: string, attribute: Attribute): (value: unknown) => EnumWord | undefined {
  const idOf = (key: string): number | string => (attribute.type === 'string_t' ? key : Number(key))
  const captions = Object.entries(attribute.enum ?? {})
  const known = new Map<string, EnumWord>(captions.map(([key]) => [key, { id: idOf(key) }]))
  for (const [key, caption] of captions) known.set(plainWord(caption), { id: idOf(key) })
  const synonyms = SYNONYMS[`${owner}.${attribute.name}`] ?? SYNONYMS[attribute.name] ?? {}
  for (const [key, caption] of captions)
    for (const word of synonyms[caption] ?? []) known.set(word, { id: idOf(key) })
  const hasOther = attribute.sibling !== undefined && attribute.enum !== undefined && '99' in attribute.enum
  return (value) => {
    const word = coercionOf('string_t')(value) as string | undefined
    if (word === undefined) return undefined
    const found = known.get(word) ?? known.get(plainWord(word))
    if (found !== undefined && found.id !== 99) return found
    return hasOther && plainWord(word) !== 'other' && word !== '99'
      ? { id: 99, label: otherLabel(owner, word) }
      : undefined
  }
}

const otherLabel = (owner: string, word: string): string =>
  owner === 'managed_entity' ? resourceType(word) : word
