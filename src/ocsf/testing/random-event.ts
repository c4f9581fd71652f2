import {
  type Attribute,
  dataType,
  HOUSE_PROFILES,
  OCSF_VERSION,
  objectByName,
  requireClass,
  type Shape,
} from '../tables.ts'

/** Numbers from 0 up to but without 1; the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Random = () => number
type Fields = Record<string, unknown>

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)]!

/** An event of the class that is valid more often than not, with attributes of all kinds at all depths. */
export function randomEvent(random: Random, classUid: number): Fields {
  const shape = requireClass(classUid)
  const event = randomObject(random, shape, 0)
  const activity = Number(pick(random, Object.keys(shape.attributes.get('activity_id')!.enum!)))
  const metadata = { ...(event['metadata'] as Fields), version: OCSF_VERSION, profiles: [...HOUSE_PROFILES] }
  return { ...event, activity_id: activity, type_uid: classUid * 100 + activity, metadata }
}

const MAX_DEPTH = 4

function randomObject(random: Random, shape: Shape, depth: number): Fields {
  const object: Fields = {}
  if (shape.attributes.size === 0) return { anything: { at: ['all', 1, true] } }
  const wanted = wantedBy(random, shape)
  for (const attribute of shape.attributes.values()) {
    const { name, requirement, profiles, object: inner } = attribute
    if (profiles !== undefined && !profiles.some((profile) => HOUSE_PROFILES.includes(profile))) continue
    const isNeeded = requirement === 'required' || wanted.has(name)
    if (!isNeeded && (random() > 0.06 || (inner !== undefined && depth >= MAX_DEPTH))) continue
    object[name] = attribute.isArray
      ? Array.from({ length: Math.floor(random() * 3) }, () => randomValue(random, attribute, depth))
      : randomValue(random, attribute, depth)
  }
  return object
}

/** What the constraints ask for: as they say, mostly. */
function wantedBy(random: Random, { constraints }: Shape): ReadonlySet<string> {
  const { at_least_one: some, just_one: one } = constraints
  const wanted = [some, one].flatMap((names) =>
    names === undefined || random() < 0.05 ? [] : [pick(random, names)],
  )
  return new Set(wanted)
}

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  string_t: ['', 'text', 'ünïcode 🙂'],
  integer_t: [0, 1, -1, 99, 2 ** 53 - 1],
  long_t: [0, 1_767_225_600_123, -(2 ** 53 - 1)],
  float_t: [0, 1, 52.5, -0.1, 1e300],
  boolean_t: [true, false],
  json_t: ['text', 1, false, ['list'], { member: { deep: 1 } }],
  port_t: [0, 443, 65_535],
  ip_t: ['203.0.113.9', '2001:db8::1', '::ffff:203.0.113.9'],
  email_t: ['bob@example.com', 'a.b+c@sub.example.co'],
  mac_t: ['18:36:F3:98:4F:9A', '18-36-f3-98-4f-9a'],
  uuid_t: ['123e4567-e89b-12d3-a456-426614174000'],
  subnet_t: ['198.51.100.0/24'],
  bytestring_t: ['', 'dGV4dA==', 'dGV4dDE'],
  datetime_t: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123456+02:00'],
}
/** Almost right: what each form must refuse. */
const FAULTS: Readonly<Record<string, readonly unknown[]>> = {
  ip_t: ['203.0.113.999', '1a2b3c4', '203.0.113', '1'.repeat(41)],
  email_t: ['bob', 'bob@example', '@example.com', 'b b@example.com'],
  mac_t: ['18:36:F3:98:4F', 'x'.repeat(33)],
  uuid_t: ['x123e4567-e89b-12d3-a456-426614174000', '123e4567'],
  subnet_t: ['🙂'.repeat(42), '🙂'.repeat(43)],
  bytestring_t: ['a', '====', 'dGV4dA==\n'],
  datetime_t: ['2026-01-01', '01.01.2026'],
  port_t: [-1, 65_536],
  integer_t: [2 ** 53, 1.5, '1'],
  long_t: [2 ** 63, '1767225600123'],
}

function randomValue(random: Random, attribute: Attribute, depth: number): unknown {
  const { type, enum: captions, object } = attribute
  if (object !== undefined) return randomObject(random, objectByName(object)!, depth + 1)
  const { basic } = dataType(type)
  if (random() < 0.004) return pick(random, FAULTS[type] ?? FAULTS[basic] ?? [{}])
  if (captions === undefined) return pick(random, VALUES[type] ?? VALUES[basic]!)
  const id = pick(random, Object.keys(captions))
  return basic === 'string_t' ? id : Number(id)
}

const ODD: readonly unknown[] = [
  '',
  'text',
  -1,
  0,
  12345,
  1.5,
  true,
  [],
  {},
  ['text'],
  [{}],
  { name: 'x' },
  [[]],
]

/** Breaks an event in one place: a member is taken away, replaced, renamed or added. */
export function mutateEvent(random: Random, event: Fields): Fields {
  const copy = structuredClone(event)
  const target = pick(random, objectsIn(copy))
  const key = pick(random, Object.keys(target))
  const kind = random()
  if (key === undefined || kind < 0.15) target['no_such_attribute'] = 1
  else if (kind < 0.45) delete target[key]
  else if (kind < 0.85) target[key] = pick(random, ODD)
  else {
    target[`${key}_x`] = target[key]
    delete target[key]
  }
  return copy
}

function objectsIn(value: unknown): Fields[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(objectsIn)
  return Array.isArray(value) ? inner : [value as Fields, ...inner]
}
