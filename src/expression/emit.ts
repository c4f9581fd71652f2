import { Failure } from '../model/expression.ts'
import {
  atom,
  boxed,
  capture,
  constant,
  type Emission,
  type Fail,
  fresh,
  line,
  type Operand,
  quote,
  temp,
} from './emission.ts'
import { emitCall } from './emit-call.ts'
import { emitLoop } from './emit-loop.ts'
import { emitOperator } from './emit-operator.ts'
import { emitHas, emitIndex, emitSelect } from './emit-path.ts'
import { kindOfValue, noOverload, notBoolean } from './runtime/kind.ts'
import { normalKey, setOwn } from './runtime/map.ts'
import type { Choose, Fallback, ListNode, Literal, Logic, MapNode, NameNode, Node } from './tree.ts'

/** Writes the statements that compute a part, and returns its value. After them the value is never a failure. */
export function emit(emission: Emission, node: Node, fail: Fail): Operand {
  switch (node.kind) {
    case 'literal':
      return operand(node, literalText(emission, node))
    case 'name':
      return emitName(emission, node, fail)
    case 'local':
      return operand(node, `v${node.id}`)
    case 'select':
      return emitSelect(emission, node, fail)
    case 'has':
      return emitHas(emission, node, fail)
    case 'index':
      return emitIndex(emission, node, fail)
    case 'call':
      return emitCall(emission, node, fail)
    case 'operator':
      return emitOperator(emission, node, fail)
    case 'logic':
      return emitLogic(emission, node, fail)
    case 'choose':
      return emitChoose(emission, node, fail)
    case 'list':
      return emitList(emission, node, fail)
    case 'map':
      return emitMap(emission, node, fail)
    case 'loop':
      return emitLoop(emission, node, fail)
    case 'fallback':
      return emitFallback(emission, node, fail)
    case 'present':
      return operand(node, `(${emit(emission, node.target, fail).js} !== undefined)`)
  }
}

function operand(node: Node, js: string): Operand {
  return { js, type: node.type, isIndex: false, node }
}

function literalText(emission: Emission, { value }: Literal): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'bigint') return value < 0n ? `(${value}n)` : `${value}n`
  if (typeof value !== 'number' || !Number.isFinite(value)) return constant(emission, value)
  return value < 0 || Object.is(value, -0) ? `(-${-value})` : String(value)
}

function emitName(emission: Emission, node: NameNode, fail: Fail): Operand {
  const js = emission.variables.get(node.name)
  if (js === undefined) throw new Error(`the emission was not told about the name "${node.name}"`)
  const failure = constant(emission, new Failure('missing', `${node.name} is not given`))
  line(emission, `if (${js} === undefined) ${fail(failure)}`)
  return operand(node, js)
}

/** A chain of `&&` or `||`: the deciding value wins over failures, wherever it stands. */
function emitLogic(emission: Emission, node: Logic, fail: Fail): Operand {
  const deciding = node.operator === '&&' ? 'false' : 'true'
  const result = fresh(emission, 'r')
  const done = fresh(emission, 'L')
  const { lines, result: terms } = capture(emission, () =>
    node.terms.map((term) => emitTerm(emission, term, { result, done, deciding })),
  )
  if (terms.every((term) => term !== undefined)) return operand(node, `(${terms.join(` ${node.operator} `)})`)
  line(emission, `let ${result} = ${deciding === 'true' ? 'false' : 'true'}\n${done}: {`)
  emission.lines.push(...lines)
  line(emission, `}\nif (typeof ${result} !== "boolean") ${fail(result)}`)
  return operand(node, result)
}

type Chain = { readonly result: string; readonly done: string; readonly deciding: string }

/** Writes one term; returns its text when it is a plain condition that needs no statements. */
function emitTerm(emission: Emission, term: Node, chain: Chain): string | undefined {
  const { result, done, deciding } = chain
  const label = fresh(emission, 'L')
  const { lines, result: value } = capture(emission, () =>
    emit(emission, term, (failure) => `{ ${result} = ${failure}; break ${label} }`),
  )
  const decide = `{ ${result} = ${deciding}; break ${done} }`
  line(emission, `${label}: {`)
  emission.lines.push(...lines)
  if (value.type === 'bool') {
    line(emission, `if (${deciding === 'true' ? '' : '!'}(${value.js})) ${decide}\n}`)
    return lines.length === 0 ? value.js : undefined
  }
  const name = atom(emission, value)
  const wrong = `${constant(emission, notBoolean)}(${name})`
  line(emission, `if (${name} === ${deciding}) ${decide}`)
  line(emission, `if (typeof ${name} !== "boolean") ${result} = ${wrong}\n}`)
  return undefined
}

/** A condition as JavaScript; fails when a value known only at run time is not a boolean. */
export function condition(emission: Emission, node: Node, fail: Fail): string {
  const value = emit(emission, node, fail)
  if (value.type === 'bool') return value.js
  const name = atom(emission, value)
  line(emission, `if (typeof ${name} !== "boolean") ${fail(`${constant(emission, notBoolean)}(${name})`)}`)
  return name
}

function emitChoose(emission: Emission, node: Choose, fail: Fail): Operand {
  const test = condition(emission, node.test, fail)
  const yes = capture(emission, () => emit(emission, node.yes, fail))
  const no = capture(emission, () => emit(emission, node.no, fail))
  const isIndex = yes.result.isIndex && no.result.isIndex
  const text = (value: Operand): string => (isIndex ? value.js : boxed(value))
  if (yes.lines.length === 0 && no.lines.length === 0)
    return { ...operand(node, `(${test} ? ${text(yes.result)} : ${text(no.result)})`), isIndex }
  const result = fresh(emission, 'r')
  line(emission, `let ${result}\nif (${test}) {`)
  emission.lines.push(...yes.lines, `${result} = ${text(yes.result)}\n} else {`, ...no.lines)
  line(emission, `${result} = ${text(no.result)}\n}`)
  return { ...operand(node, result), isIndex }
}

function emitList(emission: Emission, node: ListNode, fail: Fail): Operand {
  const items = node.items.map((item) => boxed(emit(emission, item, fail)))
  return operand(node, temp(emission, `[${items.join(', ')}]`))
}

function emitMap(emission: Emission, node: MapNode, fail: Fail): Operand {
  const entries = node.entries.map(({ key, value }) => [
    emit(emission, key, fail),
    emit(emission, value, fail),
  ])
  const keys = node.entries.map(({ key }) => (key.kind === 'literal' ? key.value : undefined))
  const isPlain = keys.every((key) => typeof key === 'string') && new Set(keys).size === keys.length
  if (isPlain) {
    const fields = entries.map(([key, value]) => `[${key!.js}]: ${boxed(value!)}`)
    return operand(node, temp(emission, `{ ${fields.join(', ')} }`))
  }
  const flat = entries.map(([key, value]) => `[${boxed(key!)}, ${boxed(value!)}]`)
  const result = temp(emission, `${constant(emission, mapOf)}([${flat.join(', ')}])`)
  line(emission, `if (${result} instanceof ${constant(emission, Failure)}) ${fail(result)}`)
  return operand(node, result)
}

const MAP_KEYS: ReadonlySet<string> = new Set(['string', 'int', 'uint', 'bool'])

/** A CEL map: a plain object when all keys are texts, otherwise a `Map`. */
function mapOf(entries: readonly (readonly [key: unknown, value: unknown])[]): unknown {
  const map = new Map<unknown, unknown>()
  for (const [key, value] of entries) {
    if (!MAP_KEYS.has(kindOfValue(key))) return noOverload('map key', key)
    if (map.has(normalKey(key))) return new Failure('range', 'the map has the same key twice')
    map.set(normalKey(key), value)
  }
  if (![...map.keys()].every((key) => typeof key === 'string')) return map
  const plain: Record<string, unknown> = {}
  for (const [key, value] of map) setOwn(plain, key as string, value)
  return plain
}

function emitFallback(emission: Emission, node: Fallback, fail: Fail): Operand {
  const result = fresh(emission, 'r')
  const done = fresh(emission, 'L')
  line(emission, `let ${result}\n${done}: {`)
  const last = node.options.at(-1)!
  for (const option of node.options.slice(0, -1)) {
    if (node.skipsNull) emitOption(emission, option, { result, done, fail })
    else {
      const name = atom(emission, emit(emission, option, fail))
      line(emission, `if (${name} !== undefined) { ${result} = ${name}; break ${done} }`)
    }
  }
  line(emission, `${result} = ${boxed(emit(emission, last, fail))}\n}`)
  return operand(node, result)
}

type Options = { readonly result: string; readonly done: string; readonly fail: Fail }

/** One option of `default` or `coalesce`: used unless it is missing or null; any other failure stands. */
function emitOption(emission: Emission, option: Node, { result, done, fail }: Options): void {
  const label = fresh(emission, 'L')
  line(emission, `${label}: {`)
  const value = emit(emission, option, (failure) => {
    const name = fresh(emission, 'f')
    return `{ const ${name} = ${failure}; if (${name}.reason !== "missing") ${fail(name)} break ${label} }`
  })
  const name = atom(emission, { ...value, js: boxed(value) })
  line(emission, `if (${name} !== null) { ${result} = ${name}; break ${done} }\n}`)
}
