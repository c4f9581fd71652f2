import { Failure } from '../model/expression.ts'
import {
  atom,
  boxed,
  constant,
  type Emission,
  type Fail,
  line,
  literalOf,
  type Operand,
  plainNumber,
  quote,
  temp,
} from './emission.ts'
import { constantTable } from './emit-path.ts'
import { contains } from './runtime/access.ts'
import {
  add,
  concatText,
  divide,
  intOf,
  multiply,
  negate,
  remainder,
  subtract,
} from './runtime/arithmetic.ts'
import { equals } from './runtime/equals.ts'
import { notBoolean } from './runtime/kind.ts'
import { EXHAUSTED, meter, TEXT_TOO_LONG } from './runtime/meter.ts'
import { compareText, ORDER, type OrderOperator } from './runtime/order.ts'
import type { Node, Operator } from './tree.ts'
import { kindOf } from './types.ts'

/** Writes an operator: plain JavaScript where the static types allow it, the runtime's function elsewhere. */
export function emitOperator(emission: Emission, node: Operator, fail: Fail): Operand {
  if (node.operator === 'in') return result(node, emitIn(emission, node, fail))
  const args = node.args.map((arg) => emission.emit(emission, arg, fail))
  const [left, right] = args as [Operand, Operand]
  switch (node.operator) {
    case '!':
      return result(node, emitNot(emission, left, fail))
    case 'negate':
      return result(node, emitNegate(emission, left, fail))
    case '==':
      return result(node, emitEqual(emission, { left, right, operator: '==', fail }))
    case '!=':
      return result(node, `!${emitEqual(emission, { left, right, operator: '!=', fail })}`)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return result(node, emitOrder(emission, { left, right, operator: node.operator, fail }))
    default:
      return result(node, emitArithmetic(emission, { left, right, operator: node.operator, fail }))
  }
}

function result(node: Node, js: string): Operand {
  return { js, type: node.type, isIndex: false, node }
}

type Binary<Name extends string> = {
  readonly left: Operand
  readonly right: Operand
  readonly operator: Name
  readonly fail: Fail
}

function emitNot(emission: Emission, value: Operand, fail: Fail): string {
  if (value.type === 'bool') return `!${value.js}`
  const name = atom(emission, value)
  line(emission, `if (typeof ${name} !== "boolean") ${fail(`${constant(emission, notBoolean)}(${name})`)}`)
  return `!${name}`
}

function emitNegate(emission: Emission, value: Operand, fail: Fail): string {
  if (value.type === 'double') return `(-${value.js})`
  return fallible(emission, `${constant(emission, negate)}(${boxed(value)})`, fail)
}

function fallible(emission: Emission, js: string, fail: Fail): string {
  const name = temp(emission, js)
  line(emission, `if (${name} instanceof ${constant(emission, Failure)}) ${fail(name)}`)
  return name
}

/** Kinds whose values `===` compares as CEL's `==` does. */
const IDENTICAL: ReadonlySet<string> = new Set(['string', 'bool', 'double', 'int', 'null'])

function emitEqual(emission: Emission, { left, right, fail }: Binary<string>): string {
  const direct = directEqual(emission, left, right)
  if (direct !== undefined) return direct
  emission.isMetered = true
  const name = temp(emission, `${constant(emission, equals)}(${boxed(left)}, ${boxed(right)})`)
  line(emission, `if (${constant(emission, meter)}.left < 0) ${fail(constant(emission, EXHAUSTED))}`)
  return name
}

/** Equality that JavaScript can decide; `undefined` where lists, maps or long texts may have to be walked. */
function directEqual(emission: Emission, left: Operand, right: Operand): string | undefined {
  const literal = literalOf(right) ?? literalOf(left)
  if (literal !== undefined && isIdentity(literal.value)) return `(${left.js} === ${right.js})`
  const a = plainNumber(left)
  const b = plainNumber(right)
  if (a !== undefined && b !== undefined) return `(${a} === ${b})`
  if (left.type === 'dyn' && b !== undefined)
    return numberEqualText(emission, { value: left, number: right, plain: b })
  if (right.type === 'dyn' && a !== undefined)
    return numberEqualText(emission, { value: right, number: left, plain: a })
  return isIdentical(emission, left, right) ? `(${boxed(left)} === ${boxed(right)})` : undefined
}

/** In a loop texts are compared by the runtime, which charges for long ones. */
function isIdentical(emission: Emission, left: Operand, right: Operand): boolean {
  const kind = kindOf(left.type)
  return left.type === right.type && IDENTICAL.has(kind) && (kind !== 'string' || emission.loops === 0)
}

function isIdentity(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}

type NumberEqual = { readonly value: Operand; readonly number: Operand; readonly plain: string }

/** JSON's numbers against a number: one comparison unless the data holds something else. */
function numberEqualText(emission: Emission, { value, number, plain }: NumberEqual): string {
  const name = atom(emission, value)
  const slow = `${constant(emission, equals)}(${name}, ${boxed(number)})`
  return `(typeof ${name} === "number" ? ${name} === ${plain} : ${slow})`
}

function emitOrder(emission: Emission, binary: Binary<OrderOperator>): string {
  const { left, right, operator, fail } = binary
  const direct = directOrder(emission, binary)
  if (direct !== undefined) return direct
  const slow = constant(emission, ORDER[operator])
  emission.isMetered = true
  const a = atom(emission, left)
  const b = atom(emission, right)
  const call = `${slow}(${boxed({ ...left, js: a })}, ${boxed({ ...right, js: b })})`
  const name = temp(
    emission,
    fastOrder({ ...binary, left: { ...left, js: a }, right: { ...right, js: b } }, call),
  )
  line(emission, `if (typeof ${name} !== "boolean") ${fail(name)}`)
  return name
}

/** Both sides known to compare as JavaScript does. */
function directOrder(
  emission: Emission,
  { left, right, operator }: Binary<OrderOperator>,
): string | undefined {
  const a = plainNumber(left)
  const b = plainNumber(right)
  if (a !== undefined && b !== undefined) return `(${a} ${operator} ${b})`
  const kind = left.type === right.type ? kindOf(left.type) : 'dyn'
  if (kind === 'int') return `(${left.js} ${operator} ${right.js})`
  if (kind === 'string') return textOrder(emission, { left, right, operator })
  if (kind !== 'timestamp' && kind !== 'duration') return undefined
  const x = atom(emission, left)
  const y = atom(emission, right)
  return `(${x}.ms ${operator[0]} ${y}.ms || (${x}.ms === ${y}.ms && ${x}.nanos ${operator} ${y}.nanos))`
}

function textOrder(emission: Emission, { left, right, operator }: Omit<Binary<string>, 'fail'>): string {
  if (isBelowSurrogates(left) || isBelowSurrogates(right)) return `(${left.js} ${operator} ${right.js})`
  emission.isMetered = true
  return `(${constant(emission, compareText)}(${left.js}, ${right.js}) ${operator} 0)`
}

/** A literal whose characters sort alike as code points and as UTF-16 units, against whatever text. */
function isBelowSurrogates(operand: Operand): boolean {
  const literal = literalOf(operand)?.value
  return typeof literal === 'string' && !/[\uD800-\uFFFF]/.test(literal)
}

/** One side known at run time only: tried as what the other side is, before `call` takes over. */
function fastOrder({ left, right, operator }: Binary<OrderOperator>, call: string): string {
  const a = plainNumber(left)
  const b = plainNumber(right)
  if (left.type === 'dyn' && b !== undefined)
    return `typeof ${left.js} === "number" ? ${left.js} ${operator} ${b} : ${call}`
  if (right.type === 'dyn' && a !== undefined)
    return `typeof ${right.js} === "number" ? ${a} ${operator} ${right.js} : ${call}`
  if (left.type === 'dyn' && right.type === 'dyn')
    return `typeof ${left.js} === "number" && typeof ${right.js} === "number" ? ${left.js} ${operator} ${right.js} : ${call}`
  return call
}

const ARITHMETIC: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': remainder,
}

function emitArithmetic(emission: Emission, { left, right, operator, fail }: Binary<string>): string {
  const kind = left.type === right.type ? kindOf(left.type) : 'dyn'
  if (kind === 'double') return `(${left.js} ${operator} ${right.js})`
  if (kind === 'int' && /[-+*]/.test(operator))
    return fallible(
      emission,
      `${constant(emission, intOf)}(${boxed(left)} ${operator} ${boxed(right)})`,
      fail,
    )
  if (kind === 'string' && emission.loops === 0) return emitConcat(emission, { left, right, operator, fail })
  emission.isMetered = true
  const helper = kind === 'string' ? concatText : ARITHMETIC[operator]!
  return fallible(emission, `${constant(emission, helper)}(${boxed(left)}, ${boxed(right)})`, fail)
}

function emitConcat(emission: Emission, { left, right, fail }: Binary<string>): string {
  const name = temp(emission, `${left.js} + ${right.js}`)
  const limit = constant(emission, emission.limits)
  line(emission, `if (${name}.length > ${limit}.textCharacters) ${fail(constant(emission, TEXT_TOO_LONG))}`)
  return name
}

/** Longer lists of literal texts are looked up in a set. */
const COMPARED = 8

function emitIn(emission: Emission, node: Operator, fail: Fail): string {
  const [item, holder] = node.args as [Node, Node]
  const value = emission.emit(emission, item, fail)
  const texts = literalTexts(holder)
  if (texts !== undefined && texts.length <= COMPARED) {
    const name = atom(emission, value)
    return texts.length === 0
      ? 'false'
      : `(${texts.map((text) => `${name} === ${quote(text)}`).join(' || ')})`
  }
  if (texts !== undefined) return `${constant(emission, new Set(texts))}.has(${value.js})`
  const list = emission.emit(emission, holder, fail)
  const name = temp(emission, `${constant(emission, contains)}(${boxed(value)}, ${boxed(list)})`)
  emission.isMetered = true
  line(emission, `if (typeof ${name} !== "boolean") ${fail(name)}`)
  return name
}

/** The texts of a list literal, or the keys of a map literal, if all are literal texts. */
function literalTexts(node: Node): readonly string[] | undefined {
  if (node.kind === 'map') return constantTable(node) && [...constantTable(node)!.keys()]
  if (node.kind !== 'list') return undefined
  const texts = node.items.flatMap((item) =>
    item.kind === 'literal' && typeof item.value === 'string' ? [item.value] : [],
  )
  return texts.length === node.items.length ? texts : undefined
}
