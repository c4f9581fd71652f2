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
  const rows = await tx
    .selectFrom('run')
    .select(['id', 'stream', 'requests as count', AGO_MS.as('agoMs')])
    .where('connection_id', '=', connectionId)
    .orderBy('id', 'desc')
    .limit(MOST_RUNS)
    .execute()
  return rows.filter(({ count, agoMs }) => count > 0 && agoMs < sinceMs).sort((a, b) => b.agoMs - a.agoMs)
}

/** What ran earlier is long over. */
const MOST_RUNS = 200
const AGO_MS = sql<number>`extract(epoch from clock_timestamp() - coalesce(ended_at, clock_timestamp()))::float8 * 1000`
