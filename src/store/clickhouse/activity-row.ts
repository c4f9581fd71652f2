import { crc32 } from 'node:zlib'
import { stringifyJson } from '../../lib/json.ts'
import type { ActivityEvent, ActivitySource } from '../../model/activity.ts'
import { actionOf } from '../../ocsf/actions.ts'
import { memoize } from '../../ocsf/memoize.ts'
import { classByUid } from '../../ocsf/tables.ts'
import { landing } from '../../ocsf/vocabulary.ts'
import { COLUMNS, type ColumnName } from './columns.ts'
import { eventTerms } from './terms.ts'

type Json = Readonly<Record<string, unknown>>

/** One line of the table `activity`, in the order of `COLUMNS`. */
export type StoredRow = readonly unknown[]

/** What belongs to a whole batch. */
export type BatchFacts = {
  readonly source: ActivitySource
  readonly batch: bigint
  readonly ingestedMs: number
}

/** The row of one event: its hoisted columns, the event and the record. Pure. */
export function activityRow(
  { source, batch, ingestedMs }: BatchFacts,
  { uid, event, raw }: ActivityEvent,
  { text, content }: Written,
): StoredRow {
  const metadata = (event['metadata'] ?? {}) as Json
  const values: Record<Exclude<ColumnName, WordColumn>, unknown> = {
    organisation: source.organisationId,
    time: storedTime(event['time']),
    uid: uid.toWellFormed(),
    connection: source.connectionId,
    batch,
    content,
    ingested: ingestedMs,
    app: source.appId,
    stream: source.stream,
    action: actionOf(event) ?? '',
    class_uid: numberOf(event['class_uid']),
    class_name: classByUid(numberOf(event['class_uid']))?.caption ?? textOf(event['class_name']),
    activity_name: textOf(event['activity_name']),
    event_code: textOf(metadata['event_code']),
    message: textOf(event['message']),
    status: captionOf(event, 'status_id', 'status'),
    severity_id: numberOf(event['severity_id']),
    severity: captionOf(event, 'severity_id', 'severity'),
    terms: eventTerms(event),
    event: text,
    raw: raw.toWellFormed(),
  }
  const words = hoisted(event)
  return COLUMNS.map((name) => words[name as WordColumn] ?? values[name as keyof typeof values])
}

/** Years 1970 to 2099: a wilder clock of an app would make a partition for each of its months. */
export const LATEST_MS = Date.UTC(2100, 0) - 1

function storedTime(time: unknown): number {
  return typeof time === 'number' && time > 0 ? Math.min(Math.trunc(time), LATEST_MS) : 0
}

/** What an event is stored as, and what tells a repeated one from a changed one: the check sums of the event and of the record. */
export type Written = { readonly text: string; readonly content: bigint }

/** When we read an event is no part of its content: every reading would be a change. */
export function writeEvent({ event, raw }: ActivityEvent): Written {
  const text = stringifyJson(event)
  const compared = withoutLoggedTime(event) ?? text
  return { text, content: (BigInt(crc32(compared)) << 32n) | BigInt(crc32(raw)) }
}

function withoutLoggedTime(event: Json): string | undefined {
  const { metadata } = event as { readonly metadata?: Json | null }
  if (metadata?.['logged_time'] === undefined) return undefined
  const { logged_time: _, logged_time_dt: __, ...rest } = metadata
  return stringifyJson({ ...event, metadata: rest })
}

/** Halves of surrogate pairs, which the engine refuses with the whole batch, become replacement characters. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.toWellFormed() : isNumber(value) ? String(value) : ''
const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint'
const numberOf = (value: unknown): number => (Number.isSafeInteger(value) ? Math.max(0, value as number) : 0)

/** The word beside an id; where there is none, or the event lacks it, the caption of the schema. */
function captionOf(event: Json, id: string, sibling: string): string {
  const own = textOf(event[sibling])
  if (own !== '' || event[id] === undefined) return own
  const enums = classByUid(numberOf(event['class_uid']))?.attributes.get(id)?.enum
  return enums?.[String(event[id])] ?? ''
}

/** Columns and the short words of the mapping language that fill them; the first word with a value wins. */
const WORDS = {
  actor_uid: ['actor.uid'],
  actor_name: ['actor.name', 'actor.displayName', 'actor.fullName', 'actor.app'],
  actor_email: ['actor.email'],
  actor_type: ['actor.type'],
  target_uid: ['target.uid'],
  target_name: ['target.name', 'target.displayName', 'target.fullName'],
  target_email: ['target.email'],
  ip: ['source.ip'],
  country: ['source.country'],
  asn: ['source.asn'],
  user_agent: ['source.userAgent'],
  session: ['session.uid'],
  resource_type: ['resource.type', 'app.type', 'group.type'],
  resource_name: ['resource.name', 'app.name', 'group.name'],
  resource_uid: ['resource.uid', 'app.uid', 'group.uid'],
} as const satisfies Partial<Record<ColumnName, readonly string[]>>
type WordColumn = keyof typeof WORDS
type Reader = readonly [column: WordColumn, paths: readonly (readonly (string | number)[])[]]

/** The short words land elsewhere in each class: where is found out once. */
const readers = memoize((classUid: number): readonly Reader[] =>
  (Object.keys(WORDS) as WordColumn[]).map((column) => {
    const places = WORDS[column].map((word) => landing(classUid, word)?.path ?? [])
    return [column, places.filter((path) => path.length > 0).map(readablePath)]
  }),
)

/** People read the caption beside an id. */
function readablePath(path: readonly (string | number)[]): readonly (string | number)[] {
  const last = path.at(-1)
  return last === 'type_id' ? [...path.slice(0, -1), 'type'] : path
}

function hoisted(event: Json): Record<WordColumn, string> {
  const found: Partial<Record<WordColumn, string>> = {}
  for (const [column, paths] of readers(numberOf(event['class_uid']))) found[column] = firstText(event, paths)
  return found as Record<WordColumn, string>
}

function firstText(event: Json, paths: Reader[1]): string {
  for (const path of paths) {
    let value: unknown = event
    for (const step of path) value = (value as Json | null | undefined)?.[step]
    const text = textOf(value)
    if (text !== '') return text
  }
  return ''
}
