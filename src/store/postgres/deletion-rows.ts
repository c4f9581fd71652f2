import { type ColumnType, sql } from 'kysely'
import type { Tx } from './control-store.ts'

/** An organisation that somebody deleted and of which something is left. */
export type Deletion = {
  readonly organisationId: string
  /** Id of the person. */
  readonly askedBy: string
  readonly askedAt: Date
}
type Time = ColumnType<Date, Date, Date>
type DeletionTables = {
  organisation_deletion: {
    id: string
    asked_by: string
    asked_at: Time
    erased_at: ColumnType<Date | null, Date | null | undefined, Date>
  }
}
const withDeletions = (tx: Tx) => tx.withTables<DeletionTables>()

/** Of what belongs to organisations that are there still: nothing waits in one that was deleted. */
export const ofKept = sql<boolean>`not exists (select from organisation_deletion d where d.id = organisation_id)`

/** As the platform: from its commit on nobody works for the organisation, and no worker that does keeps a lease. */
export async function beginDeletion(tx: Tx, { organisationId, askedBy, askedAt }: Deletion): Promise<void> {
  await withDeletions(tx)
    .insertInto('organisation_deletion')
    .values({ id: organisationId, asked_by: askedBy, asked_at: askedAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx.deleteFrom('api_key').where('organisation_id', '=', organisationId).execute()
  await tx
    .updateTable('stream')
    .set({ is_enabled: false, lease_until: null, generation: sql`generation + 1` })
    .where('organisation_id', '=', organisationId)
    .execute()
}

/** Those to be erased now: for the first time, or for the last, as the platform. */
export async function dueDeletions(tx: Tx, askedBefore: Date): Promise<readonly Deletion[]> {
  const rows = await withDeletions(tx)
    .selectFrom('organisation_deletion')
    .select(['id', 'asked_by', 'asked_at'])
    .where((is) => is.or([is('erased_at', 'is', null), is('asked_at', '<=', askedBefore)]))
    .orderBy('asked_at')
    .execute()
  return rows.map((row) => ({ organisationId: row.id, askedBy: row.asked_by, askedAt: row.asked_at }))
}

/** The connections whose app may still be told, or that still hold a credential. */
export async function connectionsToEnd(tx: Tx): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('connection')
    .select('id')
    .where((is) => is.or([is('status', '!=', 'disconnected'), is('grant_sealed', 'is not', null)]))
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Deletes every row of an organisation, its trail included, from whatever table has such rows; as the platform. */
export async function eraseRows(tx: Tx, organisationId: string): Promise<void> {
  await sql`select set_config('fairlead.erasing', 'on', true)`.execute(tx)
  const { rows: tables } = await sql<{ name: string }>`
    select c.table_name as name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'organisation_id' and c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
    order by name`.execute(tx)
  for (const { name } of tables)
    await sql`delete from ${sql.table(name)} where organisation_id = ${organisationId}`.execute(tx)
}

export async function noteErased(tx: Tx, organisationId: string, erasedAt: Date): Promise<void> {
  await withDeletions(tx)
    .updateTable('organisation_deletion')
    .set({ erased_at: erasedAt })
    .where('id', '=', organisationId)
    .execute()
}

/** @returns false when another worker came to the end before. */
export async function endDeletion(tx: Tx, organisationId: string): Promise<boolean> {
  const { numDeletedRows } = await withDeletions(tx)
    .deleteFrom('organisation_deletion')
    .where('id', '=', organisationId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
