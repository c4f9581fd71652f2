/**
 * Compiles the OCSF schema: every class and object with all its attributes resolved.
 *
 * Follows the official `ocsf-schema-compiler`; the test compares both results attribute by attribute.
 */
import { type Item, type RawAttribute, readSources, type SchemaFiles, type Sources } from './sources.ts'

export type Deprecation = { readonly message: string; readonly since: string }
export type EnumValue = { readonly caption: string; readonly '@deprecated'?: Deprecation }
export type Enum = Readonly<Record<string, EnumValue>>
export type Attribute = {
  readonly type: string
  readonly object_type?: string
  readonly is_array?: boolean
  readonly requirement: 'required' | 'recommended' | 'optional'
  /** The attribute exists only when the event declares one of these profiles; `null` is the same as absent. */
  readonly profiles?: readonly string[] | null
  readonly enum?: Enum
  readonly sibling?: string
  readonly observable?: number
  readonly caption: string
  readonly description: string
  readonly '@deprecated'?: Deprecation
}
export type Constraints = Readonly<Partial<Record<'at_least_one' | 'just_one', readonly string[]>>>
export type CompiledObject = {
  readonly caption: string
  readonly description: string
  readonly constraints?: Constraints
  readonly observable?: number
  readonly '@deprecated'?: Deprecation
  readonly attributes: Readonly<Record<string, Attribute>>
}
export type CompiledClass = CompiledObject & {
  readonly uid: number
  readonly category_uid: number
  readonly category_name: string
  /** The profiles an event of the class may declare: its own and those of the objects it can hold. */
  readonly profiles: readonly string[]
}
export type DataType = {
  readonly caption: string
  /** The basic type this one narrows; absent on basic types. */
  readonly type?: string
  readonly regex?: string
  readonly max_len?: number
  readonly range?: readonly [number, number]
  readonly observable?: number
}
export type CompiledSchema = {
  readonly version: string
  readonly profiles: readonly string[]
  readonly types: Readonly<Record<string, DataType>>
  readonly classes: Readonly<Record<string, CompiledClass>>
  readonly objects: Readonly<Record<string, CompiledObject>>
}

type Attributes = Record<string, Attribute>

export function compileSchema(files: SchemaFiles): CompiledSchema {
  const sources = readSources(files)
  const objects = compileObjects(sources)
  return {
    version: sources.version,
    profiles: sources.profiles,
    types: sources.types as unknown as CompiledSchema['types'],
    classes: compileClasses(sources, objects),
    objects,
  }
}

function compileObjects(sources: Sources): Record<string, CompiledObject> {
  const objects: Record<string, CompiledObject> = {}
  for (const [name, item] of sources.objects) {
    if (!isHidden(name))
      objects[name] = { ...item, attributes: resolve(sources, item) } as unknown as CompiledObject
  }
  const observable = objects['observable']!
  const typeId = observable.attributes['type_id']!
  const withTypes = { ...typeId, enum: { ...typeId.enum, ...observableTypes(sources) } }
  return {
    ...objects,
    observable: { ...observable, attributes: { ...observable.attributes, type_id: withTypes } },
  }
}

function compileClasses(
  sources: Sources,
  objects: Readonly<Record<string, CompiledObject>>,
): Record<string, CompiledClass> {
  const classes: Record<string, CompiledClass> = {}
  for (const [name, item] of sources.classes) {
    if (item.uid === undefined && name !== 'base_event') continue
    const category = sources.categories[item.category!] ?? { uid: 0, caption: 'Uncategorized' }
    const uid = ((item.extension?.uid ?? 0) * 100 + category.uid) * 1000 + (item.uid ?? 0)
    const attributes = resolve(sources, item)
    classes[name] = {
      ...(item as unknown as CompiledClass),
      uid,
      category_uid: category.uid,
      category_name: category.caption,
      profiles: [...reachableProfiles(sources, objects, item)].sort(),
      attributes: { ...attributes, ...classification(uid, item, attributes, category) },
    }
  }
  return classes
}

/** The enums that follow from the class itself: `class_uid`, `category_uid` and, per activity, `type_uid`. */
function classification(
  uid: number,
  item: Item,
  attributes: Attributes,
  category: { uid: number; caption: string },
): Attributes {
  const caption = String(item['caption'])
  const types = Object.entries(attributes['activity_id']!.enum!).map(([id, value]) => [
    String(uid * 100 + Number(id)),
    { ...value, caption: `${caption}: ${value.caption}` },
  ])
  return {
    class_uid: { ...attributes['class_uid']!, enum: { [uid]: { caption } } },
    category_uid: { ...attributes['category_uid']!, enum: { [category.uid]: { caption: category.caption } } },
    type_uid: { ...attributes['type_uid']!, enum: Object.fromEntries(types) },
  }
}

const isHidden = (name: string): boolean => (name.split('/').at(-1) ?? '').startsWith('_')

/** Each attribute with its dictionary entry beneath it, and the RFC 3339 twin of every timestamp. */
function resolve(sources: Sources, item: Item): Attributes {
  const attributes: Attributes = {}
  for (const [name, own] of Object.entries(item.attributes)) {
    const attribute = typed(sources, {
      ...sources.dictionary[name],
      ...own,
      enum: mergedEnum(sources.dictionary[name], own),
    })
    attributes[name] = attribute
    if (attribute.type === 'timestamp_t') attributes[`${name}_dt`] = twin(attribute)
  }
  return attributes
}

function mergedEnum(entry: RawAttribute | undefined, own: RawAttribute): unknown {
  if (entry?.['enum'] === undefined && own['enum'] === undefined) return undefined
  return { ...(entry?.['enum'] as object), ...(own['enum'] as object) }
}

/** A type that is no data type is the name of an object. */
function typed(sources: Sources, raw: RawAttribute): Attribute {
  const type = String(raw['type'])
  if (type in sources.types) return raw as unknown as Attribute
  const scoped = [...sources.objects.keys()].find((name) => name === type || name.endsWith(`/${type}`))
  return { ...raw, type: 'object_t', object_type: scoped ?? type } as unknown as Attribute
}

function twin({ sibling: _, ...attribute }: Attribute): Attribute {
  return { ...attribute, type: 'datetime_t', requirement: 'optional', profiles: ['datetime'] }
}

/** A class may declare its own profiles and those of every object that it can hold, at any depth. */
function reachableProfiles(
  sources: Sources,
  objects: Readonly<Record<string, CompiledObject>>,
  item: Item,
): Set<string> {
  const profiles = new Set(item.profiles)
  const seen = new Set<string>()
  const visit = (attributes: Attributes): void => {
    for (const { object_type: name } of Object.values(attributes)) {
      if (name === undefined || seen.has(name)) continue
      seen.add(name)
      for (const profile of sources.objects.get(name)!.profiles ?? []) profiles.add(profile)
      visit(objects[name]!.attributes)
    }
  }
  visit(resolve(sources, item))
  return profiles
}

/** The values of `observable.type_id`: everything in the schema that carries an `observable` marker. */
function observableTypes(sources: Sources): Enum {
  const found: Record<string, EnumValue> = {}
  const mark = (id: unknown, caption: unknown): void => {
    if (id !== undefined) found[String(id)] = { caption: String(caption) }
  }
  for (const type of Object.values(sources.types)) mark(type['observable'], type['caption'])
  for (const entry of Object.values(sources.dictionary)) mark(entry['observable'], entry['caption'])
  for (const item of sources.objects.values()) {
    const parent = sources.objects.get(item.extends ?? '')
    if (item['observable'] !== parent?.['observable']) mark(item['observable'], item['caption'])
    for (const [name, attribute] of Object.entries(item.attributes)) {
      const inherited = parent?.attributes[name]?.['observable']
      if (attribute['observable'] !== inherited)
        mark(attribute['observable'], `${item['caption']} Object: ${name}`)
    }
  }
  return found
}
