import type { TypeName } from '../model/expression.ts'

/** Static types. `variable` occurs in signatures only: any type, the same one wherever its letter stands. */
export type Type = Scalar | ListType | MapType | OptionalType | TypeVariable

export type Scalar =
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
  | 'type'

export type ListType = { readonly kind: 'list'; readonly item: Type }
export type MapType = { readonly kind: 'map'; readonly key: Type; readonly value: Type }
/** What `.?field` has: a value or none. It never leaves an expression. */
export type OptionalType = { readonly kind: 'optional'; readonly of: Type }
export type TypeVariable = { readonly kind: 'variable'; readonly name: string }

export const LIST: Type = { kind: 'list', item: 'dyn' }
export const MAP: Type = { kind: 'map', key: 'dyn', value: 'dyn' }

export function kindOf(type: Type): Scalar | 'list' | 'map' | 'optional' | 'variable' {
  return typeof type === 'string' ? type : type.kind
}

/** The type of a name in scope. */
export function typeOfName(name: TypeName): Type {
  if (name === 'list') return LIST
  return name === 'map' ? MAP : name
}

/** The type as the rest of the platform knows it: without what lists and maps hold. */
export function nameOfType(type: Type): TypeName {
  const kind = kindOf(type)
  return kind === 'optional' || kind === 'variable' || kind === 'type' ? 'dyn' : kind
}

/** How an author reads a type: `list(string)`, `map(string, dyn)`. */
export function showType(type: Type): string {
  if (typeof type === 'string') return type
  if (type.kind === 'list') return `list(${showType(type.item)})`
  if (type.kind === 'map') return `map(${showType(type.key)}, ${showType(type.value)})`
  return type.kind === 'optional' ? `optional(${showType(type.of)})` : type.name
}

/** The narrowest type both fit; `dyn` where they differ. */
export function join(a: Type, b: Type): Type {
  if (a === b) return a
  if (typeof a === 'string' || typeof b === 'string') return 'dyn'
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', item: join(a.item, b.item) }
  if (a.kind === 'map' && b.kind === 'map')
    return { kind: 'map', key: join(a.key, b.key), value: join(a.value, b.value) }
  if (a.kind === 'optional' && b.kind === 'optional') return { kind: 'optional', of: join(a.of, b.of) }
  return 'dyn'
}

export function joinAll(types: readonly Type[]): Type {
  return types.length === 0 ? 'dyn' : types.reduce(join)
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'uint', 'double'])

export function isNumber(type: Type): boolean {
  return typeof type === 'string' && NUMBERS.has(type)
}

/** Whether values of both types can ever be equal: same kind, two numbers, or one known only at run time. */
export function canEqual(a: Type, b: Type): boolean {
  const left = kindOf(a)
  const right = kindOf(b)
  return left === 'dyn' || right === 'dyn' || left === right || (isNumber(a) && isNumber(b))
}

/** `sure`: every value of the argument's type fits. `maybe`: only the data can tell. `never`: none fits. */
export type Fit = 'sure' | 'maybe' | 'never'

/** Whether an argument fits a parameter; binds the signature's variables on the way. */
export function fit(parameter: Type, argument: Type, bound: Map<string, Type>): Fit {
  if (typeof parameter !== 'string' && parameter.kind === 'variable') {
    const before = bound.get(parameter.name)
    bound.set(parameter.name, before === undefined ? argument : join(before, argument))
    return 'sure'
  }
  if (parameter === 'dyn') return 'sure'
  if (argument === 'dyn') return bindUnknown(parameter, bound)
  if (typeof parameter === 'string' || typeof argument === 'string')
    return parameter === argument ? 'sure' : 'never'
  return fitInside(parameter, argument, bound)
}

function bindUnknown(parameter: Type, bound: Map<string, Type>): Fit {
  for (const part of parts(parameter)) fit(part, 'dyn', bound)
  return 'maybe'
}

/**
 * A container fits by its kind alone when its content is unknown: functions check what they find inside,
 * the caller only checks that it is a list.
 */
function fitInside(parameter: Type, argument: Type, bound: Map<string, Type>): Fit {
  if (kindOf(parameter) !== kindOf(argument)) return 'never'
  const wanted = parts(parameter)
  const given = parts(argument)
  return wanted.some((part, i) => fit(part, given[i]!, bound) === 'never') ? 'never' : 'sure'
}

function parts(type: Type): readonly Type[] {
  if (typeof type === 'string' || type.kind === 'variable') return []
  if (type.kind === 'list') return [type.item]
  return type.kind === 'map' ? [type.key, type.value] : [type.of]
}

/** A signature's result with its variables replaced; an unbound one is `dyn`. */
export function substitute(type: Type, bound: ReadonlyMap<string, Type>): Type {
  if (typeof type === 'string') return type
  switch (type.kind) {
    case 'variable':
      return bound.get(type.name) ?? 'dyn'
    case 'list':
      return { kind: 'list', item: substitute(type.item, bound) }
    case 'map':
      return { kind: 'map', key: substitute(type.key, bound), value: substitute(type.value, bound) }
    case 'optional':
      return { kind: 'optional', of: substitute(type.of, bound) }
  }
}
