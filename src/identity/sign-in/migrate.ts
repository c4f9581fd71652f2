import type { BetterAuthOptions } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import type { Pool } from 'pg'

/** One number for every process that starts at the same time: the second waits and finds nothing to do. */
const MIGRATION_LOCK = 7_202_652

/**
 * The library asks whether another admin is left before it takes one away; two who take each other's role at once are both told yes. Here
 * the second waits for the first. Whatever deletes the whole organisation says so (`fairlead.erasing`).
 */
const KEEP_AN_ADMIN = `
  create or replace function identity.keep_an_admin() returns trigger language plpgsql as $$
  begin
    perform from identity.organization where id = old."organizationId" for update;
    if found and not exists (select from identity.member where "organizationId" = old."organizationId" and role = 'admin') then
      raise exception 'an organisation keeps an admin';
    end if;
    return null;
  end $$;
  create or replace trigger keep_an_admin after delete or update of role on identity.member for each row
    when (old.role = 'admin' and current_setting('fairlead.erasing', true) is distinct from 'on')
    execute function identity.keep_an_admin()`

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
    await client.query(KEEP_AN_ADMIN)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined)
    client.release()
  }
}
