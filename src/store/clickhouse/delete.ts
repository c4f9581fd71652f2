import type { Engine } from './engine.ts'
import type { Query } from './query.ts'

/** Which rows go: SQL below the organisation's condition. */
type Condition = { readonly sql: string; readonly params: Query['params'] }

/**
 * Deletes events with all that is kept of them; resolves when none can be read.
 *
 * Rows go before keys: were it the other way round, an event read again in between would show twice.
 */
export async function deleteEvents(
  engine: Engine,
  organisationId: string,
  condition: Condition,
): Promise<void> {
  for (const table of ['activity', 'activity_key'])
    await engine.command(deletion(table, organisationId, condition))
  await engine.command(deletion('activity_winner', organisationId, WITHOUT_ROWS))
}

/** Also what says which rows are to be shown: nothing of the organisation is left but its absence. */
export async function deleteAll(engine: Engine, organisationId: string): Promise<void> {
  for (const table of ['activity', 'activity_key', 'activity_winner', 'activity_batch'])
    await engine.command(deletion(table, organisationId, EVERYTHING))
}

const deletion = (table: string, organisationId: string, { sql, params }: Condition): Query => ({
  sql: `delete from ${table} where organisation = {organisation:String} and ${sql}`,
  params: { organisation: organisationId, ...params },
})

const EVERYTHING: Condition = { sql: 'true', params: {} }
const WITHOUT_ROWS: Condition = {
  sql: `key not in (select key from activity_key where organisation = {organisation:String}
    and key in (select key from activity_winner where organisation = {organisation:String}))`,
  params: {},
}

export const before = (beforeMs: number): Condition => ({
  sql: "time < fromUnixTimestamp64Milli({beforeMs:Int64}, 'UTC')",
  params: { beforeMs },
})

export const ofConnection = (connectionId: string): Condition => ({
  sql: 'connection = {connection:String}',
  params: { connection: connectionId },
})
