import { Failure, Instant, Span, Unsigned } from '../../model/expression.ts'

/** A type as a value: what `type(x)` returns and names such as `int` mean. One object for each type. */
export class TypeValue {
  readonly typeName: string

  constructor(typeName: string) {
    this.typeName = typeName
  }
}

export type CelMap = Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>

/** Type names as CEL spells them, in the language and in messages. */
export const TYPE_VALUES: Readonly<Record<string, TypeValue>> = Object.fromEntries(
  [
    'bool',
    'int',
    'uint',
    'double',
    'string',
    'bytes',
    'list',
    'map',
    'null_type',
    'type',
    'google.protobuf.Timestamp',
    'google.protobuf.Duration',
  ].map((name) => [name, new TypeValue(name)]),
)

/** Whether a value is a CEL map: a plain object or a `Map`. Instances of any other class are not. */
export function isMap(value: unknown): value is CelMap {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || value instanceof Map
}

/** A value's kind for messages and dispatch; `opaque` for what no expression can look into. */
export function kindOfValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'double'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'object':
      return value === null ? 'null' : kindOfObject(value)
    default:
      return 'opaque'
  }
}

function kindOfObject(value: object): string {
  if (Array.isArray(value)) return 'list'
  if (isMap(value)) return 'map'
  if (value instanceof Instant) return 'timestamp'
  if (value instanceof Span) return 'duration'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Unsigned) return 'uint'
  return value instanceof TypeValue ? 'type' : 'opaque'
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
}

/** CEL's `type(x)`. */
export function typeOf(value: unknown): TypeValue | Failure {
  const kind = kindOfValue(value)
  return TYPE_VALUES[TYPE_NAMES[kind] ?? kind] ?? new Failure('type', 'the value has no type')
}

/** The failure of a condition that is neither true nor false. */
export function notBoolean(value: unknown): Failure {
  return new Failure('type', `a condition must be true or false, not ${kindOfValue(value)}`)
}

/** The failure of an operator or function that no signature fits. */
export function noOverload(name: string, ...args: readonly unknown[]): Failure {
  const kinds = args.map(kindOfValue)
  const isInfix = /^\W+$|^in$/.test(name) && kinds.length === 2
  return new Failure(
    'type',
    isInfix
      ? `${kinds[0]} ${name} ${kinds[1]} is not defined`
      : `${name}(${kinds.join(', ')}) is not defined`,
  )
}
