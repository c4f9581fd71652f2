import { type TSchema, type TUnsafe, Type } from 'typebox'
import type { TypeName } from '../expression.ts'

/**
 * How one field of the language is described. The checker, the JSON Schema, the reference page and the types all come
 * from these records, so they cannot disagree.
 */

declare const BRAND: unique symbol
declare const DEFAULTED: unique symbol
/** Types that stand for what a field compiles to; no value ever has them. */
type Branded<Name extends string> = { readonly [BRAND]: Name }

/** A bare expression; compiled to a `Program`. */
export type Expr = Branded<'expression'>
/** Text with `{{ expression }}` parts; compiled to a `Template`. */
export type Templ = Branded<'template'>
/** `15m`; compiled to milliseconds. */
export type DurationText = Branded<'duration'>
/** `10MiB`; compiled to bytes. */
export type SizeText = Branded<'size'>
/** `600/min`; compiled to a `Rate`. */
export type RateText = Branded<'rate'>
/** A JSON-like tree whose strings are templates; compiled to a `TemplateTree`. */
export type TreeText = Branded<'tree'>
/** Marks a field that the compiler fills in when it is absent. */
export type Defaulted<T> = { readonly [DEFAULTED]: T }

export type BrandOf<T> = T extends { readonly [BRAND]: infer Name } ? Name : never
export type DefaultedOf<T> = T extends { readonly [DEFAULTED]: infer Inner } ? Inner : never

/** Which names an expression may use; the lists are in `scopes.ts`. */
export type ScopeName =
  | 'settings'
  | 'credential'
  | 'send'
  | 'token'
  | 'request'
  | 'answer'
  | 'page'
  | 'parent'
  | 'record'
  | 'receive'
  | 'check'
  | 'checkEach'
  | 'action'
  | 'actionAnswer'
  | 'event'

type Annotations = { readonly about: string; readonly example?: unknown }

function annotate(about: string, example?: unknown): { description: string; examples?: unknown[] } {
  return example === undefined ? { description: about } : { description: about, examples: [example] }
}

/** A field that holds one bare expression. */
export function Expression(scope: ScopeName, type: TypeName, { about, example }: Annotations): TUnsafe<Expr> {
  return Type.Unsafe<Expr>({
    type: 'string',
    minLength: 1,
    ...annotate(about, example),
    'x-expression': { scope, type },
  })
}

/** A field that holds text with `{{ }}` parts. `secrets: true` where `secrets` may be used. */
export function Text(
  scope: ScopeName,
  { about, example, secrets }: Annotations & { readonly secrets?: true },
): TUnsafe<Templ> {
  return Type.Unsafe<Templ>({
    type: ['string', 'number', 'boolean'],
    ...annotate(about, example),
    'x-template': secrets ? { scope, secrets } : { scope },
  })
}

/** A JSON body: any tree, its strings are templates. */
export function Tree(scope: ScopeName, { about, example }: Annotations): TUnsafe<TreeText> {
  return Type.Unsafe<TreeText>({ ...annotate(about, example), 'x-tree': { scope, secrets: true } })
}

export function Duration({ about, example = '15m' }: Annotations): TUnsafe<DurationText> {
  return Type.Unsafe<DurationText>({
    type: 'string',
    pattern: '^\\d+(ms|s|m|h|d)$',
    ...annotate(about, example),
    'x-unit': 'duration',
  })
}

export function Size({ about, example = '10MiB' }: Annotations): TUnsafe<SizeText> {
  return Type.Unsafe<SizeText>({
    type: 'string',
    pattern: '^\\d+(B|KiB|MiB)$',
    ...annotate(about, example),
    'x-unit': 'size',
  })
}

export function RateOf({ about, example = '600/min' }: Annotations): TUnsafe<RateText> {
  return Type.Unsafe<RateText>({
    type: 'string',
    pattern: '^\\d+/(s|min|h|d)$',
    ...annotate(about, example),
    'x-unit': 'rate',
  })
}

export function Word(about: string, options: { pattern?: string; example?: string } = {}) {
  return Type.String({
    minLength: 1,
    ...annotate(about, options.example),
    ...(options.pattern === undefined ? {} : { pattern: options.pattern }),
  })
}

export function Flag(about: string) {
  return Type.Boolean({ description: about })
}

export function Count(about: string, { min = 1, max }: { min?: number; max?: number } = {}) {
  return Type.Integer({ description: about, minimum: min, ...(max === undefined ? {} : { maximum: max }) })
}

/** One word of a closed list. */
export function Choice<const Words extends readonly string[]>(
  words: Words,
  about: string,
): TUnsafe<Words[number]> {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description: about })
}

/** A name that must exist elsewhere in the manifest: `in` says in which part. */
export function Reference(target: 'streams' | 'auth' | 'actions' | 'checks', about: string) {
  return Type.String({ description: about, 'x-reference': target })
}

export function List<T extends TSchema>(items: T, about: string) {
  return Type.Array(items, { description: about })
}

/** A map from the author's own names to values. */
export function MapOf<T extends TSchema>(value: T, about: string, pattern = '^[A-Za-z][A-Za-z0-9_-]{0,63}$') {
  return Type.Record(Type.String({ pattern }), value, { description: about, 'x-map': { pattern } })
}

/** An object whose keys are all known. */
export function Fields<T extends Record<string, TSchema>>(properties: T, about: string, extra: object = {}) {
  return Type.Object(properties, { additionalProperties: false, description: about, ...extra })
}

/** An object of which exactly one of the named keys must be present. */
export function OneOf<T extends Record<string, TSchema>>(
  keys: readonly string[],
  properties: T,
  about: string,
) {
  return Fields(properties, about, { 'x-one-of': keys })
}

/** One of several objects, told apart by the value of one key. */
export function Variants<T extends TSchema[]>(by: string, variants: [...T], about: string) {
  return Type.Union(variants, { description: about, 'x-variants': by })
}

/** The part may also stand in a file of the connector's folder: a path (or a list of paths) in its place. */
export function OrFile<T extends TSchema>(part: T): T {
  return { ...part, 'x-file': true }
}

/** An optional field that the compiler fills with `value` when absent. */
export function Default<T extends TSchema>(field: T, value: unknown) {
  return Type.Optional(Type.Unsafe<Defaulted<Type.Static<T>>>({ ...field, default: value }))
}

export const Optional = Type.Optional
