import type { BetterAuthOptions } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import type { Pool } from 'pg'

/** One number for every process that starts at the same time: the second waits and finds nothing to do. */
const MIGRATION_LOCK = 7_202_652

/** Brings the library's tables up to what the options need. Only adds; may be run at every start, by several processes at once. */
export async function migrateSignIn(pool: Pool, options: BetterAuthOptions): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    const { runMigrations, schemaProblems } = await getMigrations(options)
    if (schemaProblems.length > 0) throw new Error(`sign-in tables: ${schemaProblems.join('; ')}`)
    await runMigrations()
    // The library asks before it adds a member; two at once would both be told no.
    await client.query(
      'create unique index if not exists member_once on identity.member ("organizationId", "userId")',
    )
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined)
    client.release()
  }
}
