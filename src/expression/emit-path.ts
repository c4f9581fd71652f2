import { Failure, Instant, Span, Unsigned } from '../model/expression.ts'
import {
  atom,
  boxed,
  constant,
  type Emission,
  type Fail,
  fresh,
  line,
  type Operand,
  quote,
  temp,
} from './emission.ts'
import { absent, at, hasField, index, optionalChild, own, Path } from './runtime/access.ts'
import { TypeValue } from './runtime/kind.ts'
import type { Has, Index, MapNode, Node, Select } from './tree.ts'

/** Everything an object answers to without having it, up its prototypes. */
function namesOf(value: object): readonly string[] {
  const prototype = Object.getPrototypeOf(value)
  return [...Object.getOwnPropertyNames(value), ...(prototype === null ? [] : namesOf(prototype))]
}

/** What even a plain object inherits, such as `constructor`: only read by `own`. */
const INHERITED: ReadonlySet<string> = new Set(namesOf({}))

/**
 * What some value that is no plain object answers to, such as `length`, `at` or `size`: read in place from plain objects,
 * by `own` from all others. Every other name is read in place from whatever it is: where it is found, it is own.
 */
const AMBIGUOUS: ReadonlySet<string> = new Set(
  [
    [],
    '',
    0,
    0n,
    true,
    new Uint8Array(),
    new Map(),
    new Instant(0),
    new Span(0),
    new Unsigned(0n),
    new TypeValue(''),
  ]
    .map((value) => Object(value))
    .flatMap(namesOf),
)

type Chain = { readonly base: Node; readonly steps: readonly (string | number)[] }

/** Splits `a.b[0].c` into where it starts and the steps from there. */
export function chainOf(node: Node): Chain {
  const steps: (string | number)[] = []
  let base = node
  for (;;) {
    const step = isRequired(base) ? stepOf(base) : undefined
    if (step === undefined) return { base, steps }
    steps.unshift(step)
    base = (base as Select | Index).target
  }
}

function isRequired(node: Node): boolean {
  return (node.kind === 'select' || node.kind === 'index') && !node.isOptional
}

/** The step that a select, a `has` or an index by a literal adds to a path. */
export function stepOf(node: Node): string | number | undefined {
  if (node.kind === 'select' || node.kind === 'has') return node.field
  if (node.kind !== 'index' || node.key.kind !== 'literal') return undefined
  const { value } = node.key
  if (typeof value === 'string') return value
  return typeof value === 'bigint' && value >= 0n && value < 2n ** 32n ? Number(value) : undefined
}

/** How a path reads in messages. */
function baseText(node: Node): string {
  return node.kind === 'name' || node.kind === 'local' ? node.name : 'the value'
}

export function emitSelect(emission: Emission, node: Select, fail: Fail): Operand {
  if (!node.isOptional) return emitChain(emission, node, fail)
  return emitOptional(emission, { node, target: node.target, key: quote(node.field) }, fail)
}

/** `a.b.c` as one property chain; only when that finds nothing is it walked again, with care. */
function emitChain(emission: Emission, node: Node, fail: Fail): Operand {
  const { base, steps } = chainOf(node)
  const root =
    base.kind === 'name'
      ? emission.variables.get(base.name)!
      : atom(emission, emission.emit(emission, base, fail))
  const name = fresh(emission, 't')
  const path = constant(emission, new Path(baseText(base), steps))
  const slow = `${name} = ${constant(emission, absent)}(${root}, ${path})`
  line(emission, `let ${name} = ${chainText(emission, root, steps)}`)
  line(emission, `if (${name} === undefined) { ${slow}; ${ifFailure(emission, name, fail)} }`)
  return { js: name, type: node.type, isIndex: false, node }
}

function ifFailure(emission: Emission, name: string, fail: Fail): string {
  return `if (${name} instanceof ${constant(emission, Failure)}) ${fail(name)}`
}

/** A path as one JavaScript expression without side effects, `undefined` where it ends early. */
function chainText(emission: Emission, root: string, steps: readonly (string | number)[]): string {
  return steps.reduce<string>((owner, step, i) => {
    const shared = emission.shared.get(JSON.stringify([root, ...steps.slice(0, i + 1)]))
    return shared ?? stepText(emission, owner, step)
  }, root)
}

/** Puts a path into the prelude, so that all programs of the emission read it once. */
export function share(emission: Emission, root: string, steps: readonly (string | number)[]): void {
  const name = fresh(emission, 's')
  emission.prelude.push(`const ${name} = ${chainText(emission, root, steps)}`)
  emission.shared.set(JSON.stringify([root, ...steps]), name)
}

/** One step of a path. */
export function stepText(emission: Emission, owner: string, step: string | number): string {
  if (typeof step === 'number') return `${constant(emission, at)}(${owner}, ${step})`
  if (INHERITED.has(step) || /^\d+$/.test(step)) return `${constant(emission, own)}(${owner}, ${quote(step)})`
  return AMBIGUOUS.has(step) ? `${reader(emission, step)}(${owner})` : `${owner}?.${fieldText(step)}`
}

function fieldText(field: string): string {
  return /^[A-Za-z_]\w*$/.test(field) ? field : `[${quote(field)}]`
}

/** A function that reads one ambiguous field. The data cannot fake the test: no JSON value is the function `Object`. */
function reader(emission: Emission, field: string): string {
  const known = emission.readers.get(field)
  if (known !== undefined) return known
  const name = fresh(emission, 'read')
  const slow = `${constant(emission, own)}(owner, ${quote(field)})`
  emission.helpers.push(
    `const ${name} = (owner) => owner?.constructor === Object ? owner.${fieldText(field)} : ${slow}`,
  )
  emission.readers.set(field, name)
  return name
}

export function emitHas(emission: Emission, node: Has, fail: Fail): Operand {
  const target = atom(emission, emission.emit(emission, node.target, fail))
  const name = fresh(emission, 't')
  line(emission, `let ${name} = ${stepText(emission, target, node.field)} !== undefined`)
  line(emission, `if (!${name}) { ${name} = ${constant(emission, hasField)}(${target}, ${quote(node.field)})`)
  line(emission, `if (typeof ${name} !== "boolean") ${fail(name)} }`)
  return { js: name, type: 'bool', isIndex: false, node }
}

export function emitIndex(emission: Emission, node: Index, fail: Fail): Operand {
  if (node.isOptional) {
    const key = boxed(emission.emit(emission, node.key, fail))
    return emitOptional(emission, { node, target: node.target, key }, fail)
  }
  const table = node.target.kind === 'map' ? constantTable(node.target) : undefined
  if (table !== undefined) return emitLookup(emission, node, { table, fail })
  if (stepOf(node) !== undefined) return emitChain(emission, node, fail)
  const target = boxed(emission.emit(emission, node.target, fail))
  const key = boxed(emission.emit(emission, node.key, fail))
  const name = temp(emission, `${constant(emission, index)}(${target}, ${key})`)
  line(emission, ifFailure(emission, name, fail))
  return { js: name, type: node.type, isIndex: false, node }
}

/** A map literal of literals with text keys as a table; `undefined` when it is anything else. */
export function constantTable(node: MapNode): ReadonlyMap<string, unknown> | undefined {
  const table = new Map<string, unknown>()
  for (const { key, value } of node.entries) {
    if (key.kind !== 'literal' || typeof key.value !== 'string' || value.kind !== 'literal') return undefined
    if (table.has(key.value)) return undefined
    table.set(key.value, value.value)
  }
  return table
}

type Lookup = { readonly table: ReadonlyMap<string, unknown>; readonly fail: Fail }

/** `{'a': 1, 'b': 2}[x]` as one look-up in a table made beforehand. */
function emitLookup(emission: Emission, node: Index, { table, fail }: Lookup): Operand {
  const key = atom(emission, emission.emit(emission, node.key, fail))
  const map = constant(emission, table)
  const name = temp(emission, `${map}.get(${key})`)
  line(emission, `if (${name} === undefined) ${fail(`${constant(emission, index)}(${map}, ${key})`)}`)
  return { js: name, type: node.type, isIndex: false, node }
}

type Optional = { readonly node: Node; readonly target: Node; readonly key: string }

function emitOptional(emission: Emission, { node, target, key }: Optional, fail: Fail): Operand {
  const owner = emission.emit(emission, target, fail).js
  const name = temp(emission, `${constant(emission, optionalChild)}(${owner}, ${key})`)
  line(emission, ifFailure(emission, name, fail))
  return { js: name, type: node.type, isIndex: false, node }
}
