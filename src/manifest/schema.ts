import type { TypeName } from '../model/expression.ts'
import type { ScopeName } from '../model/language/field.ts'
import { finderOf } from './pattern.ts'

/** A part of the language as `tools/generate.ts` writes it: JSON Schema with the annotations of src/model/language/field.ts. */
export type Schema = {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly const?: unknown
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly anyOf?: readonly Schema[]
  readonly 'x-expression'?: { readonly scope: ScopeName; readonly type: TypeName }
  readonly 'x-template'?: { readonly scope: ScopeName; readonly secrets?: boolean }
  readonly 'x-tree'?: { readonly scope: ScopeName; readonly secrets?: boolean }
  readonly 'x-unit'?: Unit
  readonly 'x-reference'?: ReferenceTarget
  readonly 'x-map'?: { readonly pattern: string }
  readonly 'x-one-of'?: readonly string[]
  readonly 'x-at-most-one-of'?: readonly string[]
  readonly 'x-variants'?: string
  readonly 'x-file'?: boolean
}
export type Unit = 'duration' | 'size' | 'rate'
export type ReferenceTarget = 'streams' | 'auth' | 'actions' | 'checks'

/** The schema of the values of a map with the author's own keys. */
export function valueSchemaOf(schema: Schema): Schema | undefined {
  return schema.patternProperties && Object.values(schema.patternProperties)[0]
}

/** The variant that a value of the discriminating key selects. */
export function variantOf(schema: Schema, by: string, value: unknown): Schema | undefined {
  return schema.anyOf?.find((variant) => variant.properties?.[by]?.const === value)
}

const finders = new Map<string, (text: string) => boolean>()

/** Whether a text matches a pattern of the language. */
export function matches(pattern: string, text: string): boolean {
  const find = finders.get(pattern) ?? finderOf(pattern)
  finders.set(pattern, find)
  return find(text)
}
