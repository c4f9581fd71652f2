import { sql } from 'kysely'
import type { Clock } from '../lib/clock.ts'
import { Fault, isFault } from '../lib/fault.ts'
import { newId } from '../lib/id.ts'
import type { Position } from '../model/collection.ts'
import type { StreamPlan } from '../model/connector.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'
import { markDeleted } from '../store/postgres/inventory-rows.ts'
import { type Claim, claimStream, held, type Lease } from '../store/postgres/lease-rows.ts'
import { plainJson } from '../store/postgres/plain-text.ts'
import { beginRun, endRun } from '../store/postgres/run-rows.ts'
import type { RunReason, RunState, StoredFault } from '../store/postgres/tables.ts'
import { afterFault, needsReauth, nextRunAtMs, silenceAfterMs, storedFault } from './health.ts'
import type { LeasedRun } from './leased-run.ts'
import { openRunTally, type RunTally } from './run-tally.ts'

/** The stream's row as a run finds it. */
export type StreamAtStart = {
  readonly kind: string
  readonly everyMs: number
  readonly position: Position | undefined
  readonly backfillFromMs: number | undefined
  readonly failures: number
  /** When the run was due. */
  readonly dueMs: number
  /** By the database's clock, like all times here. */
  readonly startedMs: number
  /** What this worker's clock lacks. */
  readonly skewMs: number
  readonly lastEventMs: number | undefined
  readonly eventsTotal: number
  readonly sinceMs: number
}

/** A lease, and the run it was taken for. */
export type Begun = { readonly lease: Lease; readonly runId: string; readonly start: StreamAtStart }

/** Takes a stream that is due and begins a run of it, in the transaction given. */
export async function takeStream(tx: Tx, claim: Claim, nowMs: number): Promise<Begun | undefined> {
  const lease = await claimStream(tx, claim)
  if (typeof lease === 'string') return undefined
  const runId = newId('run', nowMs)
  return { lease, runId, start: await beginLeased(tx, lease, { runId, nowMs }) }
}

/** @param nowMs this worker's clock: what it is off the database's is taken into account when the next run is planned. */
async function beginLeased(
  tx: Tx,
  lease: Lease,
  { runId, nowMs }: { readonly runId: string; readonly nowMs: number },
): Promise<StreamAtStart> {
  const row = await tx
    .selectFrom('stream')
    .innerJoin('connection', 'connection.id', 'stream.connection_id')
    .selectAll('stream')
    .select(['connection.created_at', sql<Date>`clock_timestamp()`.as('now')])
    .where('stream.connection_id', '=', lease.connectionId)
    .where('stream.name', '=', lease.stream)
    .executeTakeFirstOrThrow()
  await beginRun(tx, lease, { id: runId, reason: reasonOf(row) })
  return {
    kind: row.kind,
    everyMs: row.every_ms,
    position: (row.position as Position | null) ?? undefined,
    backfillFromMs: row.backfill_from?.getTime(),
    failures: row.failures,
    dueMs: row.next_run_at.getTime(),
    startedMs: row.now.getTime(),
    skewMs: row.now.getTime() - nowMs,
    lastEventMs: row.last_event_at?.getTime(),
    eventsTotal: row.events_total,
    sinceMs: row.created_at.getTime(),
  }
}

function reasonOf(row: { backfill_from: Date | null; last_success_at: Date | null }): RunReason {
  if (row.backfill_from !== null) return 'backfill'
  return row.last_success_at === null ? 'first' : 'schedule'
}

/** @throws {Fault} `LEASE_LOST`: nothing was changed. */
export async function savePosition(control: ControlStore, lease: Lease, position: Position): Promise<void> {
  const saved = await control.within(lease.organisationId, (tx) =>
    held(tx, lease)
      // What was read again from an earlier time is done as far as the position says.
      .set({ position: plainJson(position), backfill_from: null })
      .executeTakeFirst(),
  )
  if (saved.numUpdatedRows === 0n) throw lost(lease)
}

export const lost = ({ stream }: Lease): Fault => new Fault('LEASE_LOST', `another worker reads ${stream}`)

export type End = {
  readonly tally: RunTally
  /** What ended the run; undefined when it came to its end. */
  readonly end: unknown
  readonly isInterrupted: boolean
}

/** Writes how the run ended, and when the stream is read next, in one transaction; nothing but the run's own row once the lease is lost. */
export async function endLeased({ ports, lease, runId, start, open }: LeasedRun, end: End): Promise<void> {
  const { control, clock } = ports
  const isLost = isFault(end.end, 'LEASE_LOST')
  const isFailed = end.end !== undefined && !end.isInterrupted && !isLost
  const fault = isFailed ? storedFault(end.end, clock.now()) : undefined
  const state: RunState = isFailed ? 'failed' : end.end === undefined ? 'done' : 'interrupted'
  const isSnapshot = isWholeEachTime(open.connector.streams, lease.stream)
  const isKept = await control.within(lease.organisationId, async (tx) => {
    const counts = end.tally.counts()
    await endRun(tx, runId, { counts, state, fault })
    if (isLost) return false
    const totals = {
      events_total: sql<number>`events_total + ${counts.events}`,
      records_total: sql<number>`records_total + ${counts.records}`,
      quarantined_total: sql<number>`quarantined_total + ${counts.quarantined}`,
      unmapped_total: sql<number>`unmapped_total + ${sumOf(counts.unmapped)}`,
      lease_until: null,
      ...newestEvent(start, end),
    }
    const change = fault === undefined ? successOf(start, end, clock) : failureOf(fault, start, ports)
    const row = await held(tx, lease)
      .set({ ...totals, ...change })
      .executeTakeFirst()
    if (row.numUpdatedRows === 0n) return false
    if (fault !== undefined) await blameConnection(tx, lease, fault)
    if (state === 'done' && isSnapshot && end.tally.isComplete())
      await markDeleted(tx, { connectionId: lease.connectionId, stream: lease.stream, runId })
    return true
  })
  if (isKept) await tellTurn(ports, lease, { failures: start.failures, fault, isDone: state === 'done' })
}

async function tellTurn(
  { turned }: LeasedRun['ports'],
  lease: Lease,
  { failures, fault, isDone }: { failures: number; fault: StoredFault | undefined; isDone: boolean },
): Promise<void> {
  if (fault !== undefined && failures === 0) await turned(lease, { to: 'failed', fault })
  if (isDone && failures > 0) await turned(lease, { to: 'recovered', failures })
}

/** The connection could not even be opened: nothing was read, and the stream says why. */
export async function failOpening(
  ports: LeasedRun['ports'],
  { lease, runId, start }: Begun,
  fault: StoredFault,
): Promise<void> {
  const isKept = await ports.control.within(lease.organisationId, async (tx) => {
    await endRun(tx, runId, { counts: openRunTally(() => true).counts(), state: 'failed', fault })
    const row = await held(tx, lease)
      .set({ lease_until: null, ...failureOf(fault, start, ports) })
      .executeTakeFirst()
    if (row.numUpdatedRows === 0n) return false
    await blameConnection(tx, lease, fault)
    return true
  })
  if (isKept) await tellTurn(ports, lease, { failures: start.failures, fault, isDone: false })
  ports.tell(lease)
}

const sumOf = (counts: ReadonlyMap<string, number>) => counts.values().reduce((sum, count) => sum + count, 0)

/** The stream and all it fans out from are read from their beginning every time. */
function isWholeEachTime(streams: Readonly<Record<string, StreamPlan>>, name: string): boolean {
  const plan = streams[name]
  if (plan === undefined || plan.window !== undefined || plan.cursor !== undefined) return false
  return plan.each === undefined || isWholeEachTime(streams, plan.each.stream)
}

/** How old the newest event was when it was first shown, where there was a new one. What an app holds is always as old as its reading. */
function newestEvent(start: StreamAtStart, { tally }: End) {
  const newestMs = tally.lastEventMs()
  if (start.kind !== 'activity' || newestMs === undefined || newestMs <= (start.lastEventMs ?? 0)) return {}
  return {
    last_event_at: new Date(newestMs),
    provider_delay_ms: Math.max(0, start.startedMs - newestMs),
    silent_since: null,
  }
}

function successOf(start: StreamAtStart, { tally, end }: End, clock: Clock) {
  const nowMs = clock.now() + start.skewMs
  const isDone = end === undefined
  const silence = silenceAfterMs({
    eventsTotal: start.eventsTotal + tally.counts().events,
    sinceMs: start.sinceMs,
    lastEventAtMs: tally.lastEventMs() ?? start.lastEventMs ?? 0,
  })
  return {
    state: 'waiting' as const,
    failures: 0,
    fault: null,
    lag_ms: Math.max(0, start.startedMs - start.dueMs),
    next_run_at: new Date(isDone ? nextRunAtMs(start.dueMs, start.everyMs, nowMs) : nowMs),
    ...(isDone && {
      last_success_at: new Date(nowMs),
      is_complete: tally.isComplete(),
      backfill_from: null,
      ...(silence !== undefined && start.kind === 'activity' && { silence_after_ms: Math.round(silence) }),
    }),
  }
}

function failureOf(fault: StoredFault, start: StreamAtStart, { clock, random }: LeasedRun['ports']) {
  const nowMs = clock.now() + start.skewMs
  const after = afterFault({
    fault,
    failures: start.failures,
    everyMs: start.everyMs,
    nowMs,
    random: random(),
  })
  return {
    state: after.state,
    failures: start.failures + 1,
    fault: plainJson(fault),
    next_run_at: new Date(after.nextRunAtMs),
  }
}

/** A credential that is of no use stops the whole connection until the customer connects anew. */
async function blameConnection(tx: Tx, { connectionId }: Lease, fault: StoredFault): Promise<void> {
  if (!needsReauth(fault)) return
  await tx
    .updateTable('connection')
    .set({ status: 'needs_reauth', fault: plainJson(fault), updated_at: sql`now()` })
    .where('id', '=', connectionId)
    .where('status', '=', 'active')
    .execute()
}
