import fc from 'fast-check'

/** What an app might put anywhere in a record, and what it never should. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 0, 1, -1, 99, 1.5, 1_763_000_000, 1e15, 2n ** 60n, true, false),
  fc.constantFrom(
    '1.2.3.4',
    '1.2.3.4:80',
    '::1',
    'a@b.example',
    'DE',
    'Germany',
    'zz',
    '2026-01-02T03:04:05Z',
  ),
  fc.constantFrom(
    'Other',
    'other',
    'Unknown',
    '99',
    'saml',
    'oauth_app',
    'user',
    'yes',
    'denied',
    'warning',
    'laptop',
  ),
  fc.constantFrom('2026-01-02', '2026-01-02T03:04:05.123456+02:00', 'constructor', '__proto__'),
  fc.string({ maxLength: 8 }),
  fc.array(fc.constantFrom<unknown>('x', 'y', 1, null, { a: 1 }, '10.0.0.1'), { maxLength: 3 }),
  fc.constantFrom<unknown>({ name: 'n' }, { id: { x: 1 } }, [['z']], { a: 'v', b: 'w' }),
)

type Change = readonly [place: number, value: unknown]

/** Changes to a record: values put in the place of others, or taken away where the value is `undefined`. */
export const anyChanges: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.tuple(fc.nat(10_000), fc.oneof(anyValue, fc.constant(undefined))),
  { maxLength: 20 },
)

export function changed(record: object, changes: readonly Change[]): Readonly<Record<string, unknown>> {
  const copy = structuredClone(record) as Record<string, unknown>
  const paths = pathsIn(record)
  for (const [place, value] of changes) {
    const path = paths[place % paths.length]!
    const owner = path.slice(0, -1).reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), copy)
    if (!isObject(owner) || !Object.hasOwn(owner, path.at(-1)!)) continue
    if (value === undefined) delete owner[path.at(-1)!]
    else owner[path.at(-1)!] = structuredClone(value)
  }
  return copy
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function pathsIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => [[...path, key], ...pathsIn(item, [...path, key])])
}

/** An event without what two ways of making it may differ in: the order of observables, and empty objects. */
export function canonical(event: unknown): unknown {
  if (typeof event === 'string') return 'refused'
  const { observables = [], unmapped, ...rest } = event as { observables?: Observable[]; unmapped?: unknown }
  const seen = observables.map(({ type_id: typeId, value }) => `${typeId} ${value}`).sort()
  return { ...rest, observables: seen, unmapped: withoutEmpty(unmapped) }
}
type Observable = { readonly type_id: number; readonly value: string }

function withoutEmpty(value: unknown): unknown {
  if (!isObject(value)) return value
  const items = Object.entries(value).flatMap(([key, item]) => {
    const left = withoutEmpty(item)
    return left === undefined ? [] : [[key, left] as const]
  })
  if (items.length === 0) return undefined
  return Array.isArray(value) ? items.map(([, item]) => item) : Object.fromEntries(items)
}

/** Every plain value in a value. */
export function leavesIn(value: unknown): readonly unknown[] {
  if (!isObject(value)) return value === null || value === undefined ? [] : [value]
  return Object.values(value).flatMap(leavesIn)
}
