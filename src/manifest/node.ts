import type { Source } from './source.ts'

/** A piece of YAML as it was written: its value, and where it stands. */
export type Node = ScalarNode | ListNode | MapNode
type Span = { readonly source: Source; readonly start: number }

export type ScalarNode = Span & {
  readonly kind: 'scalar'
  readonly value: null | boolean | number | string
  /** As written, without quotes: `1.10` where the value is the number 1.1. */
  readonly written: string
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded'
}
export type ListNode = Span & { readonly kind: 'list'; readonly items: readonly Node[] }
export type MapNode = Span & { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
/** Keys are texts, each once in its map. */
export type MapEntry = {
  readonly key: string
  readonly keySource: Source
  readonly keyStart: number
  readonly value: Node
}

export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key === key)
}

/** What the piece is, in an author's words. */
export function describeNode(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a map'
  if (node.value === null) return 'nothing'
  if (typeof node.value === 'string') return node.value === '' ? 'an empty text' : 'a text'
  return typeof node.value === 'number' ? 'a number' : `${node.value}`
}
