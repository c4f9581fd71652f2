import { Failure, Instant, Span, Unsigned, type Value } from '../../model/expression.ts'
import { noOverload } from './kind.ts'
import { EXHAUSTED, LIST_TOO_LONG, meter, spend, spendOnCopy, TEXT_TOO_LONG } from './meter.ts'
import { instantOf, spanOf } from './time.ts'

const MIN_INT = -9223372036854775808n
const MAX_INT = 9223372036854775807n
const MAX_UINT = 18446744073709551615n

const INT_OVERFLOW = new Failure('range', 'the result does not fit an int')
const UINT_OVERFLOW = new Failure('range', 'the result does not fit a uint')
const DIVIDE_BY_ZERO = new Failure('range', 'division by zero')

/** The int, or the failure when it needs more than 64 bits. */
export function intOf(value: bigint): bigint | Failure {
  return value >= MIN_INT && value <= MAX_INT ? value : INT_OVERFLOW
}

/** The uint, or the failure when it is negative or needs more than 64 bits. */
export function uintOf(value: bigint): Unsigned | Failure {
  return value >= 0n && value <= MAX_UINT ? new Unsigned(value) : UINT_OVERFLOW
}

export function add(a: Value, b: Value): Value {
  if (typeof a === 'string' && typeof b === 'string') return concatText(a, b)
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (typeof a === 'bigint' && typeof b === 'bigint') return intOf(a + b)
  if (a instanceof Unsigned && b instanceof Unsigned) return uintOf(a.unsigned + b.unsigned)
  return addObjects(a, b)
}

function addObjects(a: Value, b: Value): Value {
  if (Array.isArray(a) && Array.isArray(b)) return concat(a, b)
  if (a instanceof Span && b instanceof Span) return spanOf(a.ms + b.ms, a.nanos + b.nanos)
  if ((a instanceof Instant && b instanceof Span) || (a instanceof Span && b instanceof Instant))
    return instantOf(a.ms + b.ms, a.nanos + b.nanos)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return concatBytes(a, b)
  return noOverload('+', a, b)
}

/** The copy is made when the text is first looked at; it is charged for here. */
export function concatText(a: string, b: string): string | Failure {
  const length = a.length + b.length
  if (length > meter.limits.textCharacters) return TEXT_TOO_LONG
  return spendOnCopy(length) ? EXHAUSTED : a + b
}

function concat(a: readonly unknown[], b: readonly unknown[]): Value {
  const length = a.length + b.length
  if (length > meter.limits.listItems || spend(length >> 2)) return LIST_TOO_LONG
  return [...a, ...b]
}

function concatBytes(a: Uint8Array, b: Uint8Array): Value {
  const length = a.length + b.length
  if (length > meter.limits.textCharacters || spend(length >> 4)) return TEXT_TOO_LONG
  const joined = new Uint8Array(length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}

export function subtract(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'bigint' && typeof b === 'bigint') return intOf(a - b)
  if (a instanceof Unsigned && b instanceof Unsigned) return uintOf(a.unsigned - b.unsigned)
  if (a instanceof Instant && b instanceof Span) return instantOf(a.ms - b.ms, a.nanos - b.nanos)
  if ((a instanceof Instant && b instanceof Instant) || (a instanceof Span && b instanceof Span))
    return spanOf(a.ms - b.ms, a.nanos - b.nanos)
  return noOverload('-', a, b)
}

export function multiply(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return a * b
  if (typeof a === 'bigint' && typeof b === 'bigint') return intOf(a * b)
  if (a instanceof Unsigned && b instanceof Unsigned) return uintOf(a.unsigned * b.unsigned)
  return noOverload('*', a, b)
}

/** Ints divide towards zero. A double by zero is an infinity or NaN, as IEEE 754 has it. */
export function divide(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return a / b
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? DIVIDE_BY_ZERO : intOf(a / b)
  if (a instanceof Unsigned && b instanceof Unsigned)
    return b.unsigned === 0n ? DIVIDE_BY_ZERO : uintOf(a.unsigned / b.unsigned)
  return noOverload('/', a, b)
}

/** The remainder has the sign of the dividend. Doubles have none in CEL. */
export function remainder(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? DIVIDE_BY_ZERO : a % b
  if (a instanceof Unsigned && b instanceof Unsigned)
    return b.unsigned === 0n ? DIVIDE_BY_ZERO : uintOf(a.unsigned % b.unsigned)
  return noOverload('%', a, b)
}

export function negate(a: Value): Value {
  if (typeof a === 'number') return -a
  if (typeof a === 'bigint') return intOf(-a)
  return a instanceof Span ? spanOf(-a.ms, -a.nanos) : noOverload('-', a)
}
