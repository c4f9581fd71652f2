import { sql } from 'kysely'
import type { Tx } from './control-store.ts'
import type { Lease } from './lease-rows.ts'
import { plainJson } from './plain-text.ts'
import type { RunReason, RunState, StoredFault } from './tables.ts'

/** What a run did so far. */
export type RunCounts = {
  readonly requests: number
  readonly bytes: number
  readonly pages: number
  readonly records: number
  readonly events: number
  readonly quarantined: number
  readonly unmapped: ReadonlyMap<string, number>
  readonly waitedMs: number
  /** What is read, Unix ms, and how far it is; absent where nobody can tell. */
  readonly span: { readonly fromMs: number; readonly toMs: number; readonly atMs: number } | undefined
  readonly notices: readonly object[]
}

export async function beginRun(
  tx: Tx,
  lease: Lease,
  { id, reason }: { readonly id: string; readonly reason: RunReason },
): Promise<void> {
  await endForgotten(tx, lease)
  await tx
    .insertInto('run')
    .values({
      id,
      organisation_id: lease.organisationId,
      connection_id: lease.connectionId,
      stream: lease.stream,
      worker: lease.owner,
      reason,
      state: 'running',
    })
    .execute()
}

/** Runs whose worker died: nobody else will say so. */
async function endForgotten(tx: Tx, { connectionId, stream }: Lease): Promise<void> {
  await tx
    .updateTable('run')
    .set({ state: 'interrupted', ended_at: sql`now()` })
    .where('connection_id', '=', connectionId)
    .where('stream', '=', stream)
    .where('state', '=', 'running')
    .execute()
}

export async function noteRun(tx: Tx, id: string, counts: RunCounts): Promise<void> {
  await tx.updateTable('run').set(columnsOf(counts)).where('id', '=', id).execute()
}

export async function endRun(
  tx: Tx,
  id: string,
  { counts, state, fault }: { counts: RunCounts; state: RunState; fault: StoredFault | undefined },
): Promise<void> {
  await tx
    .updateTable('run')
    .set({ ...columnsOf(counts), state, ended_at: sql`now()`, fault: fault ? plainJson(fault) : null })
    .where('id', '=', id)
    .execute()
}

function columnsOf({ unmapped, waitedMs, span, notices, ...numbers }: RunCounts) {
  return {
    ...numbers,
    waited_ms: Math.round(waitedMs),
    unmapped: plainJson(Object.fromEntries(unmapped)),
    span: span === undefined ? null : JSON.stringify(span),
    notices: plainJson(notices),
  }
}

export type SpentBefore = {
  readonly id: string
  readonly stream: string
  readonly count: number
  readonly agoMs: number
}

/** What runs asked the app for since `sinceMs` milliseconds ago, oldest first. */
export async function spentBefore(
  tx: Tx,
  { connectionId }: Lease,
  sinceMs: number,
): Promise<readonly SpentBefore[]> {
  const end = sql<Date>`coalesce(ended_at, clock_timestamp())`
  return tx
    .selectFrom('run')
    .select([
      'id',
      'stream',
      'requests as count',
      sql<number>`extract(epoch from clock_timestamp() - ${end})::float8 * 1000`.as('agoMs'),
    ])
    .where('connection_id', '=', connectionId)
    .where('requests', '>', 0)
    .where(end, '>', sql<Date>`clock_timestamp() - ${sinceMs} * interval '1 millisecond'`)
    .orderBy(end)
    .execute()
}
