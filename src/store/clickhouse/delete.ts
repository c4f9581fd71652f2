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
  for (const table of ['activity', 'activity_key'] as const)
    await engine.command({
      sql: `delete from ${table} where organisation = {organisation:String} and ${condition.sql}`,
      params: { organisation: organisationId, ...condition.params },
    })
}

export const before = (beforeMs: number): Condition => ({
  sql: "time < fromUnixTimestamp64Milli({beforeMs:Int64}, 'UTC')",
  params: { beforeMs },
})

export const ofConnection = (connectionId: string): Condition => ({
  sql: 'connection = {connection:String}',
  params: { connection: connectionId },
})

export const everything: Condition = { sql: 'true', params: {} }
