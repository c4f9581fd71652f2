import type { Selectable } from 'kysely'
import type { Tx } from './control-store.ts'
import type { QuarantineTable, RunTable } from './tables.ts'

/** Ids sort by time, so the id of the last row is where the next page begins. */
export type NewestFirst = { readonly limit: number; readonly beforeId?: string }

export async function hasConnection(tx: Tx, connectionId: string): Promise<boolean> {
  const row = await tx.selectFrom('connection').select('id').where('id', '=', connectionId).executeTakeFirst()
  return row !== undefined
}

export function listRuns(
  tx: Tx,
  connectionId: string,
  { limit, beforeId, stream }: NewestFirst & { readonly stream?: string },
): Promise<Selectable<RunTable>[]> {
  return tx
    .selectFrom('run')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .$if(stream !== undefined, (query) => query.where('stream', '=', stream ?? ''))
    .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export type QuarantinedRow = Selectable<QuarantineTable>

/** Those not replayed yet come with those that were. */
export function listQuarantined(
  tx: Tx,
  connectionId: string,
  { limit, beforeId }: NewestFirst,
): Promise<QuarantinedRow[]> {
  return tx
    .selectFrom('quarantine')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export function readQuarantined(
  tx: Tx,
  connectionId: string,
  id: string,
): Promise<QuarantinedRow | undefined> {
  return tx
    .selectFrom('quarantine')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('id', '=', id)
    .executeTakeFirst()
}
