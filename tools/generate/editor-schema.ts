import type { Schema } from '../../src/manifest/schema.ts'

type Json = Readonly<Record<string, unknown>>

/** The language as plain JSON Schema 2020-12: what editors need to complete, explain and underline. */
export function editorSchema(language: Schema): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Fairlead connector manifest, version 1',
    ...plain(language),
  }
}

/** YAML reads `pass: true` and `limit: 100` as something else than texts; both are fine as expressions and templates. */
const SCALAR = ['string', 'number', 'boolean']

function plain(schema: Schema): Json {
  const own = Object.fromEntries(Object.entries(schema).filter(([key]) => !key.startsWith('x-')))
  const part: Json = {
    ...own,
    ...(schema['x-expression'] !== undefined && { type: SCALAR }),
    ...(schema.items !== undefined && { items: plain(schema.items) }),
    ...(schema.anyOf !== undefined && { anyOf: schema.anyOf.map(plain) }),
    ...(schema.properties !== undefined && { properties: mapValues(schema.properties, plain) }),
    ...(schema.patternProperties !== undefined && {
      patternProperties: mapValues(schema.patternProperties, plain),
      additionalProperties: false,
    }),
    ...exclusion(schema),
  }
  return schema['x-file'] === true ? orFile(part, schema) : part
}

function exclusion(schema: Schema): Json {
  const one = schema['x-one-of']
  if (one !== undefined) return { oneOf: one.map((key) => ({ required: [key] })) }
  const most = schema['x-at-most-one-of']
  if (most === undefined) return {}
  const pairs = most.flatMap((a, i) => most.slice(i + 1).map((b) => ({ required: [a, b] })))
  return { not: { anyOf: pairs } }
}

function orFile(part: Json, { description }: Schema): Json {
  const path = { type: 'string', pattern: '\\.ya?ml$', description: 'A file of this folder.' }
  const paths = { type: 'array', items: path, description: 'Files of this folder, put together.' }
  return { description, anyOf: [part, path, paths] }
}

function mapValues<T>(map: Readonly<Record<string, T>>, change: (value: T) => Json): Json {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]))
}
