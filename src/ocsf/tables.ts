import { readFileSync } from 'node:fs'
import { memoize } from './memoize.ts'

/** The version of OCSF that every event declares and is checked against. */
export const OCSF_VERSION = '1.8.0'

export type BasicType = 'string_t' | 'integer_t' | 'long_t' | 'float_t' | 'boolean_t' | 'json_t' | 'object_t'
export type Requirement = 'required' | 'recommended' | 'optional'

/** A data type of the schema; `ip_t` is a `string_t` with a pattern, `port_t` an `integer_t` with a range. */
export type DataType = {
  readonly basic: BasicType
  /** In Unicode code points. */
  readonly maxLength?: number
  /** Both ends included. */
  readonly range?: readonly number[]
  readonly observable?: number
}

/** An attribute as one class or object uses it: the same name may differ elsewhere. */
export type Attribute = {
  readonly name: string
  /** A data type, e.g. `ip_t`, or `object_t` when `object` names what it holds. */
  readonly type: string
  readonly object?: string
  readonly isArray: boolean
  readonly requirement: Requirement
  /** Present: the attribute exists only in events that declare one of these profiles. */
  readonly profiles?: readonly string[]
  /** Captions by value. Values are numbers on the wire, except where the type is `string_t`. */
  readonly enum?: Readonly<Record<string, string>>
  readonly deprecatedValues?: readonly string[]
  /** The attribute beside this one that holds the caption of its value. */
  readonly sibling?: string
  /** The `observable.type_id` of a value here, from the attribute, its object or its data type. */
  readonly observable?: number
  /** What to use instead. */
  readonly deprecated?: string
}

export type Constraints = {
  readonly at_least_one?: readonly string[]
  readonly just_one?: readonly string[]
}

/** What classes and objects have in common. */
export type Shape = {
  readonly name: string
  readonly caption: string
  readonly constraints: Constraints
  readonly deprecated?: string
  readonly attributes: ReadonlyMap<string, Attribute>
}
export type OcsfObject = Shape
export type OcsfClass = Shape & {
  readonly uid: number
  readonly categoryUid: number
  readonly categoryName: string
  /** The profiles that events of the class may declare. */
  readonly profiles: readonly string[]
}

type RawRecord = Omit<Attribute, 'name' | 'type' | 'requirement' | 'enum' | 'isArray'> & {
  readonly type?: string
  readonly need: Requirement
  readonly isArray?: boolean
  readonly enum?: number
}
type RawShape = {
  readonly caption: string
  readonly constraints?: Constraints
  readonly observable?: number
  readonly deprecated?: string
  readonly attributes: Readonly<Record<string, number>>
}
type RawClass = RawShape & Omit<OcsfClass, keyof RawShape | 'attributes' | 'constraints'>
type RawTables = {
  readonly version: string
  readonly profiles: readonly string[]
  readonly types: Readonly<Record<string, DataType>>
  readonly enums: readonly Readonly<Record<string, string>>[]
  readonly records: readonly RawRecord[]
  readonly classes: readonly RawClass[]
  readonly objects: Readonly<Record<string, RawShape>>
}

/** Read rather than imported: a JSON module of this size takes five times as long to load. */
const tables = JSON.parse(
  readFileSync(new URL('tables.generated.json', import.meta.url), 'utf8'),
) as RawTables
const rawClassByUid = new Map(tables.classes.map((row) => [row.uid, row]))
const uidByName = new Map(tables.classes.map((row) => [row.name, row.uid]))

/** The names of all profiles of the schema. */
export const PROFILES: ReadonlySet<string> = new Set(tables.profiles)

/**
 * The profiles that every event of ours declares, always and only these.
 *
 * One fixed set keeps one validator, one JSON Schema and one stored shape for each class. `cloud` names the tenant,
 * `datetime` adds readable times, and `host` is the only way some classes may say who acted and on which device.
 */
export const HOUSE_PROFILES: readonly string[] = ['cloud', 'datetime', 'host']

/** Class uids in the order of the schema's files, and the names that go with them. */
export const CLASS_UIDS: readonly number[] = tables.classes.map((row) => row.uid)
export const CLASS_NAMES: readonly string[] = tables.classes.map((row) => row.name)

/** A class by its uid, e.g. `3002`; built on first use. */
export const classByUid = memoize((uid: number): OcsfClass | undefined => {
  const row = rawClassByUid.get(uid)
  return row && buildClass(row)
})

/** A class by its name in the schema, e.g. `authentication`; some names are irregular (`user_access`). */
export function classByName(name: string): OcsfClass | undefined {
  return classByUid(uidByName.get(name) ?? -1)
}

/** @throws {Error} when no class has the uid: callers hold one that was checked. */
export function requireClass(uid: number): OcsfClass {
  const found = classByUid(uid)
  if (found === undefined) throw new Error(`OCSF ${OCSF_VERSION} has no class ${uid}`)
  return found
}

/** An object by its name, e.g. `network_endpoint`; built on first use. */
export const objectByName = memoize((name: string): OcsfObject | undefined => {
  const row = Object.hasOwn(tables.objects, name) ? tables.objects[name] : undefined
  return row && buildShape(name, row)
})

export function dataType(name: string): DataType {
  return tables.types[name] ?? { basic: 'object_t' }
}

function buildShape(name: string, row: RawShape): Shape {
  const attributes = new Map<string, Attribute>()
  for (const [attributeName, index] of Object.entries(row.attributes)) {
    const attribute = buildAttribute(attributeName, tables.records[index]!)
    attributes.set(attributeName, attribute)
    if (attribute.type === 'timestamp_t') attributes.set(`${attributeName}_dt`, twin(attribute))
  }
  const { caption, constraints = {}, deprecated } = row
  return { name, caption, constraints, attributes, ...(deprecated !== undefined && { deprecated }) }
}

function buildAttribute(name: string, record: RawRecord): Attribute {
  const { need, enum: enumIndex, type = 'object_t', isArray = false, ...rest } = record
  const observable =
    record.observable ?? tables.objects[record.object ?? '']?.observable ?? tables.types[type]?.observable
  return {
    ...rest,
    name,
    type,
    isArray,
    requirement: need,
    ...(enumIndex !== undefined && { enum: tables.enums[enumIndex]! }),
    ...(observable !== undefined && { observable }),
  }
}

/** The RFC 3339 text beside a timestamp, which the profile `datetime` allows. */
function twin({ name, isArray, deprecated }: Attribute): Attribute {
  return {
    name: `${name}_dt`,
    type: 'datetime_t',
    isArray,
    requirement: 'optional',
    profiles: ['datetime'],
    ...(deprecated !== undefined && { deprecated }),
  }
}

function buildClass(row: RawClass): OcsfClass {
  const { attributes, ...shape } = buildShape(row.name, row)
  const { uid, caption, categoryUid, categoryName, profiles } = row
  const activities = Object.entries(attributes.get('activity_id')?.enum ?? {})
  const typeNames = activities.map(([id, name]) => [uid * 100 + Number(id), `${caption}: ${name}`])
  const enums = {
    class_uid: { [uid]: caption },
    category_uid: { [categoryUid]: categoryName },
    type_uid: Object.fromEntries(typeNames),
  }
  const complete = new Map(attributes)
  for (const [name, values] of Object.entries(enums))
    complete.set(name, { ...complete.get(name)!, enum: values })
  return { ...shape, uid, categoryUid, categoryName, profiles, attributes: complete }
}
