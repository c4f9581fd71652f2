/**
 * Expressions as the rest of the platform sees them: already parsed, checked and compiled.
 * `src/expression` makes these values; everybody else only calls `evaluate`.
 */

/**
 * Values an expression reads and returns.
 *
 * JSON as parsed: `null`, boolean, string, `number` (a CEL double), `bigint` (a CEL int: every integer literal,
 * and every JSON integer beyond 2^53), arrays, plain objects. Besides: `Uint8Array` (bytes), `Instant` (timestamp),
 * `Span` (duration), `Unsigned` (uint), `Map` (a CEL map whose keys are not all strings).
 */
export type Value = unknown

/**
 * A CEL timestamp. Milliseconds carry the common case; `nanos` is the rest below a millisecond (0..999_999).
 *
 * A class, and nominal: an object in an app's answer that only looks like one stays a map.
 */
export class Instant {
  readonly ms: number
  readonly nanos: number
  declare protected readonly brand: 'instant'

  get kind(): 'instant' {
    return 'instant'
  }

  constructor(ms: number, nanos = 0) {
    this.ms = ms
    this.nanos = nanos
  }
}

/** A CEL duration, in whole milliseconds rounded down and the nanoseconds above them (0..999_999). */
export class Span {
  readonly ms: number
  readonly nanos: number
  declare protected readonly brand: 'span'

  get kind(): 'span' {
    return 'span'
  }

  constructor(ms: number, nanos = 0) {
    this.ms = ms
    this.nanos = nanos
  }
}

/** A CEL uint. No JSON value is one; only `uint()` and literals such as `1u` make it. */
export class Unsigned {
  readonly unsigned: bigint
  declare protected readonly brand: 'uint'

  constructor(unsigned: bigint) {
    this.unsigned = unsigned
  }
}

/** The names an expression may use and what each is. `dyn` means: known only at run time. */
export type Scope = Readonly<Record<string, TypeName>>
export type TypeName =
  | 'dyn'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'null'
  | 'list'
  | 'map'

/** The values of the names in scope. Use a null-prototype object or a literal: only own properties are read. */
export type Env = Readonly<Record<string, Value>>

/** Why an expression has no value. `missing`: a field, key or index is absent. Never thrown, always returned. */
export class Failure {
  readonly reason: 'missing' | 'type' | 'range' | 'format' | 'budget'
  readonly message: string

  constructor(reason: Failure['reason'], message: string) {
    this.reason = reason
    this.message = message
  }
}

/** One expression, compiled. */
export type Program = {
  readonly source: string
  /** The static type: `dyn` where only the data can tell. */
  readonly type: TypeName
  /** Set when the expression is nothing but a path from a name, e.g. `['record', 'actor', 'id']`; list indexes as numbers. */
  readonly path: readonly (string | number)[] | undefined
  /** Every path the expression reads, longest known prefix, e.g. `record.a.b`, to tell what a mapping consumed. */
  readonly reads: readonly (readonly (string | number)[])[]
  /** Never throws. */
  readonly evaluate: (env: Env) => Value | Failure
  /** The typed tree for other back ends (generated mappings, SQL). Opaque outside `src/expression`. */
  readonly tree: unknown
}

/**
 * A string with `{{ expression }}` parts, compiled. One single part keeps its type; otherwise the parts are joined as text:
 * a null or missing part is a `Failure`, never the word "null".
 */
export type Template = {
  readonly source: string
  readonly isConstant: boolean
  readonly programs: readonly Program[]
  readonly evaluate: (env: Env) => Value | Failure
}
