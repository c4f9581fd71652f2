import { Failure, Unsigned, type Value } from '../../model/expression.ts'
import { equals } from './equals.ts'
import { isMap, kindOfValue, noOverload } from './kind.ts'
import { mapGet } from './map.ts'
import { EXHAUSTED, meter, spend, spendOnCopy } from './meter.ts'

/** A path below a base, with its text for messages; made once when the expression is compiled. */
export class Path {
  readonly base: string
  readonly steps: readonly (string | number)[]
  /** By step, then by the kind of value that ended the path. */
  readonly #failures: readonly Map<string, Failure>[]

  constructor(base: string, steps: readonly (string | number)[]) {
    this.base = base
    this.steps = steps
    this.#failures = steps.map(() => new Map())
  }

  /** The failure at one step. One object for each step and kind, so that absent fields cost no allocation. */
  failure(step: number, kind: string): Failure {
    const known = this.#failures[step]?.get(kind)
    if (known !== undefined) return known
    const owner = this.steps.slice(0, step).reduce<string>(below, this.base)
    const failure = describe(owner, this.steps[step]!, kind)
    this.#failures[step]?.set(kind, failure)
    return failure
  }
}

function below(text: string, step: string | number): string {
  return typeof step === 'string' && /^[A-Za-z_]\w*$/.test(step)
    ? `${text}.${step}`
    : `${text}[${JSON.stringify(step)}]`
}

function describe(owner: string, step: string | number, kind: string): Failure {
  if (kind === 'map') return new Failure('missing', `${owner} has no ${JSON.stringify(step)}`)
  if (kind === 'list' && typeof step === 'number')
    return new Failure('missing', `${owner} has no item ${step}`)
  if (kind === 'null') return new Failure('missing', `${owner} is null`)
  return new Failure('type', `${owner} is a ${kind}: ${below(owner, step)} is not defined`)
}

/** Walks a path the slow way: finds what fast property access could not, or says why there is nothing. */
export function absent(base: Value, path: Path): Value {
  let value = base
  for (let step = 0; step < path.steps.length; step++) {
    const next = child(value, path.steps[step]!)
    if (next === undefined) return path.failure(step, value === undefined ? 'null' : kindOfValue(value))
    value = next
  }
  return value
}

/** The value at a key of a map or an index of a list; `undefined` when there is none, or the value is neither. */
export function child(value: Value, key: Value): Value {
  if (Array.isArray(value)) return value[listIndex(key)]
  return isMap(value) ? mapGet(value, key) : undefined
}

/** Own property of anything; for names that every object inherits, such as `constructor`. */
export function own(value: Value, name: string): Value {
  return isMap(value) ? mapGet(value, name) : undefined
}

/** List item by a position known when compiling. */
export function at(value: Value, position: number): Value {
  return Array.isArray(value) ? value[position] : child(value, position)
}

function listIndex(key: Value): number {
  if (typeof key === 'number') return Number.isInteger(key) ? key : -1
  if (typeof key === 'bigint') return Number(key)
  return key instanceof Unsigned ? Number(key.unsigned) : -1
}

/** CEL's `a[b]` with a key known only at run time. */
export function index(value: Value, key: Value): Value {
  const found = child(value, key)
  if (found !== undefined) return found
  const kind = kindOfValue(value)
  if (kind === 'null') return new Failure('missing', 'there is nothing to look into: the value is null')
  if (kind !== 'map' && kind !== 'list') return noOverload('_[_]', value, key)
  const keyKind = kindOfValue(key)
  const isUsable = kind === 'map' ? MAP_KEYS.has(keyKind) : LIST_KEYS.has(keyKind)
  return isUsable
    ? new Failure('missing', `no ${showKey(key)} in the ${kind}`)
    : noOverload('_[_]', value, key)
}

const MAP_KEYS = new Set(['string', 'int', 'uint', 'double', 'bool'])
const LIST_KEYS = new Set(['int', 'uint', 'double'])

function showKey(key: Value): string {
  const text = typeof key === 'object' ? '' : String(key)
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
}

/** CEL's `has(a.b)`: absent is false, a value that has no fields is a failure. */
export function hasField(value: Value, field: string): boolean | Failure {
  if (isMap(value)) return mapGet(value, field) !== undefined
  if (value === null) return new Failure('missing', `the value is null: it has no ${JSON.stringify(field)}`)
  return new Failure('type', `a ${kindOfValue(value)} has no fields`)
}

/** CEL's `x in y`. */
export function contains(item: Value, holder: Value): boolean | Failure {
  if (Array.isArray(holder)) {
    if (spend(holder.length)) return EXHAUSTED
    if (typeof item === 'string' && spendOnCopy(item.length * holder.length)) return EXHAUSTED
    const isThere =
      typeof item === 'string' ? holder.includes(item) : holder.some((other) => equals(item, other))
    return meter.left < 0 ? EXHAUSTED : isThere
  }
  return isMap(holder) ? mapGet(holder, item) !== undefined : noOverload('in', item, holder)
}

/** `a.?b` and `a[?b]`: `undefined` when there is nothing to read; a value that has no parts at all is a failure. */
export function optionalChild(value: Value, key: Value): Value {
  if (value === undefined || value === null) return undefined
  return Array.isArray(value) || isMap(value) ? child(value, key) : noOverload('_[_]', value, key)
}
