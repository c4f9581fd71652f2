import { randomBytes } from 'node:crypto'
import type { ActivityEvent, ActivitySource } from '../../model/activity.ts'
import { activityRow, writeEvent } from './activity-row.ts'
import { COLUMNS } from './columns.ts'
import type { Engine } from './engine.ts'
import { keySet } from './event-key.ts'
import { VISIBLE } from './query.ts'

/** An INSERT is one request: its keys must fit into one statement, its rows into memory. */
const MAX_EVENTS = 5000

/**
 * Adds events so that each uid shows once, whoever else appends it, before, after or at the same moment.
 *
 * A batch is opened, written, and shown by closing it; a batch that died open never shows. What is there already with the same
 * content is left out. Between writing and closing the keys are looked up again: of two appends at once at least the later one
 * sees the other, and names itself the winner. Proof and figures: docs/adr/0009-activity-store.md.
 */
export async function append(
  engine: Engine,
  {
    source,
    events,
    ingestedMs,
  }: {
    readonly source: ActivitySource
    readonly events: readonly ActivityEvent[]
    readonly ingestedMs: number
  },
): Promise<void> {
  for (let from = 0; from < events.length; from += MAX_EVENTS)
    await appendBatch(engine, source, {
      ingestedMs,
      events: lastOfEach(events.slice(from, from + MAX_EVENTS)),
    })
}

/** Within a batch the last event of a uid counts, as it does between batches. */
function lastOfEach(events: readonly ActivityEvent[]): ReadonlyMap<string, ActivityEvent> {
  return new Map(events.map((event) => [event.uid.toWellFormed(), event]))
}

async function appendBatch(
  engine: Engine,
  source: ActivitySource,
  {
    events,
    ingestedMs,
  }: { readonly events: ReadonlyMap<string, ActivityEvent>; readonly ingestedMs: number },
): Promise<void> {
  const { organisationId } = source
  const shown = await shownEvents(engine, source, [...events.keys()])
  const contents = new Map(shown.map(({ uid, content }) => [uid, content]))
  const wanted = [...events]
    .map(([uid, event]) => ({ uid, event, written: writeEvent(event) }))
    .filter(({ uid, written }) => contents.get(uid) !== written.content)
  if (wanted.length === 0) return

  const batch = randomBytes(8).readBigUInt64LE().toString()
  const mark = (sign: 1 | -1) =>
    engine.insert('activity_batch', {
      columns: ['organisation', 'batch', 'sign'],
      rows: [[organisationId, batch, sign]],
      token: `${batch}${sign}`,
    })
  await mark(1)
  await engine.insert('activity', {
    columns: COLUMNS,
    rows: wanted.map(({ event, written }) => activityRow({ source, batch, ingestedMs }, event, written)),
    token: batch,
  })
  const contested = await contestedKeys(engine, source, { batch, uids: wanted.map(({ uid }) => uid) })
  if (contested.length > 0)
    await engine.insert('activity_winner', {
      columns: ['organisation', 'key', 'batch'],
      rows: contested.map((key) => [organisationId, key, batch]),
      token: batch,
    })
  await mark(-1)
}

type Shown = { readonly uid: string; readonly content: string }

function shownEvents(
  engine: Engine,
  { organisationId, connectionId }: ActivitySource,
  uids: readonly string[],
): Promise<readonly Shown[]> {
  return engine.rows<Shown>({
    sql: `select uid, toString(content) as content from activity_key
      where organisation = {organisation:String} and key in ${keySet(connectionId, uids)} and connection = {connection:String} and ${VISIBLE}`,
    params: { organisation: organisationId, connection: connectionId },
  })
}

/** Keys that another append has rows of, shown or not, or of which a winner was named before: this batch names itself. */
async function contestedKeys(
  engine: Engine,
  { organisationId, connectionId }: ActivitySource,
  { batch, uids }: { readonly batch: string; readonly uids: readonly string[] },
): Promise<readonly string[]> {
  const keys = keySet(connectionId, uids)
  const rows = await engine.rows<{ key: string }>({
    sql: `select toString(key) as key from (
        select key from activity_key where organisation = {organisation:String} and key in ${keys} and batch != {batch:UInt64}
        union distinct select key from activity_winner where organisation = {organisation:String} and key in ${keys}
      )`,
    params: { organisation: organisationId, batch },
  })
  return rows.map(({ key }) => key)
}
