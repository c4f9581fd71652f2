import type { MappingPlan } from '../model/connector.ts'
import type { Program } from '../model/expression.ts'
import { actionByVerb, actionProblem } from '../ocsf/actions.ts'
import { attributeAt } from '../ocsf/attribute-at.ts'
import { type AttributePath, formatAttributePath, parseAttributePath } from '../ocsf/attribute-path.ts'
import type { Attribute } from '../ocsf/tables.ts'
import {
  activityByWord,
  classByWord,
  landing,
  SHORT_ATTRIBUTES,
  shortAttributeProblem,
} from '../ocsf/vocabulary.ts'
import { type Given, programGiven, templateGiven } from './given.ts'
import { invalidMapping } from './invalid-mapping.ts'

export type MappingRow = NonNullable<MappingPlan['common']>

/** One attribute of the event with its value. */
export type Entry = {
  readonly path: AttributePath
  /** The path as text: also the name under which values that do not fit are counted. */
  readonly name: string
  readonly attribute: Attribute
  /** The class or object that the attribute belongs to. */
  readonly owner: string
  readonly given: Given
}

/** One row of a mapping with `common` merged under it, resolved against OCSF. */
export type RowPlan = {
  readonly classUid: number
  readonly activity: { readonly id: number; readonly name: string }
  readonly action?: string
  readonly when?: Program
  /** Absent: the time of the record as it was collected. */
  readonly time?: Program
  readonly entries: readonly Entry[]
}

/** @throws {Fault} `MANIFEST_INVALID` for a word that OCSF or our vocabulary lacks: the manifest's check finds it first. */
export function rowPlan(row: MappingRow, common: MappingRow = {}): RowPlan {
  const head = classification({
    action: row.action ?? common.action,
    class: row.class ?? common.class,
    activity: row.activity ?? common.activity,
  })
  const { when = common.when, time = common.time } = row
  return {
    ...head,
    ...(when !== undefined && { when }),
    ...(time !== undefined && { time }),
    entries: entriesOf(head.classUid, row, common),
  }
}

type Classification = Record<'action' | 'class' | 'activity', string | undefined>
type Head = Pick<RowPlan, 'classUid' | 'activity' | 'action'>

/** The action decides class and activity unless the row does; a row without either is any API call. */
function classification({ action, class: className, activity }: Classification): Head {
  const verb = action ?? (className === undefined ? 'other' : undefined)
  const known = verb === undefined ? undefined : actionByVerb(verb)
  if (verb !== undefined && known === undefined) throw invalidMapping(actionProblem(verb))
  const found = className === undefined ? { uid: known!.classUid } : classByWord(className)
  if ('problem' in found) throw invalidMapping(found.problem)
  const word = activity ?? known?.activityName ?? 'other'
  return {
    classUid: found.uid,
    activity: activityByWord(found.uid, word),
    ...(verb !== undefined && { action: verb }),
  }
}

/** Later ones replace earlier ones at the same path: the row those in common, `set` those in groups. */
function entriesOf(classUid: number, row: MappingRow, common: MappingRow): readonly Entry[] {
  const entries = new Map<string, Entry>()
  for (const [path, given] of [...places(classUid, common), ...places(classUid, row)]) {
    const found = attributeAt(classUid, path)
    const name = formatAttributePath(path)
    if (found.attribute === undefined) throw invalidMapping(`${name}: ${found.problem}`)
    entries.set(name, { path, name, attribute: found.attribute, owner: found.owner, given })
  }
  return [...entries.values()]
}

function* places(classUid: number, row: MappingRow): Generator<readonly [path: AttributePath, given: Given]> {
  for (const [short, program] of shortValues(row)) {
    const land = landing(classUid, short)
    if (land === undefined) throw invalidMapping(shortAttributeProblem(short))
    yield [land.path, programGiven(program)]
  }
  if (row.status !== undefined) yield [['status_id'], templateGiven(row.status)]
  if (row.severity !== undefined) yield [['severity_id'], templateGiven(row.severity)]
  for (const [text, program] of Object.entries((row.set ?? {}) as Words)) {
    const path = parseAttributePath(text)
    if (path === undefined || path.includes('__proto__')) throw invalidMapping(`set: "${text}" is no path`)
    if (isOurs(text)) throw invalidMapping(`set: "${text}" is not for mappings to set`)
    yield [path, programGiven(program)]
  }
}

/** Attributes that follow from the row, the connector or other attributes. */
const OURS =
  /^((class|category|activity|type)_(uid|id|name)|time|observables|raw_data.*|metadata\.(version|profiles|product|uid|labels)|.*_dt)$/

function isOurs(path: string): boolean {
  return OURS.test(path)
}

/** Keys of a row that are not groups of attributes; the time has its own way. */
const HEAD: ReadonlySet<string> = new Set([
  ...['when', 'action', 'class', 'activity', 'status', 'severity', 'set', 'time'],
])

type Words = Readonly<Record<string, Program>>

function shortValues(row: MappingRow): readonly (readonly [short: string, program: Program])[] {
  const groups = Object.entries(row as Readonly<Record<string, unknown>>).filter(([key]) => !HEAD.has(key))
  return groups.flatMap(([key, value]): (readonly [string, Program])[] => {
    if (LONE.has(key)) return [[key, value as Program]]
    return Object.entries(value as Words).map(([word, program]) => [`${key}.${word}`, program])
  })
}

/** Words that stand for one value, not for a group. */
const LONE: ReadonlySet<string> = new Set(SHORT_ATTRIBUTES.filter((short) => !short.includes('.')))
