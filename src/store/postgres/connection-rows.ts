import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Tx } from './control-store.ts'
import type { ConnectionTable, StreamTable } from './tables.ts'

export type ConnectionRow = Selectable<ConnectionTable>
export type NewConnection = Insertable<ConnectionTable>
export type ConnectionChange = Omit<
  Updateable<ConnectionTable>,
  'id' | 'organisation_id' | 'created_at' | 'updated_at'
>

export async function createConnection(tx: Tx, row: NewConnection): Promise<ConnectionRow> {
  return tx.insertInto('connection').values(row).returningAll().executeTakeFirstOrThrow()
}

/** Newest first; `before` is the id of the last one already seen. */
export async function listConnections(
  tx: Tx,
  {
    appId,
    before,
    limit = 100,
  }: { readonly appId?: string; readonly before?: string; readonly limit?: number } = {},
): Promise<readonly ConnectionRow[]> {
  let query = tx.selectFrom('connection').selectAll().orderBy('id', 'desc').limit(limit)
  if (appId !== undefined) query = query.where('app_id', '=', appId)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.execute()
}

export async function readConnection(tx: Tx, id: string): Promise<ConnectionRow | undefined> {
  return tx.selectFrom('connection').selectAll().where('id', '=', id).executeTakeFirst()
}

/** As `readConnection`, and nobody else changes the row until the transaction ends. Rows that refer to it may still be added. */
export async function lockConnection(tx: Tx, id: string): Promise<ConnectionRow | undefined> {
  return tx.selectFrom('connection').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
}

export async function updateConnection(
  tx: Tx,
  id: string,
  change: ConnectionChange,
): Promise<ConnectionRow | undefined> {
  return tx
    .updateTable('connection')
    .set({ ...change, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** With its streams, runs, quarantine and inventory; the activity is kept elsewhere. */
export async function deleteConnection(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('connection').where('id', '=', id).executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** A stream as its connection wants it. */
export type WantedStream = Pick<
  Insertable<StreamTable>,
  'name' | 'kind' | 'feature' | 'every_ms' | 'is_enabled' | 'received_since'
>
type Owner = Pick<ConnectionRow, 'id' | 'organisation_id'>

/** Makes a connection's streams the wanted ones. Those that are no longer wanted are switched off, and keep their positions. */
export async function putStreams(
  tx: Tx,
  { id, organisation_id }: Owner,
  wanted: readonly WantedStream[],
): Promise<void> {
  const names = wanted.map(({ name }) => name)
  await tx
    .updateTable('stream')
    .set({ is_enabled: false })
    .where('connection_id', '=', id)
    .where('name', 'not in', names.length === 0 ? [''] : names)
    .execute()
  if (wanted.length === 0) return
  await tx
    .insertInto('stream')
    .values(wanted.map((stream) => ({ ...stream, organisation_id, connection_id: id })))
    .onConflict((conflict) =>
      conflict.columns(['connection_id', 'name']).doUpdateSet(({ ref }) => ({
        kind: ref('excluded.kind'),
        feature: ref('excluded.feature'),
        every_ms: ref('excluded.every_ms'),
        is_enabled: ref('excluded.is_enabled'),
        received_since: sql<Date | null>`case when excluded.received_since is not null
          then coalesce(stream.received_since, excluded.received_since) end`,
      })),
    )
    .execute()
}

/** Asks for every enabled stream now, also where only a person could help and has helped; what is delivered is waited for from now on. */
export async function makeStreamsDue(tx: Tx, id: string, nowMs: number): Promise<void> {
  await tx
    .updateTable('stream')
    .set({
      ...{ next_run_at: new Date(nowMs), state: 'waiting', failures: 0, fault: null },
      received_since: sql<Date | null>`case when received_since is not null and last_run_at is null
        then ${new Date(nowMs)}::timestamptz else received_since end`,
    })
    .where('connection_id', '=', id)
    .where('is_enabled', '=', true)
    .where('state', '!=', 'running')
    .execute()
}
