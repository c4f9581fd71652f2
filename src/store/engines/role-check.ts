import { Client } from 'pg'
import { Fault } from '../../lib/fault.ts'

/**
 * Refuses a database user for whom row-level security does not hold: every organisation would see the rows of every other.
 *
 * @throws {Fault} `STORE_UNSAFE`, or `STORE_UNAVAILABLE` when the database does not answer.
 */
export async function checkDatabaseRole(databaseUrl: string): Promise<void> {
  const reason = await roleDefect(databaseUrl)
  if (reason !== undefined) throw new Fault('STORE_UNSAFE', reason)
}

const LEAST_VERSION = 150_000

/** What is wrong with the user or the server of this URL. */
export async function roleDefect(databaseUrl: string): Promise<string | undefined> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
  } catch (cause) {
    throw new Fault('STORE_UNAVAILABLE', `PostgreSQL does not answer: ${(cause as Error).message}`, { cause })
  }
  try {
    const { rows } = await client.query<{
      role: string
      rolsuper: boolean
      rolbypassrls: boolean
      version: number
      fsync: string
    }>(
      `select rolname as role, rolsuper, rolbypassrls, current_setting('server_version_num')::int as version,
       current_setting('fsync') as fsync from pg_roles where rolname = current_user`,
    )
    const [found] = rows
    if (found === undefined) return 'the database user has no role'
    const privilege = found.rolsuper ? 'superuser' : found.rolbypassrls ? 'bypassrls' : undefined
    if (privilege !== undefined)
      return `the database user ${found.role} is ${privilege}: row-level security does not hold for it; use a role without that`
    if (found.version < LEAST_VERSION) return 'PostgreSQL 15 or newer is needed'
    if (found.fsync !== 'on') return 'fsync is off: acknowledged data is lost in a power failure'
    return undefined
  } finally {
    await client.end()
  }
}
