import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { Pool, types } from 'pg'
import { Fault } from '../../lib/fault.ts'
import type { Tables } from './tables.ts'

/** A transaction that sees one organisation's rows, or all of them when the platform opened it for itself. */
export type Tx = Transaction<Tables>

export type ControlStore = {
  /**
   * Runs `work` in one transaction that sees the rows of this organisation and of no other (row-level security).
   *
   * @throws {Fault} `ORGANISATION_DELETED`
   */
  readonly within: <T>(organisationId: string, work: (tx: Tx) => Promise<T>) => Promise<T>
  /** As `within`, also for an organisation that was deleted: for what erases it, and needs its rows or keys for that. */
  readonly withinErased: <T>(organisationId: string, work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Runs `work` in one transaction that sees every organisation: for schedules, retention and migrations only. */
  readonly asPlatform: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** For libraries that bring their own tables (sign-in, queue). Never for ours. */
  readonly pool: Pool
  readonly migrate: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

const INT8 = 20
/** A process that was stopped in the middle of a transaction holds its locks no longer than this: less than a lease. */
const MOST_IDLE_MS = 10_000

export type ControlStoreOptions = {
  /** `postgres://…`; the user must not be a superuser, or row-level security would not hold. */
  readonly url: string
  readonly maxConnections?: number
  /** Where the migrations are; `sql` below the installation. */
  readonly migrations: string
}

/** Opens control data. Nothing is asked of the database until the first call. */
export function openControlStore({
  url,
  maxConnections = 10,
  migrations,
}: ControlStoreOptions): ControlStore {
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    idle_in_transaction_session_timeout: MOST_IDLE_MS,
    // Counters and milliseconds stay far below 2^53.
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : types.getTypeParser(oid, format)) },
  })
  // An idle connection that breaks is replaced by the pool; the next query says what is wrong.
  pool.on('error', () => undefined)
  // The same for one that breaks while a transaction holds it and waits for something else: without a listener the process would end.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const begun = <T>(begin: (tx: Tx) => Promise<unknown>, work: (tx: Tx) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => {
      await begin(tx)
      return work(tx)
    })
  const asPlatform: ControlStore['asPlatform'] = (work) =>
    begun((tx) => sql`select set_config('fairlead.system', 'on', true)`.execute(tx), work)
  return {
    within: (organisationId, work) => begun(entering(organisationId), work),
    withinErased: (organisationId, work) => begun(scoping(organisationId), work),
    asPlatform,
    pool,
    migrate: () => asPlatform((tx) => migrate(tx, migrations)),
    close: () => db.destroy(),
  }
}

/** Tells whether the organisation was deleted: in the same statement, since every transaction asks it. */
function scoping(organisationId: string): (tx: Tx) => Promise<boolean> {
  if (organisationId === '') throw new Error('an organisation has an id')
  return async (tx) => {
    const { rows } = await sql<{ isDeleted: boolean }>`
      select set_config('fairlead.organisation', ${organisationId}, true),
        exists (select from organisation_deletion where id = ${organisationId}) as "isDeleted"`.execute(tx)
    return rows[0]?.isDeleted === true
  }
}

function entering(organisationId: string): (tx: Tx) => Promise<void> {
  const scope = scoping(organisationId)
  return async (tx) => {
    if (await scope(tx))
      throw new Fault('ORGANISATION_DELETED', `the organisation ${organisationId} was deleted`)
  }
}

/** One number for everybody who migrates at the same time: the second waits and finds nothing to do. */
const MIGRATION_LOCK = 7_202_651

async function migrate(tx: Tx, folder: string): Promise<readonly string[]> {
  await refuseUnscoped(tx)
  await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx)
  await sql`create table if not exists migration (name text primary key, applied_at timestamptz not null default now())`.execute(
    tx,
  )
  const applied = await sql<{ name: string }>`select name from migration`.execute(tx)
  const known = new Set(applied.rows.map(({ name }) => name))
  const pending = (await readdir(folder))
    .filter((name) => name.endsWith('.sql') && !known.has(name))
    .toSorted()
  for (const name of pending) {
    await sql.raw(await readFile(join(folder, name), 'utf8')).execute(tx)
    await sql`insert into migration (name) values (${name})`.execute(tx)
  }
  return pending
}

/** @throws {Fault} `STORE_UNSAFE` for a user whom row-level security does not bind: every organisation would see every other. */
async function refuseUnscoped(tx: Tx): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select rolname as name from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)`.execute(
    tx,
  )
  const [role] = rows
  if (role !== undefined)
    throw new Fault(
      'STORE_UNSAFE',
      `row-level security does not hold for the database user ${role.name}: use one that is neither superuser nor bypassrls`,
    )
}
