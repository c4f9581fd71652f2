import { randomBytes } from 'node:crypto'
import type { ActivityBatch, ActivityEvent, ActivitySource } from '../../model/activity.ts'
import { activityRow, writeEvent } from './activity-row.ts'
import { COLUMN_TYPES, COLUMNS } from './columns.ts'
import type { Engine } from './engine.ts'
import { eventKey, keySet } from './event-key.ts'
import { VISIBLE } from './query.ts'
import { type BinaryRows, binaryRows, type ColumnType, toBinary } from './row-binary.ts'

/** An append costs the engine nearly the same for one event as for so many; its keys must fit into one statement. */
const MOST_EVENTS = 5000
/** An INSERT is one request, and its rows wait in memory. */
const MOST_BYTES = 32 << 20
const AT_ONCE = 200

/** Adds events, however many, as batches. */
export async function append(
  engine: Engine,
  source: ActivitySource,
  { events, ingestedMs }: { readonly events: readonly ActivityEvent[]; readonly ingestedMs: number },
): Promise<void> {
  let batch = openBatch(engine, source, () => ingestedMs)
  for (let from = 0; from < events.length; from += AT_ONCE) {
    batch.add(events.slice(from, from + AT_ONCE))
    if (!batch.isFull()) continue
    await batch.write()
    batch = openBatch(engine, source, () => ingestedMs)
  }
  if (!batch.isEmpty()) await batch.write()
}

/**
 * Adds events so that each uid shows once, whoever else appends it, before, after or at the same moment.
 *
 * A batch is opened, written, and shown by closing it; a batch that died open never shows. What is there already with the same
 * content is left out. Between writing and closing the keys are looked up again: of two appends at once at least the later one
 * sees the other, and names itself the winner. Proof and figures: docs/adr/0009-activity-store.md.
 */
export function openBatch(engine: Engine, source: ActivitySource, now: () => number): ActivityBatch {
  const batch = randomBytes(8).readBigUInt64LE()
  const rows = binaryRows(ROW_TYPES)
  const entries: Entry[] = []
  return {
    isEmpty: () => entries.length === 0,
    isFull: () => entries.length >= MOST_EVENTS || rows.size() >= MOST_BYTES,
    add: (events) => {
      const facts = { source, batch, ingestedMs: now() }
      for (const event of events) {
        const written = writeEvent(event)
        const uid = event.uid.toWellFormed()
        entries.push({ uid, key: eventKey(source.connectionId, uid), content: written.content })
        rows.add(activityRow(facts, event, written))
      }
    },
    write: async (after = Promise.resolve()) => {
      const looking = shownContents(engine, source, entries)
      looking.catch(() => undefined)
      await after
      await writeBatch(engine, source.organisationId, { batch, rows, entries, shown: await looking })
    },
  }
}

const ROW_TYPES = Object.values(COLUMN_TYPES)

/** What is kept of an event whose row is made. */
type Entry = { readonly uid: string; readonly key: bigint; readonly content: bigint }

type Batch = {
  readonly batch: bigint
  readonly rows: BinaryRows
  readonly entries: readonly Entry[]
  readonly shown: ReadonlyMap<string, bigint>
}

async function writeBatch(
  engine: Engine,
  organisation: string,
  { batch, rows, entries, shown }: Batch,
): Promise<void> {
  // Within a batch the last event of a uid counts, as it does between batches.
  const last = new Map(entries.map(({ uid }, index) => [uid, index]))
  const isWanted = (index: number): boolean => {
    const { uid, content } = entries[index]!
    return last.get(uid) === index && shown.get(uid) !== content
  }
  const keys = entries.filter((_, index) => isWanted(index)).map(({ key }) => key)
  if (keys.length === 0) return

  const token = batch.toString()
  const mark = (sign: 1 | -1) =>
    insertRows(engine, 'activity_batch', BATCH, {
      rows: [[organisation, batch, sign]],
      token: `${token}${sign}`,
    })
  await mark(1)
  await engine.insert('activity', { columns: COLUMNS, rows: rows.pieces(isWanted), token })
  const contested = await contestedKeys(engine, organisation, { batch, keys })
  if (contested.length > 0)
    await insertRows(engine, 'activity_winner', WINNER, {
      rows: contested.map((key) => [organisation, key, batch]),
      token,
    })
  await mark(-1)
}

const BATCH = { organisation: 'String', batch: 'UInt64', sign: 'Int8' } as const
const WINNER = { organisation: 'String', key: 'UInt64', batch: 'UInt64' } as const

function insertRows(
  engine: Engine,
  table: string,
  types: Readonly<Record<string, ColumnType>>,
  { rows, token }: { readonly rows: readonly (readonly unknown[])[]; readonly token: string },
): Promise<void> {
  const columns = Object.keys(types)
  return engine.insert(table, { columns, rows: toBinary(Object.values(types), rows), token })
}

/** The contents of those events that are shown, by uid. */
async function shownContents(
  engine: Engine,
  { organisationId, connectionId }: ActivitySource,
  entries: readonly Entry[],
): Promise<ReadonlyMap<string, bigint>> {
  const from = `from activity_key where organisation = {organisation:String} and key in ${keySet(entries.map(({ key }) => key))}`
  const params = { organisation: organisationId, connection: connectionId }
  // Most events are new, and what is shown takes the engine as long again.
  const [known] = await engine.rows({ sql: `select 1 ${from} limit 1`, params })
  if (known === undefined) return new Map()
  const rows = await engine.rows<{ uid: string; content: string }>({
    sql: `select uid, toString(content) as content ${from} and connection = {connection:String} and ${VISIBLE}`,
    params,
  })
  return new Map(rows.map(({ uid, content }) => [uid, BigInt(content)]))
}

/** Keys that another append has rows of, shown or not, or of which a winner was named before: this batch names itself. */
async function contestedKeys(
  engine: Engine,
  organisationId: string,
  { batch, keys }: { readonly batch: bigint; readonly keys: readonly bigint[] },
): Promise<readonly bigint[]> {
  const set = keySet(keys)
  const rows = await engine.rows<{ key: string }>({
    sql: `select toString(key) as key from (
        select key from activity_key where organisation = {organisation:String} and key in ${set} and batch != {batch:UInt64}
        union distinct select key from activity_winner where organisation = {organisation:String} and key in ${set}
      )`,
    params: { organisation: organisationId, batch },
  })
  return rows.map(({ key }) => BigInt(key))
}
