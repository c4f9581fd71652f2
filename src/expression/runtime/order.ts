import { type Failure, Instant, Span, Unsigned } from '../../model/expression.ts'
import { noOverload } from './kind.ts'
import { spendOnCopy } from './meter.ts'

/** Below, equal, above; `NaN` when neither, as with a NaN operand. */
type Order = number

/**
 * CEL's order of two values of one kind, numbers across kinds.
 *
 * @returns negative, 0, positive, or NaN; `undefined` when the two have no order.
 */
function compare(a: unknown, b: unknown): Order | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  const left = a instanceof Unsigned ? a.unsigned : a
  const right = b instanceof Unsigned ? b.unsigned : b
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if ((a instanceof Instant && b instanceof Instant) || (a instanceof Span && b instanceof Span))
    return a.ms - b.ms || a.nanos - b.nanos
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  return undefined
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** An int beside a double is rounded to a double first, as the language's conformance tests have it. */
function compareNumbers(a: number | bigint, b: number | bigint): Order {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : Number(a > b)
  const left = Number(a)
  const right = Number(b)
  if (left < right) return -1
  if (left > right) return 1
  return left === right ? 0 : Number.NaN
}

/** Order by code point, as UTF-8 bytes would have it: UTF-16 units put surrogates before U+E000 to U+FFFF. */
export function compareText(a: string, b: string): Order {
  const length = Math.min(a.length, b.length)
  spendOnCopy(length)
  if (a === b) return 0
  let i = 0
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  spendOnCopy(i * 16)
  if (i === length) return a.length - b.length
  return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i))
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** CEL's four order operators, for values of any kinds. */
export const ORDER: Readonly<Record<OrderOperator, (a: unknown, b: unknown) => boolean | Failure>> = {
  '<': function less(a, b) {
    const order = compare(a, b)
    return typeof order === 'number' ? order < 0 : noOverload('<', a, b)
  },
  '<=': function lessOrEqual(a, b) {
    const order = compare(a, b)
    return typeof order === 'number' ? order <= 0 : noOverload('<=', a, b)
  },
  '>': function greater(a, b) {
    const order = compare(a, b)
    return typeof order === 'number' ? order > 0 : noOverload('>', a, b)
  },
  '>=': function greaterOrEqual(a, b) {
    const order = compare(a, b)
    return typeof order === 'number' ? order >= 0 : noOverload('>=', a, b)
  },
}

export type OrderOperator = '<' | '<=' | '>' | '>='
