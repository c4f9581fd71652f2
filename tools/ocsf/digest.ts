import type { Attribute, CompiledClass, CompiledObject, CompiledSchema } from './compile.ts'

/** What decides whether an event is valid, one text for each attribute, class and object: two compilers must agree. */
export type Digest = Readonly<Record<string, string>>

/** Works on the official compiler's output as well, whose members have the same names. */
export function digestOf(schema: Pick<CompiledSchema, 'classes' | 'objects'>): Digest {
  const digest: Record<string, string> = {}
  const add = (name: string, item: CompiledObject & Partial<CompiledClass>): void => {
    digest[name] = itemText(item)
    for (const [attribute, definition] of Object.entries(item.attributes))
      digest[`${name}.${attribute}`] = attributeText(definition)
  }
  for (const [name, item] of Object.entries(schema.classes)) add(`class ${name}`, item)
  for (const [name, item] of Object.entries(schema.objects)) add(`object ${name}`, item)
  return digest
}

function itemText(item: CompiledObject & Partial<CompiledClass>): string {
  const { caption, uid, category_uid: category, constraints, observable } = item
  // Only classes say which profiles they allow: objects list the profiles of their own files.
  const profiles = uid === undefined ? undefined : [...(item.profiles ?? [])].sort()
  return JSON.stringify([
    caption,
    uid,
    category,
    constraints ?? {},
    observable,
    item['@deprecated'],
    profiles,
  ])
}

function attributeText(attribute: Attribute): string {
  const values = Object.entries(attribute.enum ?? {})
    .map(([id, value]) => [id, value.caption, value['@deprecated']?.since])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return JSON.stringify([
    attribute.type,
    attribute.object_type,
    attribute.is_array ?? false,
    attribute.requirement,
    [...(attribute.profiles ?? [])].sort(),
    values,
    attribute.sibling,
    attribute.observable,
    attribute.caption,
    attribute['@deprecated'],
  ])
}
