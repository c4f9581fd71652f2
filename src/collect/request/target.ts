import { jsonValue } from '../../expression/json-value.ts'
import type { Value } from '../../model/expression.ts'
import type { Draft, Pairs } from './draft.ts'
import { scalarText } from './value.ts'

/** Puts a value where the manifest says: `query.NAME`, `header.NAME` or `body.PATH`, in place of what stands there. */
export function withTarget(draft: Draft, target: string, value: Value): Draft {
  const dot = target.indexOf('.')
  const name = target.slice(dot + 1)
  switch (target.slice(0, dot)) {
    case 'query':
      return { ...draft, query: withPair(draft.query, name, scalarText(value, target)) }
    case 'header':
      return { ...draft, headers: { ...draft.headers, [name.toLowerCase()]: scalarText(value, target) } }
    default:
      return draft.form === undefined
        ? { ...draft, json: withValueAt(draft.json, name.split('.'), jsonValue(value)) }
        : { ...draft, form: withPair(draft.form, name, scalarText(value, target)) }
  }
}

function withPair(pairs: Pairs, name: string, value: string): Pairs {
  return [...pairs.filter(([other]) => other !== name), [name, value]]
}

function withValueAt(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const object = typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : {}
  const inner = Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
  return { ...object, [key]: withValueAt(inner, rest, value) }
}
