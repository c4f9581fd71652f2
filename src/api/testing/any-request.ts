import fc, { type Arbitrary } from 'fast-check'
import type { ApiDocument } from '../document.ts'
import type { Listed } from './operations.ts'

type Json = Readonly<Record<string, unknown>>

/** Texts that have broken something somewhere. */
const NASTY = [
  '',
  '\0',
  '\ud800',
  "'; drop table connection; --",
  '%',
  '\\',
  '_'.repeat(300),
  '9'.repeat(400),
  '-1',
  'NaN',
  '1e400',
  '0000-01-01T00:00:00Z',
  '2016-12-31T23:59:60Z',
  '9999-12-31T23:59:59Z',
  '1970-01-01T00:00:00Z',
  'where',
  'connection:is:a|b',
  'severity:is:x',
  'class:contains:%',
  'ip:startsWith:\u0000',
  'session:not:',
  'eyJhIjoxfQ',
  'W10',
]
const anyText = (): Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...NASTY),
    fc.string({ maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 10 }),
  )

/** Values that fit a schema, mostly; sometimes with something else in their place, or something too many. */
function anyOf(schema: Json, components: ApiDocument['components']): Arbitrary<unknown> {
  return fc.oneof(
    { weight: 8, arbitrary: fitting(schema, components) },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
}

function fitting(schema: Json, components: ApiDocument['components']): Arbitrary<unknown> {
  const { $ref: ref, enum: values, type } = schema
  if (typeof ref === 'string')
    return fitting(components.schemas[ref.slice(ref.lastIndexOf('/') + 1)] ?? {}, components)
  if (Array.isArray(values)) return fc.constantFrom(...values)
  return MAKERS[String(type)]?.(schema, components) ?? fc.jsonValue()
}

const MAKERS: Readonly<
  Record<string, (schema: Json, components: ApiDocument['components']) => Arbitrary<unknown>>
> = {
  string: ({ format }) =>
    format === 'date-time'
      ? fc.oneof(
          fc
            .date({ noInvalidDate: true, min: new Date(0), max: new Date(253_402_300_799_999) })
            .map((date) => date.toISOString()),
          anyText(),
        )
      : fc.oneof(anyText(), fc.constant('somebody@elsewhere.example'), fc.constant('7d')),
  integer: () => fc.oneof(fc.integer(), fc.integer({ min: 0, max: 400 })),
  number: () => fc.double(),
  boolean: () => fc.boolean(),
  array: ({ items }, components) => fc.array(anyOf((items ?? {}) as Json, components), { maxLength: 3 }),
  object: ({ properties, required = [] }, components) => {
    if (properties === undefined)
      return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue(), { maxKeys: 3 })
    const parts = Object.entries(properties as Readonly<Record<string, Json>>)
    return fc.record(Object.fromEntries(parts.map(([name, part]) => [name, anyOf(part, components)])), {
      requiredKeys: required as string[],
    })
  },
}

/** A body for an operation; `undefined` where it takes none. */
export function anyBody({ operation }: Listed, { components }: ApiDocument): Arbitrary<unknown> {
  const schema = operation.requestBody?.content['application/json']?.schema
  return schema === undefined ? fc.constant(undefined) : anyOf(schema, components)
}

/** Query parameters, some of them twice. */
export function anyQuery({ operation }: Listed): Arbitrary<readonly (readonly [string, string])[]> {
  const names = (operation.parameters ?? [])
    .filter(({ in: place }) => place === 'query')
    .map(({ name }) => name)
  if (names.length === 0) return fc.constant([])
  const value = fc.oneof(
    anyText(),
    fc.integer().map(String),
    fc.constantFrom('10', 'true', 'yes', 'accounts'),
  )
  return fc.array(fc.tuple(fc.constantFrom(...names, ...names, 'nothing'), value), { maxLength: 3 })
}
