import { constant } from '../../expression/emit-program.ts'
import { UNKNOWN } from '../../ocsf/class-defaults.ts'
import { dataType, objectByName } from '../../ocsf/tables.ts'
import { below, type Code, freshName, literal, write } from './code.ts'
import { isWord } from './ready.ts'
import { type Group, isCertain, membersIn, present, type Slot } from './sketch.ts'

type Observed = { readonly slot: Slot; readonly typeId: number; readonly name: string }
type Observable = { name: string; type_id: number; type: string; value: string }

/** Below these are facts about us and the tenant, the same in every event. */
const WITHOUT: ReadonlySet<string | number> = new Set(['metadata', 'cloud', 'unmapped', 'observables'])

/**
 * Writes the list of observables, as `completeEvent` makes it: each value once for each type.
 *
 * @returns the variable that holds the list, empty where nothing was observed.
 */
export function writeObservables(code: Code): string {
  const list = freshName(code, 'o')
  write(code, `const ${list} = []`)
  const observed = [...code.sketch.root.members].flatMap(([name, member]) =>
    WITHOUT.has(name) ? [] : observedIn(code, member, { name, path: below('', name), js: '' }),
  )
  const seen = new Map<number, Observed[]>()
  for (const one of observed) {
    const before = seen.get(one.typeId) ?? []
    writeOne(code, list, one, before)
    seen.set(one.typeId, [...before, one])
  }
  return list
}

type Place = {
  readonly name: string | number
  readonly path: string
  /** Set below a list whose earlier items may be missing: JavaScript that makes the path at run time. */
  readonly js: string
}

function observedIn(code: Code, node: Slot | Group, place: Place): readonly Observed[] {
  if (node.kind === 'slot') {
    const { observable, type, sibling } = node.attribute
    const isOther = (isWord(node.attribute) && sibling !== undefined) || type === 'timestamp_t'
    if (observable === undefined || isOther) return []
    return [{ slot: node, typeId: observable, name: place.js || literal(code, place.path) }]
  }
  const inner = membersIn(node)
  return inner.flatMap(([name, member], i) =>
    observedIn(
      code,
      member,
      placeBelow(code, place, { name, isItem: node.isList, before: inner.slice(0, i) }),
    ),
  )
}

type Step = {
  readonly name: string | number
  readonly isItem: boolean
  readonly before: readonly (readonly [name: string | number, member: Slot | Group])[]
}

/** Lists have no gaps: the position of an item is the number of those before it that are there. */
function placeBelow(code: Code, place: Place, { name, isItem, before }: Step): Place {
  if (!isItem) {
    const path = below(place.path, name)
    return { name, path, js: place.js && `${place.js} + ${literal(code, `.${name}`)}` }
  }
  const unsure = before.filter(([, member]) => !isCertain(member) && present(member) !== 'false')
  const sure = before.filter(([, member]) => isCertain(member)).length
  if (unsure.length === 0 && place.js === '') return { name, path: `${place.path}[${sure}]`, js: '' }
  const counts = unsure.map(([, member]) => `(${present(member)} ? 1 : 0)`)
  const start = place.js || literal(code, place.path)
  return { name, path: '', js: `${start} + "[" + (${[sure, ...counts].join(' + ')}) + "]"` }
}

const captions = (): Readonly<Record<string, string>> =>
  objectByName('observable')!.attributes.get('type_id')!.enum!

function writeOne(
  code: Code,
  list: string,
  { slot, typeId, name }: Observed,
  before: readonly Observed[],
): void {
  if (slot.fixed?.value === UNKNOWN || (slot.fixed?.value === undefined && slot.js === 'undefined')) return
  const caption = literal(code, captions()[typeId])
  if (slot.attribute.isArray || before.some((one) => one.slot.attribute.isArray)) {
    const observe = constant(code.emission, slot.attribute.isArray ? observeItems : observeValue)
    const call = `${observe}(${list}, { name: ${name}, type_id: ${typeId}, type: ${caption}, value: ${slot.js} })`
    write(code, slot.isCertain ? call : `if (${slot.js} !== undefined) ${call}`)
    return
  }
  const isText = dataType(slot.attribute.type).basic === 'string_t'
  const text = isText ? slot.js : `String(${slot.js})`
  const tests = [
    ...(slot.isCertain ? [] : [`${slot.js} !== undefined`]),
    ...(slot.fixed === undefined && isText ? [`${slot.js} !== ${literal(code, UNKNOWN)}`] : []),
    ...before.map((one) => `${slot.js} !== ${one.slot.js}`),
  ]
  const push = `${list}.push({ name: ${name}, type_id: ${typeId}, type: ${caption}, value: ${text} })`
  write(code, tests.length === 0 ? push : `if (${tests.join(' && ')}) ${push}`)
}

type Given = Omit<Observable, 'value'> & { readonly value: unknown }

function observeItems(list: Observable[], given: Given): void {
  for (const [i, value] of (given.value as readonly unknown[]).entries())
    observeValue(list, { ...given, name: `${given.name}[${i}]`, value })
}

function observeValue(list: Observable[], given: Given): void {
  const { type_id: typeId, value } = given
  const text = String(value)
  if (value === UNKNOWN || list.some((known) => known.type_id === typeId && known.value === text)) return
  list.push({ ...given, value: text })
}
