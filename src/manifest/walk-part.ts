import { nearest } from '../lib/nearest.ts'
import { entryOf, type Node, type ScalarNode } from './node.ts'
import type { Path } from './path.ts'
import { extendPath, formatPath } from './path.ts'
import { plainOf } from './plain.ts'
import { type Schema, variantOf } from './schema.ts'
import { atKey, atValue, type Context, type Site, type Walk } from './walk.ts'
import { walkFiles } from './walk-files.ts'
import { list, nameOf, notThat, walkMap, walkObject } from './walk-object.ts'
import { walkScalar } from './walk-scalar.ts'

/**
 * Compares a piece of the manifest with its description.
 *
 * @returns the sound part of its value as JSON, without what was reported; `undefined` when nothing of it is sound.
 */
export function walkPart(walk: Walk, schema: Schema, node: Node, context: Context): unknown {
  const { path } = context
  if (schema['x-file'] === true) {
    const content = walkFiles(walk, node, path)
    return content && walkBare(walk, schema, content, context)
  }
  return walkBare(walk, schema, node, context)
}

function walkBare(walk: Walk, schema: Schema, node: Node, context: Context): unknown {
  const { path, where } = context
  if (!walk.located.has(where)) walk.located.set(where, { node })
  if (isMeaning(schema)) return walkMeaning(walk, schema, node, context)
  if (schema.anyOf !== undefined) return walkUnion(walk, schema, node, context)
  if (schema.patternProperties !== undefined)
    return walkMap(walk, schema, node, { ...context, part: walkPart })
  if (schema.type === 'object') return walkObject(walk, schema, node, { ...context, part: walkPart })
  if (schema.type === 'array') return walkList(walk, schema, node, context)
  if (schema.type === undefined && schema.const === undefined) return plainOf(node)
  return walkScalar(walk, schema, node, path)
}

function isMeaning(schema: Schema): boolean {
  return 'x-expression' in schema || 'x-template' in schema || 'x-tree' in schema || 'x-reference' in schema
}

/** A text that an expression, a template or a name is: kept as text here, and given its meaning later. */
function walkMeaning(walk: Walk, schema: Schema, node: Node, { path, where }: Context): unknown {
  const { 'x-expression': expression, 'x-template': template, 'x-tree': tree, 'x-reference': target } = schema
  if (tree !== undefined)
    return walkTree(walk, { secrets: tree.secrets === true, scope: tree.scope }, node, path)
  if (node.kind !== 'scalar' || node.value === null)
    return notThat(walk, node, path, expression === undefined ? 'a text' : 'an expression', emptyHint(node))
  const text = typeof node.value === 'string' ? node.value : node.written
  if (text === '' && template === undefined) return notThat(walk, node, path, 'an expression')
  const base = { path, where, node, text }
  if (expression !== undefined) walk.sites.push({ kind: 'expression', ...base, ...expression })
  if (template !== undefined)
    walk.sites.push({ kind: 'template', ...base, scope: template.scope, secrets: template.secrets === true })
  if (target !== undefined) walk.sites.push({ kind: 'reference', ...base, target })
  return text
}

function emptyHint(node: Node): string | undefined {
  return node.kind === 'map' ? 'a text with {{ }} or a brace needs quotes' : undefined
}

type TreeRule = Pick<Site & { kind: 'template' }, 'scope' | 'secrets'>

function walkTree(walk: Walk, rule: TreeRule, node: Node, path: Path): unknown {
  walk.located.set(formatPath(path), { node, ...walk.located.get(formatPath(path)) })
  if (node.kind === 'list') return node.items.map((item, i) => walkTree(walk, rule, item, [...path, i]))
  if (node.kind === 'map') {
    const entries = node.entries.map(({ key, keySource, keyStart, value }) => {
      const here = [...path, key]
      walk.located.set(formatPath(here), { node: value, key: { source: keySource, start: keyStart } })
      return [key, walkTree(walk, rule, value, here)] as const
    })
    return Object.fromEntries(entries)
  }
  if (typeof node.value === 'number' && !isExact(node))
    return atValue(walk, node, path, {
      code: 'VALUE_INVALID',
      message: `${node.written} is not kept exactly as a number`,
      hint: 'write it as a text, in quotes',
    })
  if (typeof node.value === 'string')
    walk.sites.push({ kind: 'template', path, where: formatPath(path), node, text: node.value, ...rule })
  return node.value
}

function isExact(node: ScalarNode): boolean {
  return !/^[-+]?\d+$/.test(node.written) || Number.isSafeInteger(node.value)
}

function walkList(walk: Walk, schema: Schema, node: Node, context: Context): unknown {
  const { path, where, around } = context
  if (node.kind !== 'list')
    return notThat(walk, node, path, 'a list', node.kind === 'scalar' ? 'write it as [ … ]' : undefined)
  const sound: unknown[] = []
  for (const [i, item] of node.items.entries()) {
    const here = { path: [...path, i], where: extendPath(where, i), around }
    walk.located.set(here.where, { node: item })
    const result = walkPart(walk, schema.items ?? {}, item, here)
    if (result !== undefined) sound[i] = result
  }
  return sound
}

function walkUnion(walk: Walk, schema: Schema, node: Node, context: Context): unknown {
  const by = schema['x-variants']
  if (by !== undefined) return walkVariants(walk, { schema, by }, node, context)
  const fitting = schema.anyOf?.find((option) => fits(option, node))
  if (fitting !== undefined) return walkPart(walk, fitting, node, context)
  return notThat(walk, node, context.path, schema.anyOf?.map(wordOf).join(' or ') ?? 'something else')
}

function walkVariants(
  walk: Walk,
  choice: { schema: Schema; by: string },
  node: Node,
  context: Context,
): unknown {
  const { schema, by } = choice
  const { path } = context
  if (node.kind !== 'map') return notThat(walk, node, path, `a map with "${by}"`)
  const words = schema.anyOf?.map((variant) => String(variant.properties?.[by]?.const)) ?? []
  const given = entryOf(node, by)
  if (given === undefined)
    return atKey(walk, path, {
      code: 'FIELD_MISSING',
      message: `${nameOf(path)} needs "${by}"`,
      hint: list('it is one of', words),
    })
  const value = given.value.kind === 'scalar' ? given.value.value : undefined
  const variant = variantOf(schema, by, value)
  if (variant !== undefined) return walkPart(walk, variant, node, context)
  const meant = typeof value === 'string' ? nearest(value, words) : undefined
  return atValue(walk, given.value, [...path, by], {
    code: 'VALUE_INVALID',
    message: `"${by}" cannot be ${given.value.kind === 'scalar' ? JSON.stringify(value) : 'that'}`,
    hint: meant === undefined ? list('it is one of', words) : `did you mean "${meant}"?`,
  })
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
}

function wordOf(schema: Schema): string {
  if (schema['x-expression'] !== undefined) return 'an expression'
  return WORDS[String(schema.type)] ?? 'something else'
}

function fits(schema: Schema, node: Node): boolean {
  if (node.kind !== 'scalar') return schema.type === (node.kind === 'list' ? 'array' : 'object')
  if (schema.type === 'integer') return Number.isSafeInteger(node.value)
  return schema.type === typeof node.value
}
