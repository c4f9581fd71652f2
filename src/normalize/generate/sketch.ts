import { attributeAt } from '../../ocsf/attribute-at.ts'
import { type AttributePath, parseAttributePath } from '../../ocsf/attribute-path.ts'
import { type Attribute, objectByName, requireClass, type Shape } from '../../ocsf/tables.ts'

/**
 * The event of one row while its code is written: every attribute that it may hold, and where its value then is.
 */
export type Sketch = { readonly classUid: number; readonly root: Group }

/** An attribute with a value. */
export type Slot = {
  readonly kind: 'slot'
  readonly attribute: Attribute
  /** The class or object that the attribute belongs to. */
  readonly owner: string
  /** JavaScript for the value; `undefined` at run time when there is none. */
  js: string
  /** Never `undefined` at run time. */
  isCertain: boolean
  /** A variable of its own, which may be assigned. */
  isVariable: boolean
  /** Set when the value is known while the code is written. */
  fixed: { readonly value: unknown } | undefined
}

/** An object, or a list, of what it may hold. */
export type Group = {
  readonly kind: 'group'
  /** Of the object, or of the list's items; absent below free-form values. */
  readonly shape: Shape | undefined
  readonly isList: boolean
  readonly members: Map<string | number, Slot | Group>
}

export function newSketch(classUid: number): Sketch {
  return { classUid, root: newGroup(requireClass(classUid), false) }
}

const newGroup = (shape: Shape | undefined, isList: boolean): Group => ({
  kind: 'group',
  shape: shape?.attributes.size === 0 ? undefined : shape,
  isList,
  members: new Map(),
})

export function pathOf(text: string): AttributePath {
  return parseAttributePath(text)!
}

/** What stands at a path; nothing when nothing can. */
export function at({ root }: Sketch, path: AttributePath): Slot | Group | undefined {
  let found: Slot | Group | undefined = root
  for (const step of path) found = found?.kind === 'group' ? found.members.get(step) : undefined
  return found
}

/** The slot at a path, made when there is none: then it has no value yet. */
export function slotAt(sketch: Sketch, path: AttributePath): Slot {
  const found = at(sketch, path)
  if (found?.kind === 'slot') return found
  const { attribute, owner } = attributeAt(sketch.classUid, path) as { attribute: Attribute; owner: string }
  return slotIn(groupAt(sketch, path, path.length - 1), path.at(-1)!, { attribute, owner })
}

/** The slot of a member of a group, made when there is none. */
export function slotIn(
  group: Group,
  name: string | number,
  { attribute, owner }: Pick<Slot, 'attribute' | 'owner'>,
): Slot {
  const found = group.members.get(name)
  if (found?.kind === 'slot') return found
  const slot: Slot = {
    kind: 'slot',
    attribute,
    owner,
    js: 'undefined',
    isCertain: false,
    isVariable: false,
    fixed: undefined,
  }
  group.members.set(name, slot)
  return slot
}

/** The group at the first steps of a path, made with all that leads there. */
export function groupAt({ root }: Sketch, path: AttributePath, length = path.length): Group {
  let group = root
  for (let i = 0; i < length; i++) {
    const step = path[i]!
    const found = group.members.get(step)
    const made =
      found?.kind === 'group' ? found : newGroup(shapeBelow(group, step), typeof path[i + 1] === 'number')
    group.members.set(step, made)
    group = made
  }
  return group
}

function shapeBelow({ shape, isList }: Group, step: string | number): Shape | undefined {
  return isList ? shape : objectByName(shape?.attributes.get(String(step))?.object ?? '')
}

/** The members of a group; items of a list in their order. */
export function membersIn({
  isList,
  members,
}: Group): readonly (readonly [name: string | number, member: Slot | Group])[] {
  return isList ? [...members].sort(([a], [b]) => Number(a) - Number(b)) : [...members]
}

export function* slotsUnder(node: Slot | Group): Generator<Slot> {
  if (node.kind === 'slot') yield node
  else for (const member of node.members.values()) yield* slotsUnder(member)
}

/** Whether anything is there whatever the record holds. */
export function isCertain(node: Slot | Group | undefined): boolean {
  return node !== undefined && slotsUnder(node).some((slot) => slot.isCertain)
}

/** A JavaScript condition that holds when there is a value, or anything below. */
export function present(node: Slot | Group | undefined): string {
  if (node === undefined) return 'false'
  if (isCertain(node)) return 'true'
  const tests = slotsUnder(node).map((slot) => `${slot.js} !== undefined`)
  return [...tests].join(' || ') || 'false'
}
