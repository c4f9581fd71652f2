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

type Words = Record<'action' | 'class' | 'activity', string | undefined>
type Head = Pick<RowPlan, 'classUid' | 'activity' | 'action'>

/** The action decides class and activity unless the row does; a row without either is any API call. */
function classification({ action, class: className, activity }: Words): Head {
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
  const put = (path: AttributePath, given: Given): void => {
    const found = attributeAt(classUid, path)
    const name = formatAttributePath(path)
    if (found.attribute === undefined) throw invalidMapping(`${name}: ${found.problem}`)
    entries.set(name, { path, name, attribute: found.attribute, owner: found.owner, given })
  }
  for (const source of [common, row]) {
    for (const [short, program] of shortValues(source)) {
      const land = landing(classUid, short)
      if (land === undefined) throw invalidMapping(shortAttributeProblem(short))
      put(land.path, programGiven(program))
    }
    for (const [word, path] of TEXTS) if (source[word] !== undefined) put(path, templateGiven(source[word]))
    for (const [text, program] of Object.entries(source.set ?? {})) {
      const path = parseAttributePath(text)
      if (path === undefined) throw invalidMapping(`set: "${text}" is no path`)
      put(path, programGiven(program))
    }
  }
  return [...entries.values()]
}

const TEXTS = [
  ['status', ['status_id']],
  ['severity', ['severity_id']],
] as const

const LONE: ReadonlySet<string> = new Set(SHORT_ATTRIBUTES.filter((short) => !short.includes('.')))
/** Keys of a row that are not groups of attributes. */
const HEAD: ReadonlySet<string> = new Set([
  'when',
  'action',
  'class',
  'activity',
  'status',
  'severity',
  'set',
  'time',
])

function shortValues(row: MappingRow): readonly (readonly [short: string, program: Program])[] {
  return Object.entries(row).flatMap(([key, value]) => {
    if (HEAD.has(key) || value === undefined) return []
    if (LONE.has(key)) return [[key, value as Program] as const]
    const words: [string, Program][] = Object.entries(value as Readonly<Record<string, Program>>)
    return words.map(([word, program]) => [`${key}.${word}`, program] as const)
  })
}
