import { type Attribute, classByUid, objectByName, type Shape } from './tables.ts'

type Fields = Readonly<Record<string, unknown>>

/** One attribute that an event holds, with the object it is part of. */
export type Occurrence = {
  readonly attribute: Attribute
  /** The object or class that defines it. */
  readonly owner: string
  readonly object: Fields
  readonly value: unknown
  readonly path: string
}

/** Every attribute of an event that the schema knows, in the order of the event; lists as a whole, then their objects. */
export function* walkEvent(event: Fields): Generator<Occurrence> {
  const shape = classByUid(event['class_uid'] as number)
  if (shape !== undefined) yield* walkObject(shape, event, '')
}

function* walkObject(shape: Shape, object: Fields, prefix: string): Generator<Occurrence> {
  for (const [key, value] of Object.entries(object)) {
    const attribute = shape.attributes.get(key)
    if (attribute === undefined || value === undefined || value === null) continue
    const path = prefix + key
    yield { attribute, owner: shape.name, object, value, path }
    const inner = attribute.object === undefined ? undefined : objectByName(attribute.object)
    if (inner !== undefined) yield* walkNested(inner, value, path)
  }
}

function* walkNested(shape: Shape, value: unknown, path: string): Generator<Occurrence> {
  if (!Array.isArray(value)) {
    if (isFields(value)) yield* walkObject(shape, value, `${path}.`)
    return
  }
  for (const [i, item] of value.entries())
    if (isFields(item)) yield* walkObject(shape, item, `${path}[${i}].`)
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** All values that a path of an observable means: `a[0].b` one of a list, `a[].b` and `a.b` every one. */
export function valuesAt(event: Fields, path: string): readonly unknown[] {
  let values: unknown[] = [event]
  for (const [, name = '', index] of path.matchAll(/([^.[\]]+)(?:\[(\d*)\])?/g)) {
    const found = values.map((value) => (isFields(value) ? value[name] : undefined))
    values = index
      ? found.map((value) => (Array.isArray(value) ? value[Number(index)] : undefined))
      : found.flat()
  }
  return values.filter((value) => value !== undefined && value !== null)
}
