/** The schema's files by path relative to its root, as parsed JSON. */
export type SchemaFiles = Readonly<Record<string, unknown>>

export type RawAttribute = Readonly<Record<string, unknown>>
export type Item = {
  readonly name?: string
  readonly extends?: string
  readonly uid?: number
  readonly category?: string
  readonly profiles?: readonly string[]
  /** The extension the item comes from, e.g. `win`. */
  readonly extension?: Extension
  readonly attributes: Readonly<Record<string, RawAttribute>>
  readonly [property: string]: unknown
}
export type Extension = { readonly name: string; readonly uid: number; readonly root: string }
export type Sources = {
  readonly version: string
  readonly categories: Readonly<Record<string, { uid: number; caption: string }>>
  readonly dictionary: Readonly<Record<string, RawAttribute>>
  readonly types: Readonly<Record<string, RawAttribute>>
  readonly profiles: readonly string[]
  readonly objects: ReadonlyMap<string, Item>
  readonly classes: ReadonlyMap<string, Item>
}

/** Reads the files of the schema and of its extensions, and resolves includes, patches and inheritance. */
export function readSources(files: SchemaFiles): Sources {
  const extensions = readExtensions(files)
  const dictionaries = [undefined, ...extensions].map((extension) => readDictionary(files, extension))
  return {
    version: (files['version.json'] as { version: string }).version,
    categories: (files['categories.json'] as { attributes: Sources['categories'] }).attributes,
    dictionary: Object.assign({}, ...dictionaries.map((dictionary) => dictionary.attributes)),
    types: Object.assign({}, ...dictionaries.map((dictionary) => dictionary.types?.attributes)),
    profiles: [undefined, ...extensions].flatMap((extension) => profileNames(files, extension)).sort(),
    objects: inherit(readItems(files, 'objects', extensions)),
    classes: inherit(readItems(files, 'events', extensions)),
  }
}

function readExtensions(files: SchemaFiles): Extension[] {
  return Object.keys(files)
    .filter((path) => /^extensions\/[^/]+\/extension\.json$/.test(path))
    .map((path) => {
      const { name, uid } = files[path] as { name: string; uid: number }
      return { name, uid, root: path.slice(0, -'extension.json'.length) }
    })
    .sort((a, b) => a.uid - b.uid)
}

type Dictionary = {
  readonly attributes?: Record<string, RawAttribute>
  readonly types?: { readonly attributes: Record<string, RawAttribute> }
}

function readDictionary(files: SchemaFiles, extension: Extension | undefined): Dictionary {
  return (files[`${extension?.root ?? ''}dictionary.json`] as Dictionary | undefined) ?? {}
}

function profileNames(files: SchemaFiles, extension: Extension | undefined): string[] {
  return Object.keys(files)
    .filter((path) => path.startsWith(`${extension?.root ?? ''}profiles/`))
    .map((path) => scoped((files[path] as { name: string }).name, extension))
}

function scoped(name: string, extension: Extension | undefined): string {
  return extension === undefined ? name : `${extension.name}/${name}`
}

/** Items by name. An extension's item without a name of its own is a patch: it changes the item it extends. */
function readItems(files: SchemaFiles, folder: string, extensions: readonly Extension[]): Map<string, Item> {
  const items = new Map<string, Item>()
  for (const extension of [undefined, ...extensions]) {
    const prefix = `${extension?.root ?? ''}${folder}/`
    for (const path of Object.keys(files).filter((path) => path.startsWith(prefix))) {
      const item = expand(files, files[path] as Item, extension)
      if (item.name !== undefined) items.set(scoped(item.name, extension), item)
      else items.set(item.extends!, patch(items.get(item.extends!)!, item))
    }
  }
  return items
}

/** The base item keeps its identity; the patch adds attributes and profiles, and replaces constraints. */
function patch(base: Item, { attributes, profiles, constraints }: Item): Item {
  const merged = mergeItems(base, {
    attributes,
    ...(profiles && { profiles }),
    ...(constraints !== undefined && { constraints }),
  })
  return { ...base, ...merged }
}

/** Replaces the `$include` of an item and of its attributes by what they name; the item's own words win. */
function expand(files: SchemaFiles, raw: Item, extension: Extension | undefined): Item {
  const { $include: includes = [], ...own } = raw.attributes as Record<string, RawAttribute> & {
    $include?: string | string[]
  }
  let attributes: Record<string, RawAttribute> = {}
  for (const path of [includes].flat()) {
    attributes = mergeAll(attributes, profileAttributes(files, path, extension), mergeAttribute)
  }
  const gated = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, withProfiles(value)]))
  const expanded = { ...raw, attributes: mergeAll(attributes, gated, mergeOwn) }
  return extension === undefined ? expanded : { ...expanded, extension }
}

function profileAttributes(
  files: SchemaFiles,
  path: string,
  extension: Extension | undefined,
): Record<string, RawAttribute> {
  const local = `${extension?.root ?? ''}${path}`
  const profile = (files[local] ?? files[path]) as Item & { annotations?: RawAttribute }
  const gate = { profiles: [scoped(profile.name!, local in files ? extension : undefined)] }
  return Object.fromEntries(
    Object.entries(profile.attributes).map(([name, attribute]) => [
      name,
      { ...profile.annotations, ...attribute, ...gate },
    ]),
  )
}

/** `profile: "x"` gates an attribute, `profile: null` lifts the gate that it would inherit. */
function withProfiles({ profile, ...attribute }: RawAttribute): RawAttribute {
  if (profile === undefined) return attribute
  return { ...attribute, profiles: profile === null ? null : [profile] }
}

/** Flattens `extends`: the parent's attributes first, the child's words over them. */
function inherit(items: ReadonlyMap<string, Item>): Map<string, Item> {
  const flat = new Map<string, Item>()
  const flatten = (name: string, item: Item): Item => {
    const known = flat.get(name)
    if (known !== undefined) return known
    const parent = parentName(items, item)
    const result = parent === undefined ? item : mergeItems(flatten(parent, items.get(parent)!), item)
    flat.set(name, result)
    return result
  }
  for (const [name, item] of items) flatten(name, item)
  return flat
}

function parentName(items: ReadonlyMap<string, Item>, item: Item): string | undefined {
  if (item.extends === undefined) return undefined
  const local = scoped(item.extends, item.extension)
  return items.has(local) && items.get(local) !== item ? local : item.extends
}

/** What a child does not inherit: it says these for itself or not at all. */
const OWN = new Set(['uid', 'name', 'extends', 'extension', '@deprecated'])

function mergeItems(parent: Item, child: Item): Item {
  const inherited = Object.fromEntries(Object.entries(parent).filter(([key]) => !OWN.has(key)))
  return {
    ...inherited,
    ...child,
    profiles: [...new Set([...(parent.profiles ?? []), ...(child.profiles ?? [])])],
    attributes: mergeAll(parent.attributes, child.attributes, mergeAttribute),
  }
}

type Merge = (base: RawAttribute, over: RawAttribute) => RawAttribute

function mergeAll(
  base: Readonly<Record<string, RawAttribute>>,
  over: Readonly<Record<string, RawAttribute>>,
  merge: Merge,
): Record<string, RawAttribute> {
  const merged = { ...base }
  for (const [name, attribute] of Object.entries(over)) {
    const known = merged[name]
    merged[name] = known === undefined ? attribute : merge(known, attribute)
  }
  return merged
}

/** The later word wins, but enums unite, and so do the gates of two profiles. */
function mergeAttribute(base: RawAttribute, over: RawAttribute): RawAttribute {
  const merged = mergeOwn(base, over)
  if (!Array.isArray(base['profiles']) || !Array.isArray(over['profiles'])) return merged
  return { ...merged, profiles: [...new Set([...base['profiles'], ...over['profiles']])] }
}

function mergeOwn(base: RawAttribute, over: RawAttribute): RawAttribute {
  const enums = base['enum'] !== undefined && over['enum'] !== undefined
  return {
    ...base,
    ...over,
    ...(enums && { enum: { ...(base['enum'] as object), ...(over['enum'] as object) } }),
  }
}
