import { nearest } from '../../lib/nearest.ts'
import { actionByVerb, actionProblem } from '../../ocsf/actions.ts'
import { activityByWord, activityWords, classByWord } from '../../ocsf/vocabulary.ts'
import { plainWord } from '../../ocsf/words.ts'
import { entriesOf, itemsOf, type MappingDraft } from '../draft.ts'
import { formatPath, type Path } from '../path.ts'
import { complain, complainKey, isWritten, meaningsAt, type Study } from '../study.ts'
import { attributes } from './attributes.ts'

export type Row = NonNullable<MappingDraft['common']>
/** A row with what it inherits, and where it stands. */
export type PlacedRow = { readonly row: Row; readonly path: Path; readonly common: Row }

/** The mapping of each activity stream is total, its rows can be reached, and each makes an event. */
export function mappings(study: Study): void {
  for (const [name, stream] of entriesOf(study.draft.streams)) {
    const path = ['streams', name, 'map']
    if (stream.map === undefined) continue
    shape(study, path, stream.map)
    const rows = rowsOf(stream.map, path)
    for (const placed of rows) row(study, placed)
    const common = stream.map.common ?? {}
    const classes = rows.map((placed) => classOf(placed)).filter((uid) => uid !== undefined)
    attributes(study, { path: [...path, 'common'], row: common, classes: [...new Set(classes)] })
    for (const word of ['status', 'severity'] as const)
      constantWord(study, [...path, 'common', word], common[word])
  }
}

/** Every row but `common`, in the order of the manifest. */
export function rowsOf(map: MappingDraft, path: Path): readonly PlacedRow[] {
  const common = map.common ?? {}
  const rows = entriesOf(map.events).flatMap(([name, given]) => {
    const at = [...path, 'events', name]
    if (!isRows(given)) return [{ row: given, path: at, common }]
    return itemsOf(given).map(([i, row]) => ({ row, path: [...at, i], common }))
  })
  return map.otherwise === undefined
    ? rows
    : [...rows, { row: map.otherwise, path: [...path, 'otherwise'], common }]
}

type Rows = readonly (Row | undefined)[]
const isRows = (given: Row | Rows): given is Rows => Array.isArray(given)

function shape(study: Study, path: Path, map: MappingDraft): void {
  const has = (key: string) => isWritten(study, [...path, key])
  if (!has('otherwise'))
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: '"map" needs "otherwise": what events mean that no line names',
      hint: '{ class: api_activity, activity: other }',
    })
  if (has('events') && !has('by'))
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: '"map" needs "by": where the name of the event stands',
      hint: 'e.g. record.event',
    })
  if (has('by') && !has('events'))
    complainKey(study, [...path, 'by'], {
      code: 'FIELD_UNUSED',
      message: '"by" has no effect without "events"',
    })
  for (const part of ['common', 'otherwise'] as const)
    if (map[part]?.when !== undefined)
      complainKey(study, [...path, part, 'when'], {
        code: 'FIELD_UNUSED',
        message: `"when" has no effect in ${part}`,
      })
  for (const [name, given] of entriesOf(map.events))
    if (isRows(given)) order(study, [...path, 'events', name], given)
  for (const [name] of entriesOf(map.tables)) table(study, path, name)
}

/** A row without `when` takes all that is left. */
function order(study: Study, path: Path, rows: Rows): void {
  const open = rows.findIndex((row, i) => row !== undefined && !isWritten(study, [...path, i, 'when']))
  if (open === -1) return
  for (let i = open + 1; i < rows.length; i++)
    complain(study, [...path, i], {
      code: 'ROW_UNREACHABLE',
      message: `the row before it has no "when" and takes every record`,
      hint: `move it before ${formatPath([...path, open])}`,
    })
}

function table(study: Study, path: Path, name: string): void {
  const sites = meaningsAt(study, path)
  const isUsed = sites.some(({ text }) => text.includes(name) && text.includes('tables'))
  if (!isUsed)
    complainKey(study, [...path, 'tables', name], {
      code: 'FIELD_UNUSED',
      message: `the table "${name}" is used nowhere`,
      level: 'warning',
    })
}

function row(study: Study, placed: PlacedRow): void {
  const { row, path, common } = placed
  const verb = row.action ?? common.action
  const where = (key: 'action' | 'class' | 'activity') =>
    row[key] === undefined ? inCommon(path, key) : [...path, key]
  if (verb !== undefined && actionByVerb(verb) === undefined)
    complain(study, where('action'), { code: 'ACTION_UNKNOWN', message: actionProblem(verb) })
  const word = row.class ?? common.class
  const given = word === undefined ? undefined : classByWord(word)
  if (given !== undefined && 'problem' in given)
    complain(study, where('class'), { code: 'CLASS_UNKNOWN', message: given.problem })
  if (verb === undefined && word === undefined)
    complainKey(study, path, { code: 'ROW_INCOMPLETE', message: 'the row needs an action or a class' })
  const classUid = classOf(placed)
  if (classUid !== undefined) activity(study, placed, classUid)
  if (!hasTime(study, path))
    complainKey(study, path, {
      code: 'ROW_INCOMPLETE',
      message: 'the row needs a time',
      hint: 'common: { time: … } serves all rows',
    })
  attributes(study, { path, row, classes: classUid === undefined ? [] : [classUid] })
  for (const key of ['status', 'severity'] as const) constantWord(study, [...path, key], row[key])
}

const mapOf = (path: Path) => path.slice(0, 3)
const inCommon = (path: Path, key: string): Path => [...mapOf(path), 'common', key]

/** The time of the stream's window serves where a mapping gives none. */
function hasTime(study: Study, path: Path): boolean {
  const places: readonly Path[] = [
    [...path, 'time'],
    [...mapOf(path), 'common', 'time'],
    [...path.slice(0, 2), 'window', 'time'],
  ]
  return places.some((place) => isWritten(study, place))
}

export function classOf({ row, common }: PlacedRow): number | undefined {
  const word = row.class ?? common.class
  if (word === undefined) return actionByVerb(row.action ?? common.action ?? '')?.classUid
  const found = classByWord(word)
  return 'uid' in found ? found.uid : undefined
}

function activity(study: Study, { row, path, common }: PlacedRow, classUid: number): void {
  const word = row.activity ?? common.activity
  const action = actionByVerb(row.action ?? common.action ?? '')
  if (word === undefined && action?.classUid !== classUid)
    complainKey(study, path, {
      code: 'ROW_INCOMPLETE',
      message: 'the row needs an activity of its class',
      hint: `one of ${activityWords(classUid).join(', ')}`,
    })
  if (word === undefined || plainWord(word) === 'other' || activityByWord(classUid, word).id !== 99) return
  // A word of its own is allowed; one that is nearly an activity was meant to be it.
  const meant = nearest(word, activityWords(classUid))
  if (meant !== undefined)
    complain(study, row.activity === undefined ? inCommon(path, 'activity') : [...path, 'activity'], {
      code: 'ACTIVITY_UNKNOWN',
      message: `the class has no activity "${word}": it becomes Other with that name`,
      hint: `did you mean "${meant}"?`,
      level: 'warning',
    })
}

const WORDS = {
  status: ['success', 'failure', 'unknown'],
  severity: ['unknown', 'informational', 'low', 'medium', 'high', 'critical', 'fatal'],
} as const

/** A constant status or severity is a word of OCSF; one with {{ }} is known only with the data. */
function constantWord(study: Study, path: Path, text: string | undefined): void {
  if (text === undefined || text.includes('{{')) return
  const words: readonly string[] = WORDS[path.at(-1) as keyof typeof WORDS]
  if (words.includes(text)) return
  const meant = nearest(text, words)
  complain(study, path, {
    code: 'VALUE_INVALID',
    message: `"${path.at(-1)}" cannot be "${text}"`,
    hint:
      meant === undefined ? `one of ${words.join(', ')}, or {{ an expression }}` : `did you mean "${meant}"?`,
  })
}
