import { type Schema, valueSchemaOf } from '../../src/manifest/schema.ts'

/** What a field takes, and which names it may use. */
export type ValueText = { readonly value: string; readonly names: string }

/** @param links to the sections of the objects inside, in their order. */
export function describeValue(schema: Schema, links: readonly string[]): ValueText {
  const value = valueText(schema, links)
  return {
    value: schema['x-file'] === true ? `${value}, or a file or list of files with it` : value,
    names: namesOf(schema).join(', '),
  }
}

const UNITS = {
  duration: 'duration: number with ms, s, m, h, d',
  size: 'size: number with B, KiB, MiB',
  rate: 'rate: number per s, min, h, d',
} as const
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  boolean: '`true` or `false`',
}
const RESULTS: Readonly<Record<string, string>> = {
  bool: ' (true or false)',
  timestamp: ' (timestamp)',
  list: ' (list)',
}

function valueText(schema: Schema, links: readonly string[]): string {
  const { 'x-expression': expression, 'x-template': template, 'x-tree': tree } = schema
  if (expression !== undefined) return `expression${RESULTS[expression.type] ?? ''}`
  if (template !== undefined) return 'text with `{{ }}`'
  if (tree !== undefined) return 'any tree, texts with `{{ }}`'
  if (schema['x-reference'] !== undefined) return `name in \`${schema['x-reference']}\``
  if (schema['x-unit'] !== undefined) return UNITS[schema['x-unit']]
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${word}\``).join(', ')
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const).replaceAll('"', '')}\``
  return structureText(schema, links)
}

function structureText(schema: Schema, links: readonly string[]): string {
  if (schema['x-variants'] !== undefined) return `one of ${links.join(', ')}`
  if (schema.anyOf !== undefined)
    return [...new Set(schema.anyOf.map((option) => valueText(option, links)))].join(', or ')
  if (schema.items !== undefined) return `list of ${valueText(schema.items, links)}`
  const inner = valueSchemaOf(schema)
  if (inner !== undefined) return `names with ${valueText(inner, links)}`
  if (schema.properties !== undefined) return links.length === 1 ? links[0]! : `object: ${links.join(', ')}`
  if (schema.type === 'integer') return `whole number${rangeText(schema)}`
  if (schema.type === undefined) return 'anything'
  const pattern = schema.pattern === undefined ? '' : ` that matches \`${schema.pattern}\``
  return `${TYPES[String(schema.type)] ?? String(schema.type)}${rangeText(schema)}${pattern}`
}

function rangeText({ minimum, maximum }: Schema): string {
  if (minimum === undefined && maximum === undefined) return ''
  return maximum === undefined ? `, ${minimum} or more` : `, ${minimum} to ${maximum}`
}

function namesOf(schema: Schema): readonly string[] {
  const own = schema['x-expression'] ?? schema['x-template'] ?? schema['x-tree']
  if (own !== undefined) {
    const isSecret = 'secrets' in own && own.secrets === true
    return [`\`${own.scope}\`${isSecret ? ' + secrets' : ''}`]
  }
  const parts = [
    schema.items,
    valueSchemaOf(schema),
    ...(schema['x-variants'] === undefined ? (schema.anyOf ?? []) : []),
  ]
  return [...new Set(parts.filter((part) => part !== undefined).flatMap(namesOf))]
}
