import type { Program, Template } from './expression.ts'
import type { BrandOf, DefaultedOf } from './language/field.ts'
import type { ManifestDocument } from './language/manifest.ts'

/** So many requests in so much time. */
export type Rate = { readonly count: number; readonly perMs: number }

/** A JSON-like tree whose texts are templates. */
export type TemplateTree =
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'constant'; readonly value: null | boolean | number }
  | { readonly kind: 'list'; readonly items: readonly TemplateTree[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, value: TemplateTree])[] }

type Brands = {
  expression: Program
  template: Template
  /** Milliseconds. */
  duration: number
  /** Bytes. */
  size: number
  rate: Rate
  tree: TemplateTree
}

type Known<T> = Exclude<T, undefined>
type RequiredKeys<T> = {
  [K in keyof T]-?: undefined extends T[K] ? ([DefaultedOf<Known<T[K]>>] extends [never] ? never : K) : K
}[keyof T]

/**
 * A part of the manifest after compilation: the same keys, with every expression a `Program`, every text a `Template`, every
 * duration milliseconds, every size bytes, and every default filled in.
 */
export type Compiled<T> = T extends unknown
  ? [DefaultedOf<T>] extends [never]
    ? [BrandOf<T>] extends [never]
      ? CompiledPlain<T>
      : Brands[BrandOf<T> & keyof Brands]
    : Compiled<DefaultedOf<T>>
  : never

type CompiledPlain<T> = T extends readonly (infer Item)[]
  ? readonly Compiled<Item>[]
  : T extends object
    ? { readonly [K in RequiredKeys<T>]: Compiled<Known<T[K]>> } & {
        readonly [K in Exclude<keyof T, RequiredKeys<T>>]?: Compiled<Known<T[K]>>
      }
    : T

/** What a manifest compiles to: a value without I/O, of which everything else is made. */
export type Connector = Compiled<ManifestDocument> & {
  /** SHA-256 of the canonical manifest, hex: two connectors with one digest are the same. */
  readonly digest: string
}
export type StreamPlan = Connector['streams'][string]
export type AuthPlan = Connector['connect']['auth'][number]
export type RequestPlan = NonNullable<StreamPlan['request']>
export type PagePlan = NonNullable<StreamPlan['page']>
export type MappingPlan = NonNullable<StreamPlan['map']>
export type CheckPlan = NonNullable<Connector['checks']>[string]
export type ActionPlan = NonNullable<Connector['actions']>[string]
export type DetectionPlan = NonNullable<Connector['detections']>[string]
export type ErrorPlan = NonNullable<StreamPlan['errors']>[number]
export type Outcome = ErrorPlan['is']
