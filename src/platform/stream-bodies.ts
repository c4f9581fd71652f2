import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Run, Stream } from '../api/schema/connections.ts'
import { readConnection } from '../store/postgres/connection-rows.ts'
import type { Tx } from '../store/postgres/control-store.ts'
import type { RunTable, StoredFault, StreamTable } from '../store/postgres/tables.ts'
import { type HookPlaces, hookBody } from './hook-body.ts'

type StreamRow = Selectable<StreamTable>
type RunRow = Selectable<RunTable>

/** How the streams of a connection look to the API, with the run under way where there is one. */
export async function streamBodies(
  tx: Tx,
  places: HookPlaces,
  { connectionId, name }: { readonly connectionId: string; readonly name?: string },
): Promise<readonly Stream[]> {
  const streams = await tx
    .selectFrom('stream')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .orderBy('feature')
    .orderBy('name')
    .execute()
  const running = await tx
    .selectFrom('run')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'running')
    .execute()
  const waiting = await tx
    .selectFrom('quarantine')
    .select(['stream', sql<number>`count(*)::int`.as('count')])
    .where('connection_id', '=', connectionId)
    .where('replayed_at', 'is', null)
    .groupBy('stream')
    .execute()
  const quarantined = new Map(waiting.map(({ stream, count }) => [stream, count]))
  const isReceived = streams.some(({ received_since }) => received_since !== null)
  const connection = isReceived ? await readConnection(tx, connectionId) : undefined
  const nowMs = Date.now()
  return streams.map((row) =>
    streamBody(row, {
      run: row.state === 'running' ? running.find(({ stream }) => stream === row.name) : undefined,
      quarantined: quarantined.get(row.name) ?? 0,
      hook: connection && row.received_since !== null ? hookBody(places, connection, row.name) : undefined,
      nowMs,
    }),
  )
}

type Beside = {
  readonly run: RunRow | undefined
  readonly quarantined: number
  readonly hook: Stream['hook']
  readonly nowMs: number
}

function streamBody(row: StreamRow, { run, quarantined, hook, nowMs }: Beside): Stream {
  return {
    name: row.name,
    kind: row.kind,
    feature: row.feature,
    state: row.state,
    isEnabled: row.is_enabled,
    everyMs: row.every_ms,
    records: row.records_total + (run?.records ?? 0),
    events: row.events_total + (run?.events ?? 0),
    quarantined,
    unmapped: row.unmapped_total,
    ...given('lastRunAt', iso(row.last_run_at)),
    ...given('lastSuccessAt', iso(row.last_success_at)),
    ...given('nextRunAt', row.is_enabled && row.received_since === null ? iso(row.next_run_at) : undefined),
    ...given('lastEventAt', iso(row.last_event_at)),
    ...given('providerDelayMs', row.provider_delay_ms ?? undefined),
    ...given('lagMs', row.lag_ms ?? undefined),
    ...given('isComplete', row.is_complete ?? undefined),
    ...given('quota', row.quota ?? undefined),
    ...given('silentSince', iso(row.silent_since)),
    ...given('receivedSince', iso(row.received_since)),
    ...given('hook', hook),
    ...given('fault', faultBody(row.fault)),
    ...given('running', run && runningBody(run, nowMs)),
  }
}

function runningBody(run: RunRow, nowMs: number): NonNullable<Stream['running']> {
  const progress = progressOf(run.span)
  const elapsedMs = nowMs - run.started_at.getTime()
  return {
    runId: run.id,
    startedAt: run.started_at.toISOString(),
    pages: run.pages,
    records: run.records,
    events: run.events,
    ...given('progress', progress),
    // An estimate from a twentieth on; before that it would only be noise.
    ...given(
      'remainingMs',
      progress !== undefined && progress >= 0.05
        ? Math.round((elapsedMs / progress) * (1 - progress))
        : undefined,
    ),
  }
}

function progressOf(span: RunRow['span']): number | undefined {
  if (span?.fromMs === undefined || span.toMs === undefined || span.atMs === undefined) return undefined
  const whole = span.toMs - span.fromMs
  return whole <= 0 ? undefined : Math.min(Math.max((span.atMs - span.fromMs) / whole, 0), 1)
}

export function runBody(row: RunRow): Run {
  return {
    id: row.id,
    stream: row.stream,
    reason: row.reason,
    state: row.state,
    startedAt: row.started_at.toISOString(),
    requests: row.requests,
    bytes: row.bytes,
    pages: row.pages,
    records: row.records,
    events: row.events,
    quarantined: row.quarantined,
    unmapped: { ...row.unmapped },
    waitedMs: row.waited_ms,
    notices: [...row.notices],
    ...given('endedAt', iso(row.ended_at)),
    ...given('fault', faultBody(row.fault)),
  }
}

export const iso = (time: Date | null): string | undefined => time?.toISOString()

export function faultBody(fault: StoredFault | null): Stream['fault'] {
  return fault === null
    ? undefined
    : { ...fault, blame: fault.blame as NonNullable<Stream['fault']>['blame'] }
}

/** A property only where there is a value: absent is not known, never null. */
export function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V })
}
