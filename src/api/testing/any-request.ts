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

/** What somebody would like to be, said where nobody asked. */
export const GRABS = [
  'role',
  'tenant',
  'tenant_id',
  'organisationId',
  'organisation_id',
  'isAdmin',
  'is_admin',
  'verified',
  'emailVerified',
  'kinds',
  'scopes',
  'permissions',
  'createdBy',
  '__proto__',
  'constructor',
] as const

const grabbed = fc.tuple(
  fc.constantFrom(...GRABS),
  fc.constantFrom<unknown>('admin', true, 1, ['admin'], { isAdmin: true }, null),
)

/** Values that fit a schema, mostly; sometimes something else in their place, or several where one is asked for. */
function anyOf(schema: Json, components: ApiDocument['components']): Arbitrary<unknown> {
  const fits = fitting(schema, components)
  return fc.oneof(
    { weight: 12, arbitrary: fits },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.array(fits, { maxLength: 2 }) },
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
  string: ({ format, minLength = 0, maxLength = 30 }) =>
    fc.oneof(
      { weight: 3, arbitrary: MADE[String(format)] ?? plainText(Number(minLength), Number(maxLength)) },
      { weight: 1, arbitrary: anyText() },
    ),
  integer: () => fc.oneof(fc.integer(), fc.integer({ min: 0, max: 400 })),
  number: () => fc.double(),
  boolean: () => fc.boolean(),
  array: ({ items }, components) => fc.array(anyOf((items ?? {}) as Json, components), { maxLength: 3 }),
  object: ({ properties, required = [] }, components) => {
    if (properties === undefined)
      return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue(), { maxKeys: 3 })
    const parts = Object.entries(properties as Readonly<Record<string, Json>>)
    const known = fc.record(
      Object.fromEntries(parts.map(([name, part]) => [name, anyOf(part, components)])),
      { requiredKeys: required as string[] },
    )
    return fc
      .tuple(known, fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: grabbed }))
      .map(([body, more]) => (more === null ? body : { ...body, [more[0]]: more[1] }))
  },
}

const MADE: Readonly<Record<string, Arbitrary<string>>> = {
  'date-time': fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(253_402_300_799_999) })
    .map((date) => date.toISOString()),
  email: fc.nat().map((n) => `somebody-${n}@elsewhere.example`),
}
const plainText = (minLength: number, maxLength: number) =>
  fc.oneof(
    fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 30) }),
    fc.constantFrom('somebody@elsewhere.example', '7d', 'https://hooks.elsewhere.example/told'),
  )

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
