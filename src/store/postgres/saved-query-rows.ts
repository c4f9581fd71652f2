import type { Selectable } from 'kysely'
import type { Tx } from './control-store.ts'
import type { Tables } from './tables.ts'

export type SavedQueryRow = Selectable<Tables['saved_query']>

export function listSavedQueries(tx: Tx, limit: number): Promise<SavedQueryRow[]> {
  return tx.selectFrom('saved_query').selectAll().orderBy('name').orderBy('id').limit(limit).execute()
}

export function keepSavedQuery(
  tx: Tx,
  { id, organisationId, name, query, createdBy }: NewSavedQuery,
): Promise<SavedQueryRow> {
  return tx
    .insertInto('saved_query')
    .values({
      id,
      organisation_id: organisationId,
      name,
      query: JSON.stringify(query),
      created_by: createdBy,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}
export type NewSavedQuery = {
  readonly id: string
  readonly organisationId: string
  readonly name: string
  readonly query: object
  readonly createdBy: string
}

/** @returns its name; nothing where there is none. */
export async function deleteSavedQuery(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.deleteFrom('saved_query').where('id', '=', id).returning('name').executeTakeFirst()
  return row?.name
}
