import { checkEventFacts } from './check-event.ts'
import { typeCheck, type ValueCheck } from './check-value.ts'
import { memoize } from './memoize.ts'
import { complain, type OcsfProblem, type Report } from './problem.ts'
import { type Attribute, type Constraints, classByUid, objectByName, PROFILES, type Shape } from './tables.ts'

/**
 * Checks an event against the rules of OCSF's official validation server.
 *
 * Stricter than it in one thing: text that does not have the form of its type is an error, not a warning. `null` counts
 * as absent. What a schema cannot see (seconds for milliseconds, a wrong country) is left to `lintEvent`.
 */
export function validateEvent(event: unknown): readonly OcsfProblem[] {
  const report: Report = { problems: [], trail: [] }
  if (!isObject(event)) {
    complain(report, { code: 'attribute_wrong_type', message: 'an event is an object' })
    return report.problems
  }
  const check = checksOf(profileKey(event)).classCheck(event['class_uid'] as number)
  if (check === undefined) {
    const code = isAbsent(event['class_uid']) ? 'class_uid_missing' : 'class_uid_unknown'
    complain(report, { code, message: 'class_uid names no class', at: 'class_uid' })
    return report.problems
  }
  check(event, report)
  checkEventFacts(event, report)
  return report.problems
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The known profiles the event declares, as one text: what it declares in error is reported elsewhere. */
function profileKey(event: Readonly<Record<string, unknown>>): string {
  const metadata = event['metadata']
  const declared = isObject(metadata) && Array.isArray(metadata['profiles']) ? metadata['profiles'] : []
  return declared
    .filter((name) => PROFILES.has(name))
    .sort()
    .join(' ')
}

type ObjectCheck = (object: Readonly<Record<string, unknown>>, report: Report) => void

/** All checks for events with one set of profiles, each made on first use. */
const checksOf = memoize((key: string) => {
  const profiles = new Set(key.split(' '))
  const objectCheck = memoize((name: string) => shapeCheck(objectByName(name)!, profiles, objectCheckOf))
  const objectCheckOf = (name: string): ObjectCheck => objectCheck(name)
  const classCheck = memoize((uid: number) => {
    const shape = classByUid(uid)
    return shape && shapeCheck(shape, profiles, objectCheckOf)
  })
  return { classCheck }
})

type ObjectChecks = (name: string) => ObjectCheck

function shapeCheck(shape: Shape, profiles: ReadonlySet<string>, objects: ObjectChecks): ObjectCheck {
  const isActive = ({ profiles: gate }: Attribute): boolean =>
    gate?.some((name) => profiles.has(name)) ?? true
  const active = [...shape.attributes.values()].filter(isActive)
  const members = new Map(active.map((attribute) => [attribute.name, memberCheck(attribute, objects)]))
  const required = active.filter(({ requirement }) => requirement === 'required').map(({ name }) => name)
  const constraints = constraintChecks(shape.constraints)
  if (shape.attributes.size === 0) return () => undefined
  return (object, report) => {
    if (shape.deprecated !== undefined)
      complain(report, { code: 'object_deprecated', message: shape.deprecated, level: 'warning' })
    for (const key in object) {
      const value = object[key]
      if (isAbsent(value)) continue
      const member = members.get(key)
      if (member === undefined) complain(report, unknownAttribute(shape, key))
      else member(object, value, report)
    }
    for (const name of required) if (isAbsent(object[name])) complain(report, missing(shape, name))
    for (const check of constraints) check(object, report)
  }
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

const missing = (shape: Shape, name: string) => ({
  code: 'attribute_required_missing',
  message: `required by ${shape.name}`,
  at: name,
})

function unknownAttribute(shape: Shape, key: string): { code: string; message: string; at: string } {
  const gate = shape.attributes.get(key)?.profiles
  const message =
    gate === undefined ? `${shape.name} has no such attribute` : `needs the profile ${gate.join(' or ')}`
  return { code: 'attribute_unknown', message, at: key }
}

type MemberCheck = (object: Readonly<Record<string, unknown>>, value: unknown, report: Report) => void

function memberCheck(attribute: Attribute, objects: ObjectChecks): MemberCheck {
  const { name, deprecated } = attribute
  const check = attribute.isArray ? listCheck(attribute, objects) : elementCheck(attribute, objects)
  const sibling = attribute.sibling === undefined ? undefined : siblingCheck(attribute)
  return (object, value, report) => {
    report.trail.push(name)
    if (deprecated !== undefined)
      complain(report, { code: 'attribute_deprecated', message: deprecated, level: 'warning' })
    check(value, report)
    report.trail.pop()
    sibling?.(object, value, report)
  }
}

function elementCheck(attribute: Attribute, objects: ObjectChecks): ValueCheck {
  if (attribute.object !== undefined) return nestedCheck(attribute.object, objects)
  const type = typeCheck(attribute.type)
  return attribute.enum === undefined ? type : enumCheck(attribute, type)
}

function nestedCheck(name: string, objects: ObjectChecks): ValueCheck {
  let check: ObjectCheck | undefined
  return (value, report) => {
    if (!isObject(value)) {
      complain(report, { code: 'attribute_wrong_type', message: `expected an object (${name})` })
      return false
    }
    check ??= objects(name)
    check(value, report)
    return true
  }
}

function listCheck(attribute: Attribute, objects: ObjectChecks): ValueCheck {
  const element = elementCheck(attribute, objects)
  return (value, report) => {
    if (!Array.isArray(value)) {
      complain(report, { code: 'attribute_wrong_type', message: `expected a list of ${attribute.type}` })
      return false
    }
    for (let i = 0; i < value.length; i++) {
      report.trail.push(i)
      element(value[i], report)
      report.trail.pop()
    }
    return true
  }
}

function enumCheck(
  { enum: captions = {}, type, isArray, deprecatedValues = [] }: Attribute,
  check: ValueCheck,
): ValueCheck {
  const ids = Object.keys(captions)
  const known = new Set<unknown>(type === 'string_t' ? ids : ids.map(Number))
  const code = isArray ? 'attribute_enum_array_value_unknown' : 'attribute_enum_value_unknown'
  return (value, report) => {
    if (!check(value, report)) return false
    if (!known.has(value)) complain(report, { code, message: `no value of the list: ${String(value)}` })
    else if (deprecatedValues.includes(String(value)))
      complain(report, {
        code: 'attribute_enum_value_deprecated',
        message: `${captions[String(value)]} is deprecated`,
        level: 'warning',
      })
    return true
  }
}

/** The text beside an enum value: the caption, and with 99 the source's own word. */
function siblingCheck({ enum: captions = {}, sibling = '', isArray }: Attribute): MemberCheck {
  const compare = (value: unknown, label: unknown, report: Report, at: string): void => {
    const caption = captions[String(value)]
    if (isAbsent(label) || caption === undefined) return
    const isOther = value === 99
    if (isOther && label === caption)
      complain(report, {
        code: 'attribute_enum_sibling_suspicious_other',
        message: "beside 99 stands the source's own word",
        at,
        level: 'warning',
      })
    if (!isOther && label !== caption)
      complain(report, {
        code: 'attribute_enum_sibling_incorrect',
        message: `expected "${caption}"`,
        at,
        level: 'warning',
      })
  }
  return (object, value, report) => {
    const labels = object[sibling]
    if (!isArray) compare(value, labels, report, sibling)
    else if (Array.isArray(value) && Array.isArray(labels))
      for (const [i, id] of value.entries()) compare(id, labels[i], report, sibling)
  }
}

function constraintChecks({ at_least_one: some, just_one: one }: Constraints): ObjectCheck[] {
  const count = (object: Readonly<Record<string, unknown>>, names: readonly string[]): number =>
    names.filter((name) => isPresent(object, name)).length
  const checks: ObjectCheck[] = []
  if (some !== undefined)
    checks.push((object, report) => {
      if (!some.some((name) => isPresent(object, name)))
        complain(report, { code: 'constraint_failed', message: `needs at least one of ${some.join(', ')}` })
    })
  if (one !== undefined)
    checks.push((object, report) => {
      if (count(object, one) !== 1)
        complain(report, { code: 'constraint_failed', message: `needs exactly one of ${one.join(', ')}` })
    })
  return checks
}

function isPresent(object: Readonly<Record<string, unknown>>, name: string): boolean {
  let at: unknown = object[name]
  if (at === undefined && name.includes('.')) {
    at = object
    for (const step of name.split('.')) at = isObject(at) ? at[step] : undefined
  }
  return !isAbsent(at)
}
