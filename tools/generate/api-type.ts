type Json = Readonly<Record<string, unknown>>

/** A JSON schema of ours as a TypeScript type. */
export function typeOf(schema: Json, indent = ''): string {
  const { $ref: ref, enum: values, type } = schema
  if (typeof ref === 'string') return ref.slice(ref.lastIndexOf('/') + 1)
  if (Array.isArray(values))
    return values.map((value) => JSON.stringify(value).replaceAll('"', "'")).join(' | ')
  return (typeof type === 'string' ? WRITERS[type] : undefined)?.(schema, indent) ?? 'unknown'
}

const WRITERS: Readonly<Record<string, (schema: Json, indent: string) => string>> = {
  string: () => 'string',
  number: () => 'number',
  integer: () => 'number',
  boolean: () => 'boolean',
  null: () => 'undefined',
  array: ({ items }, indent) => {
    const inner = typeOf(items as Json, indent)
    return /^\w+$/.test(inner) ? `${inner}[]` : `Array<${inner}>`
  },
  object: objectOf,
}

function objectOf({ properties, required = [], additionalProperties }: Json, indent: string): string {
  if (properties === undefined) {
    const inner =
      typeof additionalProperties === 'object' ? typeOf(additionalProperties as Json, indent) : 'unknown'
    return `Record<string, ${inner}>`
  }
  const deeper = `${indent}  `
  const fields = Object.entries(properties as Readonly<Record<string, Json>>).flatMap(([name, schema]) => {
    const about = schema['description']
    const isNeeded = (required as readonly string[]).includes(name)
    const line = `${deeper}${name}${isNeeded ? '' : '?'}: ${typeOf(schema, deeper)}`
    return typeof about === 'string' ? [`${deeper}/** ${about} */`, line] : [line]
  })
  return `{\n${fields.join('\n')}\n${indent}}`
}
