import type { ApiDocument, Operation } from '../document.ts'
import type { Ask } from './test-api.ts'

export type Listed = {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}
/** Every operation of the document. Event streams never end: they are tried by hand. */
export const operationsOf = ({ paths }: ApiDocument): readonly Listed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation }))
      .filter(({ operation }) => operation.operationId !== 'streamEvents'),
  )

type Json = Readonly<Record<string, unknown>>
type Items = { readonly items?: readonly Json[] }

/**
 * The addresses of everything an organisation has, by the path they fill: found by asking its lists, so that a new route needs nothing here.
 *
 * A part in braces is filled from the first item of the nearest list before it: by the property of that name, else its id or name.
 */
export async function ownAddresses(document: ApiDocument, ask: Ask): Promise<ReadonlyMap<string, string>> {
  const own = new Map<string, string>()
  for (const path of Object.keys(document.paths).filter((template) => template.includes('{')))
    own.set(path, await fill(document, ask, path))
  return own
}

async function fill(document: ApiDocument, ask: Ask, path: string): Promise<string> {
  let template = ''
  let address = ''
  let item: Json | undefined
  for (const part of path.split('/').slice(1)) {
    const name = /^\{(.+)\}$/.exec(part)?.[1]
    if (name === undefined) {
      template += `/${part}`
      address += `/${part}`
      continue
    }
    if (document.paths[template]?.['get'] !== undefined) {
      const { status, json, text } = await ask('GET', address)
      item = (json as Items | undefined)?.items?.[0]
      if (item === undefined)
        throw new Error(`${address} lists nothing to try ${path} with: ${status} ${text}`)
    }
    const value = item?.[name] ?? item?.['id'] ?? item?.['name']
    if (typeof value !== 'string') throw new Error(`nothing is known for ${part} of ${path}`)
    template += `/${part}`
    address += `/${encodeURIComponent(value)}`
  }
  return address
}

/** The same address for something that nobody has. */
export const unknownAddress = (path: string): string =>
  path.replace(/\{(.+?)\}/g, (_, name) =>
    name === 'id' || name === 'connection' ? 'con_00000000000000000000000000' : 'nothing',
  )

type Filling = { readonly components: ApiDocument['components']; readonly isWhole: boolean }

/** A value a schema takes: with what is required and no more, or with everything it knows. */
function sample(schema: Json | undefined, filling: Filling): unknown {
  if (schema === undefined) return undefined
  const { $ref: ref, enum: values, type } = schema
  if (typeof ref === 'string')
    return sample(filling.components.schemas[ref.slice(ref.lastIndexOf('/') + 1)], filling)
  if (Array.isArray(values)) return values[0]
  if (type === 'object') return sampleObject(schema, filling)
  if (type === 'array')
    return schema['minItems'] === 1 || filling.isWhole ? [sample(schema['items'] as Json, filling)] : []
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return schema['minimum'] ?? 0
  return TEXTS[String(schema['format'])] ?? 'x'.repeat(Number(schema['minLength'] ?? 1))
}

function sampleObject(
  { properties = {}, required = [] }: { properties?: Readonly<Record<string, Json>>; required?: string[] },
  filling: Filling,
): Json {
  const names = filling.isWhole ? Object.keys(properties) : required
  return Object.fromEntries(names.map((name) => [name, sample(properties[name], filling)]))
}

const TEXTS: Readonly<Record<string, string>> = {
  email: 'somebody@elsewhere.example',
  'date-time': '2026-01-01T00:00:00Z',
}

const schemaOf = ({ operation }: Listed) => operation.requestBody?.content['application/json']?.schema

/** The smallest body an operation takes: what is refused is then refused for another reason. */
export const bodyFor = (listed: Listed, { components }: ApiDocument): unknown =>
  sample(schemaOf(listed), { components, isWhole: false })

/** A body with everything the operation knows. */
export const wholeBodyFor = (listed: Listed, { components }: ApiDocument): unknown =>
  sample(schemaOf(listed), { components, isWhole: true })
