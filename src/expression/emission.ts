import type { Limits } from './limits.ts'
import type { Node } from './tree.ts'
import type { Type } from './types.ts'

/** What generated code calls when there is no value: gets a JavaScript expression for the failure, returns statements. */
export type Fail = (failure: string) => string

/**
 * A part's value in generated code. `js` has no side effect and may stand anywhere behind the statements written for it.
 * `isIndex`: an int held as a JavaScript number.
 */
export type Operand = {
  readonly js: string
  readonly type: Type
  readonly isIndex: boolean
  readonly node: Node
}

/** Generated code in the making. Every name in it comes from here. */
export type Emission = {
  readonly limits: Limits
  /** JavaScript variables by the scope's names. */
  readonly variables: ReadonlyMap<string, string>
  /** What the code needs from outside, by the name it uses. */
  readonly constants: Map<string, unknown>
  /** Declarations outside the function: they are made once, when it is linked. */
  readonly helpers: string[]
  /** Functions among the helpers, by the field they read. */
  readonly readers: Map<string, string>
  /** Statements that go before all others: what several programs read. */
  readonly prelude: string[]
  /** Variables of the prelude by their path, as JSON of the base variable and its steps. */
  readonly shared: Map<string, string>
  readonly names: Map<unknown, string>
  readonly emit: (emission: Emission, node: Node, fail: Fail) => Operand
  lines: string[]
  count: number
  loops: number
  isMetered: boolean
}

export function line(emission: Emission, text: string): void {
  emission.lines.push(text)
}

/** A name that nothing else has. */
export function fresh(emission: Emission, prefix: string): string {
  return `${prefix}${++emission.count}`
}

/** Names a value and returns the name. */
export function temp(emission: Emission, js: string): string {
  const name = fresh(emission, 't')
  line(emission, `const ${name} = ${js}`)
  return name
}

/** Hands a value over to the generated code; the same value has one name. */
export function constant(emission: Emission, value: unknown): string {
  const known = emission.names.get(value)
  if (known !== undefined) return known
  const name =
    typeof value === 'function' && /^\w+$/.test(value.name)
      ? fresh(emission, `${value.name}$`)
      : fresh(emission, 'k')
  emission.names.set(value, name)
  emission.constants.set(name, value)
  return name
}

/** Collects the statements written meanwhile instead of appending them. */
export function capture<T>(
  emission: Emission,
  write: () => T,
): { readonly lines: readonly string[]; readonly result: T } {
  const before = emission.lines
  emission.lines = []
  const result = write()
  const { lines } = emission
  emission.lines = before
  return { lines, result }
}

/** A string as JavaScript source; safe in any position. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (character) =>
    character === '\u2028' ? '\\u2028' : '\\u2029',
  )
}

/** The operand as something that may be written several times. */
export function atom(emission: Emission, operand: Operand): string {
  return /^[\w$]+$|^"[^"\\]*"$/.test(operand.js) ? operand.js : temp(emission, operand.js)
}

/** The operand as a CEL value: an int as a bigint. */
export function boxed(operand: Operand): string {
  if (!operand.isIndex) return operand.js
  return /^-?\d+$/.test(operand.js) ? `${operand.js}n` : `BigInt(${operand.js})`
}

/** The literal behind an operand, or `undefined`. */
export function literalOf(operand: Operand): { readonly value: unknown } | undefined {
  return operand.node.kind === 'literal' ? operand.node : undefined
}

/** The operand as a plain JavaScript number if it is one for sure: a double, a count, or a small enough literal. */
export function plainNumber(operand: Operand): string | undefined {
  if (operand.isIndex || operand.type === 'double') return operand.js
  const literal = literalOf(operand)?.value
  const isSmall = typeof literal === 'bigint' && Number.isSafeInteger(Number(literal))
  return isSmall ? String(literal) : undefined
}
