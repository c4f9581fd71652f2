import { nearest } from '../lib/nearest.ts'
import { type Schema, valueSchemaOf } from './schema.ts'

/**
 * What other tools call things, in the words of this language. Only words that cannot be meant otherwise.
 */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  paging: 'page',
  pagination: 'page',
  paginator: 'page',
  url: 'get',
  path: 'get',
  endpoint: 'get',
  method: 'get',
  params: 'query',
  parameters: 'query',
  body: 'json',
  data: 'json',
  schedule: 'every',
  interval: 'every',
  primaryKey: 'key',
  primary_key: 'key',
  id: 'key',
  selector: 'records',
  filter: 'where',
  condition: 'when',
  headers_: 'headers',
  description: 'about',
  name: 'title',
  label: 'title',
  enum: 'options',
  required: 'optional',
  mapping: 'map',
  mappings: 'map',
  base_url: 'baseUrl',
  token_url: 'tokenUrl',
  authorization_url: 'authorizationUrl',
  scope: 'scopes',
  parent: 'each',
  foreach: 'each',
  partition: 'over',
  remediation: 'remediate',
  fix: 'remediate',
  undo: 'revert',
  rollback: 'revert',
  mitre: 'attack',
}

/** What the author of an unknown key may have meant: a near spelling, another tool's word, or a place near by that has it. */
export function meantBy(
  key: string,
  known: readonly string[],
  around: readonly Around[],
): string | undefined {
  const camel = key.replaceAll(/[_-]([a-z])/g, (_, letter: string) => letter.toUpperCase())
  if (camel !== key && known.includes(camel)) return `did you mean "${camel}"?`
  const near = nearest(key, known)
  if (near !== undefined) return `did you mean "${near}"?`
  const home = around.find(
    ({ schema }) => schema.properties !== undefined && Object.hasOwn(schema.properties, key),
  )
  if (home !== undefined) return `"${key}" belongs in ${home.name}`
  const other = Object.hasOwn(OTHER_WORDS, key) ? OTHER_WORDS[key]! : undefined
  if (other !== undefined && known.includes(other)) return `did you mean "${other}"?`
  return undefined
}

/** A place near by, with the name an author knows it by. */
export type Around = { readonly name: string; readonly schema: Schema }

/** The objects directly inside a schema, then those inside them. */
export function insideOf(schema: Schema, depth = 2, prefix = ''): readonly Around[] {
  if (depth === 0) return []
  const inner: Around[] = []
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const name = `${prefix}${key}`
    for (const object of objectsOf(property))
      inner.push({ name, schema: object }, ...insideOf(object, depth - 1, `${name}.`))
  }
  return inner.toSorted((a, b) => a.name.split('.').length - b.name.split('.').length)
}

function objectsOf(schema: Schema): readonly Schema[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(objectsOf)
  const inner = schema.items ?? valueSchemaOf(schema)
  if (inner !== undefined) return objectsOf(inner)
  return schema.properties === undefined ? [] : [schema]
}
