import { sql } from 'kysely'
import type { Tx } from './control-store.ts'

/** The right to read one stream, until it is renewed no more. */
export type Lease = {
  readonly organisationId: string
  readonly connectionId: string
  readonly stream: string
  readonly owner: string
  /** How long it lasts without being renewed: so long a stream rests after its worker died. */
  readonly leaseMs: number
  /** Counts leases: a worker that lost its own holds an older number, and what it writes changes no row. */
  readonly generation: number
}

export type Claim = Omit<Lease, 'generation'>

/**
 * Takes a stream that is due for one worker.
 *
 * One connection is read by one worker at a time: what its streams share (allowance, token, concurrency) lives in that worker. The
 * lock on the connection's row decides between two that come at once.
 *
 * @returns the lease; `held` when another worker reads this connection or this stream; `not-due` when there is nothing to do now.
 */
export async function claimStream(tx: Tx, claim: Claim): Promise<Lease | 'held' | 'not-due'> {
  const { organisationId, connectionId, stream, owner, leaseMs } = claim
  const connection = await tx
    .selectFrom('connection')
    .select('status')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .forUpdate()
    .executeTakeFirst()
  if (connection?.status !== 'active') return 'not-due'
  const held = await tx
    .selectFrom('stream')
    .select(['name', 'lease_owner'])
    .where('connection_id', '=', connectionId)
    .where('lease_until', '>', sql<Date>`clock_timestamp()`)
    .execute()
  if (held.some(({ name, lease_owner }) => name === stream || lease_owner !== owner)) return 'held'
  const taken = await tx
    .updateTable('stream')
    .set({
      generation: sql`generation + 1`,
      lease_owner: owner,
      lease_until: leaseEnd(leaseMs),
      state: 'running',
      last_run_at: sql`now()`,
    })
    .where('connection_id', '=', connectionId)
    .where('name', '=', stream)
    .where('is_enabled', '=', true)
    .where('next_run_at', '<=', sql<Date>`clock_timestamp()`)
    .returning('generation')
    .executeTakeFirst()
  return taken === undefined ? 'not-due' : { ...claim, generation: taken.generation }
}

/** @returns false when the lease is lost: whoever holds it now goes on. */
export async function renewLease(tx: Tx, lease: Lease): Promise<boolean> {
  const renewed = await held(tx, lease)
    .set({ lease_until: leaseEnd(lease.leaseMs) })
    .executeTakeFirst()
  return renewed.numUpdatedRows > 0n
}

/** An update of the leased stream's row that changes nothing once the lease is lost. */
export function held(tx: Tx, { connectionId, stream, generation }: Lease) {
  return tx
    .updateTable('stream')
    .where('connection_id', '=', connectionId)
    .where('name', '=', stream)
    .where('generation', '=', generation)
}

const leaseEnd = (leaseMs: number) => sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`

export type DueStream = Pick<Claim, 'organisationId' | 'connectionId' | 'stream'>

/** Streams that should have been read and that nobody reads: their wake-up was lost, or their worker died. */
export async function overdueStreams(
  tx: Tx,
  { graceMs, limit }: { readonly graceMs: number; readonly limit: number },
): Promise<readonly DueStream[]> {
  const rows = await tx
    .selectFrom('stream')
    .innerJoin('connection', 'connection.id', 'stream.connection_id')
    .select(['stream.organisation_id', 'stream.connection_id', 'stream.name'])
    .where('connection.status', '=', 'active')
    .where('stream.is_enabled', '=', true)
    .where('stream.next_run_at', '<', sql<Date>`clock_timestamp() - ${graceMs} * interval '1 millisecond'`)
    .where((where) =>
      where.or([
        where('stream.lease_until', 'is', null),
        where('stream.lease_until', '<', sql<Date>`clock_timestamp()`),
      ]),
    )
    .orderBy('stream.next_run_at')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    organisationId: row.organisation_id,
    connectionId: row.connection_id,
    stream: row.name,
  }))
}
