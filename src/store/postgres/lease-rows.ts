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
  /** Another worker read this connection lately: what it spent of the allowance counts. */
  readonly isTakenOver: boolean
}

export type Claim = Omit<Lease, 'generation' | 'isTakenOver'> & {
  /** So many streams of one connection a worker reads at once: the others are left some room. */
  readonly most: number
}

/**
 * Takes a stream that is due for one worker.
 *
 * One connection is read by one worker at a time: what its streams share (allowance, token, concurrency) lives in that worker. The
 * lock on the connection's row decides between two that come at once.
 *
 * @returns the lease; `held` when another worker reads this connection or this stream, or this one enough of it; `not-due` when there is nothing to do now.
 */
export async function claimStream(tx: Tx, claim: Claim): Promise<Lease | 'held' | 'not-due'> {
  const { organisationId, connectionId, stream, owner, leaseMs, most } = claim
  const connection = await tx
    .selectFrom('connection')
    .select('status')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .forUpdate()
    .executeTakeFirst()
  if (connection?.status !== 'active') return 'not-due'
  const streams = await tx
    .selectFrom('stream')
    .select([
      'name',
      'lease_owner',
      'last_run_at',
      sql<boolean>`lease_until > clock_timestamp()`.as('is_held'),
    ])
    .where('connection_id', '=', connectionId)
    .where('last_run_at', '>', sql<Date>`now() - interval '1 day'`)
    .execute()
  const held = streams.filter(({ is_held }) => is_held)
  const isForeign = held.some(({ name, lease_owner }) => name === stream || lease_owner !== owner)
  if (isForeign || held.length >= most) return 'held'
  const taken = await tx
    .updateTable('stream')
    .set({
      generation: sql`generation + 1`,
      lease_owner: owner,
      lease_until: leaseEnd(leaseMs),
      state: 'running',
      last_run_at: sql`clock_timestamp()`,
    })
    .where('connection_id', '=', connectionId)
    .where('name', '=', stream)
    .where('is_enabled', '=', true)
    .where('received_since', 'is', null)
    .where('next_run_at', '<=', sql<Date>`clock_timestamp()`)
    .returning('generation')
    .executeTakeFirst()
  if (taken === undefined) return 'not-due'
  return {
    ...{ organisationId, connectionId, stream, owner, leaseMs },
    generation: taken.generation,
    isTakenOver: streams.some(({ lease_owner }) => lease_owner !== owner),
  }
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

/** As `held`, and until the transaction ends nobody else takes the lease. @returns false when it is lost. */
export async function holdLease(tx: Tx, { connectionId, stream, generation }: Lease): Promise<boolean> {
  const row = await tx
    .selectFrom('stream')
    .select('generation')
    .where('connection_id', '=', connectionId)
    .where('name', '=', stream)
    .forShare()
    .executeTakeFirst()
  return row?.generation === generation
}

const leaseEnd = (leaseMs: number) => sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`

export type DueStream = Pick<Claim, 'organisationId' | 'connectionId' | 'stream'> & {
  /** This worker reads the connection already, so nobody else can take the stream. */
  readonly isMine: boolean
}

/** Streams that are due and that nobody reads, longest due first, without those of connections that another worker reads. */
export async function dueStreams(
  tx: Tx,
  { owner, limit }: { readonly owner: string; readonly limit: number },
): Promise<readonly DueStream[]> {
  const rows = await sql<{ organisation_id: string; connection_id: string; name: string; is_mine: boolean }>`
    select s.organisation_id, s.connection_id, s.name, reader.is_mine is true as is_mine
    from stream s join connection c on c.id = s.connection_id
    left join lateral (
      select o.lease_owner = ${owner} as is_mine from stream o
      where o.connection_id = s.connection_id and o.lease_until > now() limit 1
    ) reader on true
    where c.status = 'active' and s.is_enabled and s.received_since is null and s.next_run_at <= now()
      and (s.lease_until is null or s.lease_until < now()) and reader.is_mine is not false
    order by s.next_run_at limit ${limit}`.execute(tx)
  return rows.rows.map((row) => ({
    organisationId: row.organisation_id,
    connectionId: row.connection_id,
    stream: row.name,
    isMine: row.is_mine,
  }))
}
