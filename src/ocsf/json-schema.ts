import { PATTERNS } from './patterns.generated.ts'
import {
  type Attribute,
  type BasicType,
  type Constraints,
  dataType,
  HOUSE_PROFILES,
  OCSF_VERSION,
  objectByName,
  requireClass,
  type Shape,
} from './tables.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

/**
 * The JSON Schema (2020-12) of the events of a class under exactly these profiles.
 *
 * It accepts what `validateEvent` finds no error in, except for the paths of observables, which a schema cannot follow.
 * The format `ip` is ours: see `isIpAddress`.
 */
export function jsonSchemaFor(classUid: number, profiles: readonly string[] = HOUSE_PROFILES): JsonSchema {
  const shape = requireClass(classUid)
  const objects = new Map<string, JsonSchema | undefined>()
  const root = shapeSchema(shape, profiles, objects)
  for (const name of objects.keys()) objects.set(name, shapeSchema(objectByName(name)!, profiles, objects))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `OCSF ${OCSF_VERSION} ${shape.caption}`,
    ...root,
    allOf: [typeUidRule(shape, classUid), metadataRule(profiles)],
    $defs: Object.fromEntries(objects),
  }
}

/** `objects` collects the names of the objects referred to, in order: a `Map` visits what is added while it is walked. */
function shapeSchema(
  { attributes, constraints }: Shape,
  profiles: readonly string[],
  objects: Map<string, JsonSchema | undefined>,
): JsonSchema {
  if (attributes.size === 0) return { type: 'object' }
  const active = [...attributes.values()].filter(
    ({ profiles: gate }) => gate?.some((name) => profiles.includes(name)) ?? true,
  )
  for (const { object } of active)
    if (object !== undefined && !objects.has(object)) objects.set(object, undefined)
  return {
    type: 'object',
    properties: Object.fromEntries(active.map((attribute) => [attribute.name, attributeSchema(attribute)])),
    required: active.filter(({ requirement }) => requirement === 'required').map(({ name }) => name),
    additionalProperties: false,
    ...constraintSchema(constraints),
  }
}

function attributeSchema(attribute: Attribute): JsonSchema {
  const element =
    attribute.object === undefined ? valueSchema(attribute) : { $ref: `#/$defs/${pointer(attribute.object)}` }
  return attribute.isArray ? { type: 'array', items: element } : element
}

const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

const BASICS: Readonly<Record<BasicType, JsonSchema>> = {
  string_t: { type: 'string' },
  integer_t: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  long_t: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  float_t: { type: 'number' },
  boolean_t: { type: 'boolean' },
  json_t: {},
  object_t: { type: 'object' },
}

function valueSchema({ type: name, enum: captions }: Attribute): JsonSchema {
  const { basic, maxLength, range } = dataType(name)
  const ids = Object.keys(captions ?? {})
  return {
    ...BASICS[basic],
    ...(captions !== undefined && { enum: basic === 'string_t' ? ids : ids.map(Number) }),
    ...(maxLength !== undefined && { maxLength }),
    ...(range !== undefined && { minimum: range[0], maximum: range[1] }),
    ...(name === 'ip_t' && { format: 'ip' }),
    ...(PATTERNS[name] !== undefined && { pattern: PATTERNS[name].source }),
  }
}

function constraintSchema({ at_least_one: some, just_one: one }: Constraints): JsonSchema {
  return {
    ...(some !== undefined && { anyOf: some.map(presence) }),
    ...(one !== undefined && { oneOf: one.map(presence) }),
  }
}

/** A dotted name is present when each step is. */
function presence(name: string): JsonSchema {
  const [step = '', ...rest] = name.split('.')
  if (rest.length === 0) return { type: 'object', required: [step] }
  return { type: 'object', required: [step], properties: { [step]: presence(rest.join('.')) } }
}

/** `type_uid` is the class times a hundred and the activity. */
function typeUidRule({ attributes }: Shape, classUid: number): JsonSchema {
  const ids = Object.keys(attributes.get('activity_id')?.enum ?? {}).map(Number)
  const pair = (id: number) => ({
    properties: { activity_id: { const: id }, type_uid: { const: classUid * 100 + id } },
  })
  return { anyOf: ids.map(pair) }
}

function metadataRule(profiles: readonly string[]): JsonSchema {
  const declared =
    profiles.length === 0
      ? { maxItems: 0 }
      : { items: { enum: profiles }, allOf: profiles.map((name) => ({ contains: { const: name } })) }
  const required = profiles.length === 0 ? [] : ['profiles']
  return {
    properties: {
      metadata: { required, properties: { version: { const: OCSF_VERSION }, profiles: declared } },
    },
  }
}
