import type { Overload } from './overload.ts'
import type { Type } from './types.ts'

/** A checked expression: names resolved, macros recognised, every part with its static type. */
export type Node =
  | Literal
  | NameNode
  | Local
  | Select
  | Has
  | Index
  | Call
  | Operator
  | Logic
  | Choose
  | ListNode
  | MapNode
  | Loop
  | Fallback
  | Present

type Part = { readonly at: number; readonly type: Type }

export type Literal = Part & { readonly kind: 'literal'; readonly value: unknown }
/** A name in scope. */
export type NameNode = Part & { readonly kind: 'name'; readonly name: string }
/** A loop's variable. `id` is unique within the expression: names may shadow each other. */
export type Local = Part & { readonly kind: 'local'; readonly id: number; readonly name: string }
/** `isOptional`: written `.?field`; absent is `undefined`, not a failure. */
export type Select = Part & {
  readonly kind: 'select'
  readonly target: Node
  readonly field: string
  readonly isOptional: boolean
}
export type Has = Part & { readonly kind: 'has'; readonly target: Node; readonly field: string }
export type Index = Part & {
  readonly kind: 'index'
  readonly target: Node
  readonly key: Node
  readonly isOptional: boolean
}
/** `overloads`: those that may apply, at least one; `isSure` when the only one surely does. */
export type Call = Part & {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Node[]
  readonly overloads: readonly Overload[]
  readonly isSure: boolean
}
export type OperatorName =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'negate'
  | '!'
export type Operator = Part & {
  readonly kind: 'operator'
  readonly operator: OperatorName
  readonly args: readonly Node[]
}
/** A whole chain of `&&`, or of `||`. */
export type Logic = Part & {
  readonly kind: 'logic'
  readonly operator: '&&' | '||'
  readonly terms: readonly Node[]
}
export type Choose = Part & {
  readonly kind: 'choose'
  readonly test: Node
  readonly yes: Node
  readonly no: Node
}
export type ListNode = Part & { readonly kind: 'list'; readonly items: readonly Node[] }
export type MapNode = Part & { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
export type MapEntry = { readonly key: Node; readonly value: Node }
export type LoopName = 'all' | 'exists' | 'exists_one' | 'map' | 'filter'
/** `test` is set but for a two-argument `map`; `body` is what `map` collects. */
export type Loop = Part & {
  readonly kind: 'loop'
  readonly macro: LoopName
  readonly range: Node
  readonly variable: Local
  readonly test: Node | undefined
  readonly body: Node | undefined
  /** What one round costs in steps: the parts of its body. */
  readonly weight: number
}
/**
 * The first of `options` that has a value. `skipsNull`: null counts as none (`default`, `coalesce`); otherwise only an
 * absent optional does (`orValue`, `or`).
 */
export type Fallback = Part & {
  readonly kind: 'fallback'
  readonly options: readonly Node[]
  readonly skipsNull: boolean
}
/** `optional.hasValue()`. */
export type Present = Part & { readonly kind: 'present'; readonly target: Node }

/** The parts directly below. */
export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
    case 'local':
      return []
    case 'select':
    case 'has':
    case 'present':
      return [node.target]
    case 'index':
      return [node.target, node.key]
    case 'call':
    case 'operator':
      return node.args
    case 'logic':
      return node.terms
    case 'choose':
      return [node.test, node.yes, node.no]
    case 'list':
      return node.items
    case 'map':
      return node.entries.flatMap((entry) => [entry.key, entry.value])
    case 'loop':
      return [node.range, node.test, node.body].filter((part) => part !== undefined)
    case 'fallback':
      return node.options
  }
}
