import type { Unsigned } from '../model/expression.ts'

/** What a literal can be before any function has run. */
export type LiteralValue = null | boolean | number | bigint | string | Uint8Array | Unsigned

/**
 * An expression as written, without types. Operators are calls named as in CEL's own tables (`_+_`, `_?_:_`, `_[_]`).
 * `at` is where the part starts that a problem should point to.
 */
export type Syntax =
  | { readonly kind: 'literal'; readonly at: number; readonly value: LiteralValue }
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | {
      readonly kind: 'select'
      readonly at: number
      readonly target: Syntax
      readonly field: string
      /** Written `.?field`: an absent field is no value, not a failure. */
      readonly optional: boolean
    }
  | {
      readonly kind: 'call'
      readonly at: number
      readonly name: string
      readonly target: Syntax | undefined
      readonly args: readonly Syntax[]
    }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly Syntax[] }
  | { readonly kind: 'map'; readonly at: number; readonly entries: readonly SyntaxEntry[] }

export type SyntaxEntry = { readonly key: Syntax; readonly value: Syntax }
