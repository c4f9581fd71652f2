import type { TypeName } from '../../model/expression.ts'
import { attributeAt } from '../../ocsf/attribute-at.ts'
import { type Attribute, dataType } from '../../ocsf/tables.ts'
import { landing, SHORT_ATTRIBUTES, shortAttributeProblem } from '../../ocsf/vocabulary.ts'
import { entriesOf } from '../draft.ts'
import { formatPath, type Path } from '../path.ts'
import { complain, complainKey, type Study } from '../study.ts'
import type { Row } from './mapping.ts'

/** A row, and the OCSF classes whose events it becomes part of. */
type Attributes = { readonly path: Path; readonly row: Row; readonly classes: readonly number[] }

const GROUPS = [
  'actor',
  'target',
  'source',
  'session',
  'resource',
  'app',
  'group',
  'device',
  'service',
  'factor',
  'changes',
] as const
const SINGLE = ['uid', 'message', 'privileges', 'reason', 'time'] as const
/** What the platform works out by itself from action, class, activity, status and severity. */
const OURS = new Set([
  'class_uid',
  'category_uid',
  'type_uid',
  'activity_id',
  'status_id',
  'severity_id',
  'class_name',
  'category_name',
  'type_name',
  'activity_name',
])

/** The attributes of a row exist in OCSF, and values whose type is known fit them. */
export function attributes(study: Study, { path, row, classes }: Attributes): void {
  for (const group of GROUPS)
    for (const [name] of entriesOf(row[group])) {
      const short = `${group}.${name}`
      const at = [...path, group, name]
      if (SHORT_ATTRIBUTES.includes(short)) shortType(study, at, { short, classes })
      else complainKey(study, at, { code: 'ATTRIBUTE_UNKNOWN', message: shortAttributeProblem(short) })
    }
  for (const short of SINGLE)
    if (row[short] !== undefined) shortType(study, [...path, short], { short, classes })
  for (const [name] of entriesOf(row.set)) anyAttribute(study, [...path, 'set', name], { name, classes })
}

function shortType(
  study: Study,
  path: Path,
  { short, classes }: { short: string; classes: readonly number[] },
): void {
  for (const uid of classes) {
    const found = landing(uid, short)
    if (found !== undefined && unfit(study, path, found.attribute)) return
  }
}

/** `set` reaches everything; in `common` it must exist in at least one of the classes. */
function anyAttribute(
  study: Study,
  path: Path,
  { name, classes }: { name: string; classes: readonly number[] },
): void {
  if (OURS.has(name)) {
    complainKey(study, path, {
      code: 'ATTRIBUTE_UNFIT',
      message: `${name} is worked out from action, class, activity, status and severity`,
    })
    return
  }
  const lookups = classes.map((uid) => attributeAt(uid, name))
  const [first] = lookups
  if (first?.problem !== undefined && lookups.every(({ problem }) => problem !== undefined))
    complainKey(study, path, { code: 'ATTRIBUTE_UNKNOWN', message: first.problem })
  for (const { attribute } of lookups) if (attribute !== undefined && unfit(study, path, attribute)) return
}

const NUMBERS: readonly TypeName[] = ['int', 'uint', 'double', 'string']
/** The static types that can become each basic type of OCSF; what is known only at run time always may. */
const FITTING: Readonly<Record<string, readonly TypeName[]>> = {
  string_t: ['string', 'int', 'uint', 'double', 'bool', 'timestamp'],
  integer_t: NUMBERS,
  long_t: NUMBERS,
  float_t: NUMBERS,
  boolean_t: ['bool', 'string', 'int', 'double'],
  timestamp_t: ['timestamp', ...NUMBERS],
  datetime_t: ['timestamp', ...NUMBERS],
}

/** Complains when no value of the program's type can become the attribute. */
function unfit(study: Study, path: Path, attribute: Attribute): boolean {
  const type = study.meanings.programs.get(formatPath(path))?.type
  const { basic } = dataType(attribute.type)
  const fitting = FITTING[attribute.type] ?? FITTING[basic]
  if (type === undefined || type === 'dyn' || type === 'null' || attribute.enum !== undefined) return false
  if (fitting === undefined || fitting.includes(type) || (attribute.isArray && type === 'list')) return false
  complain(study, path, {
    code: 'ATTRIBUTE_UNFIT',
    message: `a ${type} cannot be ${attribute.name} (${attribute.type})`,
  })
  return true
}
