import { complaintAt } from './complain.ts'
import { insideOf, meantBy } from './elsewhere.ts'
import type { MapNode, Node } from './node.ts'
import { describeNode } from './node.ts'
import { extendPath, formatPath, type Path } from './path.ts'
import { emptyMap } from './plain.ts'
import { matches, type Schema, valueSchemaOf } from './schema.ts'
import { placeAt } from './source.ts'
import { atKey, atValue, type Context, type Walk } from './walk.ts'

/** The walk itself, handed along so that these files need not import each other. */
export type WalkPart = (walk: Walk, schema: Schema, node: Node, context: Context) => unknown

/** An object whose keys are known: unknown ones are reported and left out, as is what is wrong inside. */
export function walkObject(
  walk: Walk,
  schema: Schema,
  node: Node,
  context: Context & { readonly part: WalkPart },
): unknown {
  const { path, where, around, part } = context
  if (node.kind !== 'map') return notThat(walk, node, path, 'a map of keys and values')
  const properties = schema.properties ?? {}
  const inside = [{ name: where || 'the top of the manifest', schema }, ...around].slice(0, 3)
  const sound: Record<string, unknown> = {}
  for (const entry of node.entries) {
    const { key, value } = entry
    const here = [...path, key]
    const at = extendPath(where, key)
    walk.located.set(at, {
      node: value,
      key: { source: entry.keySource, start: entry.keyStart },
    })
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (property === undefined) {
      const hint = meantBy(key, Object.keys(properties), [...insideOf(schema), ...around])
      atKey(walk, here, {
        code: 'FIELD_UNKNOWN',
        message: `there is no "${key}" in ${nameOf(path)}`,
        hint: hint ?? list('it has', Object.keys(properties)),
      })
      continue
    }
    const result = part(walk, property, value, { path: here, where: at, around: inside })
    if (result !== undefined) sound[key] = result
  }
  checkPresence(walk, schema, node, path)
  return sound
}

function checkPresence(walk: Walk, schema: Schema, node: MapNode, path: Path): void {
  const present = new Set(node.entries.map(({ key }) => key))
  for (const key of schema.required ?? []) {
    if (present.has(key)) continue
    const hint = schema.properties?.[key]?.description
    atKey(walk, path, { code: 'FIELD_MISSING', message: `${nameOf(path)} needs "${key}"`, hint })
  }
  const only = schema['x-one-of']
  if (only !== undefined) {
    if (!only.some((key) => present.has(key)))
      atKey(walk, path, { code: 'FIELD_MISSING', message: `${nameOf(path)} needs one of ${only.join(', ')}` })
    exclude(walk, node, path, only)
  }
  exclude(walk, node, path, schema['x-at-most-one-of'] ?? [])
}

function exclude(walk: Walk, node: MapNode, path: Path, keys: readonly string[]): void {
  const given = node.entries.map(({ key }) => key).filter((key) => keys.includes(key))
  for (const key of given.slice(1))
    atKey(walk, [...path, key], {
      code: 'FIELD_CONFLICT',
      message: `"${key}" and "${given[0]}" exclude each other`,
      hint: 'keep one of them',
    })
}

/** A map with the author's own keys. */
export function walkMap(
  walk: Walk,
  schema: Schema,
  node: Node,
  context: Context & { readonly part: WalkPart },
): unknown {
  const { path, where, around, part } = context
  if (node.kind !== 'map') return notThat(walk, node, path, 'a map of names and values')
  const pattern = schema['x-map']?.pattern ?? '.*'
  const inner = valueSchemaOf(schema) ?? {}
  const sound = emptyMap<unknown>()
  for (const { key, keySource, keyStart, value } of node.entries) {
    const here = [...path, key]
    const at = extendPath(where, key)
    walk.located.set(at, { node: value, key: { source: keySource, start: keyStart } })
    if (!matches(pattern, key)) {
      const remark = {
        code: 'KEY_INVALID',
        message: `"${key}" cannot be a name here`,
        hint: `names match ${pattern}`,
      } as const
      walk.complaints.push(complaintAt(placeAt(keySource, keyStart), here, remark))
      continue
    }
    const result = part(walk, inner, value, { path: here, where: at, around })
    if (result !== undefined) sound[key] = result
  }
  return sound
}

export function notThat(walk: Walk, node: Node, path: Path, wanted: string, hint?: string): undefined {
  return atValue(walk, node, path, {
    code: 'VALUE_INVALID',
    message: `${nameOf(path)} must be ${wanted}, not ${describeNode(node)}`,
    hint,
  })
}

/** How a message names a place: the key an author wrote. */
export function nameOf(path: Path): string {
  const last = path.at(-1)
  if (last === undefined) return 'the manifest'
  return typeof last === 'number' ? formatPath(path.slice(-2)) : `"${last}"`
}

export function list(intro: string, words: readonly string[]): string {
  const shown = words.slice(0, 24)
  return `${intro} ${shown.join(', ')}${words.length > shown.length ? ' …' : ''}`
}
