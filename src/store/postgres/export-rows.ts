import { type Selectable, sql } from 'kysely'
import type { Tx } from './control-store.ts'
import { ofKept } from './deletion-rows.ts'
import type { NewestFirst } from './history-rows.ts'
import type { StoredFault, Tables } from './tables.ts'

export type ExportRow = Selectable<Tables['export']>

export function listExports(tx: Tx, { limit, beforeId }: NewestFirst): Promise<ExportRow[]> {
  return tx
    .selectFrom('export')
    .selectAll()
    .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export function readExport(tx: Tx, id: string): Promise<ExportRow | undefined> {
  return tx.selectFrom('export').selectAll().where('id', '=', id).executeTakeFirst()
}

export function insertExport(
  tx: Tx,
  row: Pick<ExportRow, 'id' | 'organisation_id' | 'format' | 'created_by' | 'expires_at'> & {
    readonly query: object
  },
): Promise<ExportRow> {
  return tx
    .insertInto('export')
    .values({ ...row, query: JSON.stringify(row.query), state: 'waiting' })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Longer than the activity store works on one export. A process that was stopped holds it up so long; one that died does not. */
const LONGEST_WRITE_MS = 20 * 60_000

/**
 * The oldest export nobody is writing, as the platform. The lock lasts as long as the transaction, also when its process dies: then another
 * one begins anew what it left.
 */
export async function takeExport(tx: Tx): Promise<ExportRow | undefined> {
  const waiting = await tx
    .selectFrom('export')
    .selectAll()
    .where('state', 'in', ['waiting', 'running'])
    .where(ofKept)
    .orderBy('id')
    .limit(20)
    .execute()
  for (const row of waiting) {
    const lock = await sql<{ taken: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${row.id}, 0)) as taken,
        set_config('idle_in_transaction_session_timeout', ${`${LONGEST_WRITE_MS}`}, true)`.execute(tx)
    if (lock.rows[0]?.taken !== true) continue
    // It may have been finished between the two questions.
    const now = await readExport(tx, row.id)
    if (now !== undefined && (now.state === 'waiting' || now.state === 'running')) return now
  }
  return undefined
}

export type ExportChange = {
  readonly state?: ExportRow['state']
  readonly events?: number
  readonly events_expected?: number
  readonly bytes?: number
  readonly file?: string | null
  readonly fault?: StoredFault | null
  readonly ended_at?: Date
}

/** @returns the row as it is now; nothing when it was deleted meanwhile. */
export function changeExport(
  tx: Tx,
  id: string,
  { fault, ...change }: ExportChange,
): Promise<ExportRow | undefined> {
  const kept = fault === undefined ? {} : { fault: fault === null ? null : JSON.stringify(fault) }
  return tx
    .updateTable('export')
    .set({ ...change, ...kept })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** What the files of exports are named after: of all an organisation has, or, as the platform, of those whose time is over. */
export function exportFiles(tx: Tx, expiredAt?: Date): Promise<Pick<ExportRow, 'id' | 'format'>[]> {
  return tx
    .selectFrom('export')
    .select(['id', 'format'])
    .$if(expiredAt !== undefined, (query) => query.where('expires_at', '<', expiredAt ?? new Date(0)))
    .execute()
}

/** Rows whose time is over, as the platform. */
export async function deleteExpiredExports(tx: Tx, now: Date): Promise<void> {
  await tx.deleteFrom('export').where('expires_at', '<', now).execute()
}
