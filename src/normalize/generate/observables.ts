import { constant } from '../../expression/emit-program.ts'
import { stringifyJson } from '../../lib/json.ts'
import { UNKNOWN } from '../../ocsf/class-defaults.ts'
import { dataType, objectByName } from '../../ocsf/tables.ts'
import { below, type Code, freshName, literal, write } from './code.ts'
import { isWord } from './ready.ts'
import { type Group, isCertain, membersIn, present, type Slot } from './sketch.ts'
import { begun, concatenation, fixed, type Piece } from './text-pieces.ts'

type Seen = {
  readonly slot: Slot
  readonly typeId: number
  /** JavaScript for the path, and the path where it is known now. */
  readonly name: string
  readonly path: string | undefined
}
type Observed = Seen & { readonly before: readonly Seen[] }
type Observable = { name: string; type_id: number; type: string; value: string }

/** Below these are facts about us and the tenant, the same in every event. */
const WITHOUT: ReadonlySet<string | number> = new Set(['metadata', 'cloud', 'unmapped', 'observables'])

/**
 * Writes the list of observables, as `completeEvent` makes it: each value once for each type.
 *
 * @returns the variable that holds the list, empty where nothing was observed.
 */
export function writeObservables(code: Code): string {
  return writeList(code, observedAll(code))
}

/**
 * The same as JSON text.
 *
 * @param innerOf what makes the JSON text of a value, without quotes.
 * @returns the variable that holds the text, empty where nothing was observed.
 */
export function writeObservablesText(code: Code, innerOf: (slot: Slot) => Piece): string {
  const observed = observedAll(code)
  const text = freshName(code, 'o')
  if (observed.some(({ slot }) => slot.attribute.isArray)) {
    const list = writeList(code, observed)
    write(
      code,
      `const ${text} = ${list}.length > 0 ? ${constant(code.emission, stringifyJson)}(${list}) : ""`,
    )
    return text
  }
  const values = observed.map((one) => ({ ...one, inner: innerOf(one.slot) }))
  write(code, `let ${text} = ""`)
  for (const [i, one] of values.entries()) {
    const about = `","type_id":${one.typeId},"type":${JSON.stringify(captions()[one.typeId])},"value":"`
    // The end of a value is written with the next one.
    const add = begun(text, ['[{"name":"', '"},{"name":"'], {
      pieces: [one.path === undefined ? { js: one.name } : fixed(one.path), fixed(about), one.inner],
      isFirst: i === 0,
    })
    write(code, guarded(one, `${text} += ${concatenation(add)}`))
  }
  write(code, `if (${text} !== "") ${text} += '"}]'`)
  return text
}

/** Whether items of a list may be observed: then the values themselves are needed, not their text. */
export function observesLists(code: Code): boolean {
  return observedAll(code).some(({ slot }) => slot.attribute.isArray)
}

/** Everything that may be observed, with what is of the same type before it. */
function observedAll(code: Code): readonly Observed[] {
  const found = [...code.sketch.root.members].flatMap(([name, member]) =>
    WITHOUT.has(name) ? [] : observedIn(code, member, { name, path: below('', name), js: '' }),
  )
  const seen = new Map<number, Seen[]>()
  return found.filter(isObserved).map((one) => {
    const before = seen.get(one.typeId) ?? []
    seen.set(one.typeId, [...before, one])
    return { ...one, before }
  })
}

const isObserved = ({ slot }: Seen): boolean =>
  slot.fixed?.value !== UNKNOWN && !(slot.fixed?.value === undefined && slot.js === 'undefined')

function writeList(code: Code, observed: readonly Observed[]): string {
  const list = freshName(code, 'o')
  write(code, `const ${list} = []`)
  for (const one of observed) writeOne(code, list, one)
  return list
}

type Place = {
  readonly name: string | number
  readonly path: string
  /** Set below a list whose earlier items may be missing: JavaScript that makes the path at run time. */
  readonly js: string
}

function observedIn(code: Code, node: Slot | Group, place: Place): readonly Seen[] {
  if (node.kind === 'slot') {
    const { observable, type, sibling } = node.attribute
    const isOther = (isWord(node.attribute) && sibling !== undefined) || type === 'timestamp_t'
    if (observable === undefined || isOther) return []
    return place.js === ''
      ? [{ slot: node, typeId: observable, name: literal(code, place.path), path: place.path }]
      : [{ slot: node, typeId: observable, name: place.js, path: undefined }]
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

function writeOne(code: Code, list: string, observed: Observed): void {
  const { slot, typeId, name, before } = observed
  const caption = literal(code, captions()[typeId])
  if (slot.attribute.isArray || before.some((one) => one.slot.attribute.isArray)) {
    const observe = constant(code.emission, slot.attribute.isArray ? observeItems : observeValue)
    const call = `${observe}(${list}, { name: ${name}, type_id: ${typeId}, type: ${caption}, value: ${slot.js} })`
    write(code, slot.isCertain ? call : `if (${slot.js} !== undefined) ${call}`)
    return
  }
  const text = isText(slot) ? slot.js : `String(${slot.js})`
  const push = `${list}.push({ name: ${name}, type_id: ${typeId}, type: ${caption}, value: ${text} })`
  write(code, guarded(observed, push))
}

const isText = ({ attribute }: Slot): boolean => dataType(attribute.type).basic === 'string_t'

/** A statement that runs when the value is there, known, and not observed before. */
function guarded({ slot, before }: Observed, statement: string): string {
  const tests = [
    ...(slot.isCertain ? [] : [`${slot.js} !== undefined`]),
    ...(slot.fixed === undefined && isText(slot) ? [`${slot.js} !== ${JSON.stringify(UNKNOWN)}`] : []),
    ...before.map((one) => `${slot.js} !== ${one.slot.js}`),
  ]
  return tests.length === 0 ? statement : `if (${tests.join(' && ')}) ${statement}`
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
