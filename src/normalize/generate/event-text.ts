import { constant, type Emission, startEmission } from '../../expression/emit-program.ts'
import { link } from '../../expression/link.ts'
import { stringifyJson } from '../../lib/json.ts'
import { dataType } from '../../ocsf/tables.ts'
import { jsonInner } from '../json-string.ts'
import { momentText } from '../moment.ts'
import type { Origin } from '../origin.ts'
import { rawData } from '../raw-data.ts'
import { type Code, freshName, write } from './code.ts'
import { observesLists, writeObservablesText } from './observables.ts'
import { type Group, membersIn, type Slot } from './sketch.ts'
import type { Takes } from './takes.ts'
import { begun, concatenation, fixed, type Piece } from './text-pieces.ts'
import { writeUnmappedText } from './unmapped.ts'

/** JSON text in generated code, and the JavaScript condition under which there is any. */
type Text = { readonly pieces: readonly Piece[]; readonly test: string }
type Member = Text & { readonly name: string }

/** The variables that hold a value as JSON text, by the JavaScript of the value: a value is escaped once. */
type Escaping = { readonly make: (value: never) => string; readonly escaped: Map<string, string> }
/** Texts are written without their quotes, which become part of what stands around them. */
type Writing = {
  readonly code: Code
  readonly origin: Origin
  readonly texts: Escaping
  readonly values: Escaping
}

/**
 * Writes what makes the JSON text of the event, and returns it: character for character what `stringifyJson` makes of the event
 * that `writeEvent` writes, without making that first.
 */
export function writeEventText(code: Code, origin: Origin, takes: Takes): void {
  const { exploded, keepsRaw } = origin
  const writing: Writing = {
    code,
    origin,
    texts: { make: jsonInner, escaped: new Map() },
    values: { make: stringifyJson, escaped: new Map() },
  }
  const observables = observablesText(writing)
  const { root } = code.sketch
  const explicit = root.members.get('unmapped')
  root.members.delete('unmapped')
  const { name: event } = writeMembers(writing, membersOf(writing, root, partText))
  write(code, `if (${observables} !== "") ${event} += ',"observables":' + ${observables}`)
  const unmapped = writeUnmappedText(code, { exploded, explicit, takes })
  write(code, `if (${unmapped} !== "") ${event} += ',"unmapped":' + ${unmapped}`)
  if (keepsRaw) write(code, `${event} += "," + ${constant(code.emission, rawMembers)}(row.record)`)
  write(code, `return ${event} + "}"`)
}

function rawMembers(record: unknown): string {
  return stringifyJson(rawData(record)).slice(1, -1)
}

const isThere = ({ test }: Text): boolean => test !== 'false'
const isCertain = ({ test }: Text): boolean => test === 'true'

function membersOf(writing: Writing, group: Group, textOf = groupText): readonly Member[] {
  return membersIn(group)
    .flatMap(([name, node]) =>
      node.kind === 'group'
        ? [{ name: String(name), ...textOf(writing, node) }]
        : slotMembers(writing, String(name), node),
    )
    .filter(isThere)
}

function slotMembers(writing: Writing, name: string, slot: Slot): readonly Member[] {
  const own = { name, pieces: valuePieces(writing, slot), test: presence(slot) }
  const { type, isArray } = slot.attribute
  return type === 'timestamp_t' && !isArray ? [own, { name: `${name}_dt`, ...twin(writing, slot) }] : [own]
}

function presence({ js, isCertain }: Slot): string {
  if (js === 'undefined') return 'false'
  return isCertain ? 'true' : `${js} !== undefined`
}

/** The same moment as text. */
function twin({ code }: Writing, slot: Slot): Text {
  if (slot.js === 'undefined') return { pieces: [], test: 'false' }
  const name = freshName(code, 'd')
  const text = `${constant(code.emission, momentText)}(${slot.js})`
  write(code, `const ${name} = ${slot.isCertain ? text : `${slot.js} === undefined ? undefined : ${text}`}`)
  return { pieces: [fixed('"'), { js: name }, fixed('"')], test: `${name} !== undefined` }
}

const NUMBERS: ReadonlySet<string> = new Set(['integer_t', 'long_t', 'float_t', 'boolean_t'])

/** A value as JSON text, where there is one. */
function valuePieces(writing: Writing, slot: Slot): readonly Piece[] {
  if (slot.fixed !== undefined) return [fixed(stringifyJson(slot.fixed.value))]
  const inner = innerPiece(writing, slot)
  return isText(slot) ? [fixed('"'), inner, fixed('"')] : [inner]
}

const isText = ({ attribute: { type, isArray } }: Slot): boolean =>
  !isArray && dataType(type).basic === 'string_t'

/** The same without the quotes of a text. */
function innerPiece(writing: Writing, slot: Slot): Piece {
  if (slot.fixed !== undefined) return fixed(jsonInner(String(slot.fixed.value)))
  if (isText(slot)) return { js: escapedIn(writing.texts, writing, slot) }
  const { type, isArray } = slot.attribute
  return {
    js: !isArray && NUMBERS.has(dataType(type).basic) ? slot.js : escapedIn(writing.values, writing, slot),
  }
}

function escapedIn({ make, escaped }: Escaping, { code }: Writing, slot: Slot): string {
  const known = escaped.get(slot.js)
  if (known !== undefined) return known
  const name = freshName(code, 'q')
  const text = `${constant(code.emission, make)}(${slot.js})`
  write(code, `const ${name} = ${slot.isCertain ? text : `${slot.js} === undefined ? undefined : ${text}`}`)
  escaped.set(slot.js, name)
  return name
}

/** The text of a part of the event by a function of its own, which rows share where they write it the same way. */
function partText(writing: Writing, group: Group): Text {
  const own = apart(writing, group)
  if (own.names.size === 0) return groupText(writing, group)
  const { pieces, test } = groupText(own.inner, own.part)
  if (test === 'false') return { pieces, test }
  write(own.inner.code, `return ${test === 'true' ? '' : `!(${test}) ? "" : `}${concatenation(pieces)}`)
  const name = callApart(writing, own)
  return { pieces: [{ js: name }], test: test === 'true' ? test : `${name} !== ""` }
}

/** The same for the observables; returns the variable that holds their text. */
function observablesText(writing: Writing): string {
  const { code } = writing
  if (observesLists(code)) return writeObservablesText(code, (slot) => innerPiece(writing, slot))
  const own = apart(writing, code.sketch.root)
  const text = writeObservablesText(own.inner.code, (slot) => innerPiece(own.inner, slot))
  write(own.inner.code, `return ${text}`)
  return callApart(writing, own)
}

/** A part of the event that a function of its own writes: `names` of its parameters, by the JavaScript of what is handed over. */
type Apart = { readonly part: Group; readonly names: ReadonlyMap<string, string>; readonly inner: Writing }

function apart(writing: Writing, group: Group): Apart {
  const names = new Map<string, string>()
  const part = withNames(group, (slot) => {
    const { js } = innerPiece(writing, slot)
    const name = names.get(js!) ?? `a${names.size}`
    names.set(js!, name)
    return name
  })
  // What is handed over is escaped already.
  const escaped = new Map([...names.values()].map((name) => [name, name]))
  const emission = startEmission({ names: [], programs: [] })
  const code: Code = { emission, sketch: { ...writing.code.sketch, root: part }, lines: [] }
  const inner: Writing = {
    ...{ code, origin: writing.origin },
    texts: { make: jsonInner, escaped },
    values: { make: stringifyJson, escaped },
  }
  return { part, names, inner }
}

/** A copy whose values are in variables of other names. */
function withNames(group: Group, nameOf: (slot: Slot) => string): Group {
  const rename = (node: Slot | Group): Slot | Group => {
    if (node.kind === 'group') return withNames(node, nameOf)
    return node.js === 'undefined' || node.fixed !== undefined ? node : { ...node, js: nameOf(node) }
  }
  return { ...group, members: new Map([...group.members].map(([name, node]) => [name, rename(node)])) }
}

/** Writes the call of a part's function; returns the variable that holds what it gave. */
function callApart({ code, origin }: Writing, { names, inner }: Apart): string {
  const body = inner.code.lines.join('\n')
  const words = new Set(body.match(/\w+/g))
  const used = [...names].filter(([, name]) => words.has(name))
  const make = sharedFunction(
    origin,
    used.map(([, name]) => name),
    body,
    inner.code.emission,
  )
  const name = freshName(code, 'o')
  write(code, `const ${name} = ${constant(code.emission, make)}(${used.map(([js]) => js).join(', ')})`)
  return name
}

const functions = new WeakMap<Origin, Map<string, unknown>>()

function sharedFunction(
  origin: Origin,
  parameters: readonly string[],
  body: string,
  emission: Emission,
): unknown {
  const known = functions.get(origin) ?? new Map<string, unknown>()
  functions.set(origin, known)
  const id = `${parameters}\n${body}`
  const found = known.get(id) ?? link(parameters, body, emission)
  known.set(id, found)
  return found
}

function groupText(writing: Writing, group: Group): Text {
  const members = membersOf(writing, group)
  if (group.isList) return listText(writing, members)
  if (members.length === 0) return { pieces: [], test: 'false' }
  if (members.every(isCertain)) return { pieces: [...membersStart(members), fixed('}')], test: 'true' }
  const { name, test } = writeMembers(writing, members)
  return { pieces: [{ js: name }, fixed('}')], test }
}

type Open = { readonly name: string; readonly test: string }

/** Writes an object but its closing brace: what is always there first, as in the event. */
function writeMembers({ code }: Writing, members: readonly Member[]): Open {
  const sure = members.filter(isCertain)
  const name = freshName(code, 'o')
  write(code, `let ${name} = ${concatenation(membersStart(sure))}`)
  for (const [i, { name: key, pieces, test }] of members.filter((member) => !isCertain(member)).entries()) {
    const label = `${JSON.stringify(key)}:`
    const member =
      sure.length > 0
        ? [fixed(`,${label}`), ...pieces]
        : begun(name, [`{${label}`, `,${label}`], { pieces, isFirst: i === 0 })
    write(code, `if (${test}) ${name} += ${concatenation(member)}`)
  }
  return { name, test: sure.length > 0 ? 'true' : `${name} !== ""` }
}

function membersStart(members: readonly Member[]): readonly Piece[] {
  return members.flatMap(({ name, pieces }, i) => [
    fixed(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    ...pieces,
  ])
}

/** Without gaps. */
function listText({ code }: Writing, items: readonly Text[]): Text {
  if (items.length === 0) return { pieces: [], test: 'false' }
  if (items.every(isCertain)) {
    const inner = items.flatMap(({ pieces }, i) => [fixed(i === 0 ? '[' : ','), ...pieces])
    return { pieces: [...inner, fixed(']')], test: 'true' }
  }
  const name = freshName(code, 'l')
  write(code, `let ${name} = ""`)
  for (const [i, { pieces, test }] of items.entries())
    write(
      code,
      `if (${test}) ${name} += ${concatenation(begun(name, ['[', ','], { pieces, isFirst: i === 0 }))}`,
    )
  write(code, `if (${name} !== "") ${name} += "]"`)
  return { pieces: [{ js: name }], test: `${name} !== ""` }
}
