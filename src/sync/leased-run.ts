import { hash } from 'node:crypto'
import { isBelievable } from '../collect/read/windows.ts'
import { Fault, isFault } from '../lib/fault.ts'
import { newId } from '../lib/id.ts'
import { stringifyJson } from '../lib/json.ts'
import type { ActivityStore } from '../model/activity.ts'
import type { Batch, Position } from '../model/collection.ts'
import type { Connector } from '../model/connector.ts'
import type { Normalized } from '../model/event.ts'
import type { Vault } from '../model/vault.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { keepInventory } from '../store/postgres/inventory-rows.ts'
import { holdLease, type Lease, renewLease } from '../store/postgres/lease-rows.ts'
import { setAside } from '../store/postgres/quarantine-rows.ts'
import { noteRun } from '../store/postgres/run-rows.ts'
import type { StoredFault } from '../store/postgres/tables.ts'
import type { Connection } from './connection.ts'
import { type Gathering, gatherEvents } from './gather.ts'
import { inventoryItem } from './inventory-item.ts'
import { eventsWithRecords, uidOf } from './kept-records.ts'
import { type Begun, endLeased, lost, savePosition } from './leased-stream.ts'
import { runStream } from './pipeline.ts'
import { packRecord } from './replay.ts'
import { openRunTally, type RunTally } from './run-tally.ts'
import { type Allowance, shareAllowance } from './shared-allowance.ts'
import type { AdjustedClock } from './shared-clock.ts'

/** What a run writes to and asks. */
export type LeasedPorts = {
  readonly control: ControlStore
  readonly activity: ActivityStore
  readonly vault: Pick<Vault, 'seal'>
  readonly clock: AdjustedClock
  readonly random: () => number
  /** Something about the stream changed that a person watching would want to see. Cheap: it is called for every page. */
  readonly tell: (lease: Lease) => void
  /** A stream began to fail, or works again. Called after that is kept. */
  readonly turned: (lease: Lease, turn: Turn) => Promise<void>
  /** Whether the stores' disk has no room for new data; where nobody can tell, it is tried. */
  readonly isFull?: () => Promise<boolean>
  /** A run that has saved a position and lasts longer makes room for others and goes on in its next turn; a minute. */
  readonly turnMs?: number
}

export type Turn =
  | { readonly to: 'failed'; readonly fault: StoredFault }
  | { readonly to: 'recovered'; readonly failures: number }

/** The connection as this worker holds it open; notices of a stream go to its run. */
export type OpenConnection = {
  readonly connector: Connector
  readonly connection: Connection
  readonly listen: (stream: string, listener: RunTally['notice']) => () => void
  readonly allowance: Allowance
}

export type LeasedRun = Begun & {
  readonly ports: LeasedPorts
  readonly open: OpenConnection
  /** The worker stops. */
  readonly signal: AbortSignal
  /** The run now waits for its app, so long. */
  readonly waits?: (ms: number) => void
}

const NOTE_MS = 1_000
/** A lease is renewed so many times before it would end. */
const RENEWALS = 3
const TURN_MS = 60_000

/**
 * Reads one leased stream to its end, to the end of its turn, or to a fault, and says in its row how it went.
 *
 * Everything is written before the position moves, and the position moves only while the lease is held: whoever lost it writes events
 * that are there already, and changes nothing else.
 */
export async function runLeased(run: LeasedRun): Promise<void> {
  const { ports, lease, runId, start, open } = run
  const tally = openRunTally((timeMs) => isBelievable(timeMs, ports.clock.now()))
  const stop = new AbortController()
  const signal = AbortSignal.any([run.signal, stop.signal])
  const silence = open.listen(lease.stream, (notice) => {
    tally.notice(notice)
    if (notice.kind === 'wait') run.waits?.(notice.ms)
  })
  const watch = watchLease(run, { tally, stop })
  const startedMs = ports.clock.now()
  let end: unknown
  try {
    const positions = {
      read: async () => (start.backfillFromMs === undefined ? start.position : undefined),
      save: async (position: Position) => {
        await savePosition(ports.control, lease, position)
        tally.reached(furthest(position))
        if (ports.clock.now() - startedMs > (ports.turnMs ?? TURN_MS)) stop.abort(TURN_OVER)
      },
    }
    noteSpan(run, tally)
    await shareAllowance(run)
    await refuseWhenFull(ports)
    const { organisationId, connectionId, stream } = lease
    const source = { organisationId, connectionId, stream, appId: open.connector.app.id }
    const gathering = gatherEvents(ports.activity, source, ports.clock)
    await runStream(
      open.connection.stagesOf(lease.stream, {
        positions,
        write: writer(run, { runId, tally, kind: start.kind, gathering }),
        signal,
        ...(start.backfillFromMs !== undefined && { sinceMs: start.backfillFromMs }),
      }),
    ).finally(gathering.flush)
  } catch (error) {
    end = signal.aborted ? signal.reason : error
  } finally {
    await watch.close()
    silence()
  }
  await endLeased(run, { tally, end, isInterrupted: signal.aborted })
  ports.tell(lease)
}

/** Why a run was ended that could have gone on. */
export const TURN_OVER = 'turn over'

type Watched = { readonly tally: RunTally; readonly stop: AbortController }

/** Renews the lease and writes down how far the run is, until closed. A lost lease ends the run. */
function watchLease({ ports, lease, runId }: LeasedRun, { tally, stop }: Watched) {
  const turnMs = Math.min(NOTE_MS, lease.leaseMs / RENEWALS)
  // Turns are counted rather than time: a clock that is set must not lose the lease.
  const renewEvery = Math.max(1, Math.floor(lease.leaseMs / RENEWALS / turnMs))
  let turns = 0
  const turn = async (): Promise<void> => {
    turns++
    const isDue = turns % renewEvery === 0
    const isHeld = await ports.control.within(lease.organisationId, async (tx) => {
      await noteRun(tx, runId, tally.counts())
      return !isDue || renewLease(tx, lease)
    })
    if (!isHeld) stop.abort(lost(lease))
    ports.tell(lease)
  }
  /** A store that does not answer ends the run where it writes; here it only delays the renewal. */
  const endWhenDeleted = (error: unknown): void => {
    if (isFault(error, 'ORGANISATION_DELETED')) stop.abort(error)
  }
  const closing = new AbortController()
  const loop = (async () => {
    while (!closing.signal.aborted) {
      await ports.clock.sleep(turnMs, closing.signal).catch(() => undefined)
      if (!closing.signal.aborted) await turn().catch(endWhenDeleted)
    }
  })()
  return {
    close: async (): Promise<void> => {
      closing.abort()
      await loop
    },
  }
}

function noteSpan({ ports, lease, open, start }: LeasedRun, tally: RunTally): void {
  const window = open.connector.streams[lease.stream]?.window
  if (window === undefined) return
  const nowMs = ports.clock.now()
  const from = start.backfillFromMs ?? furthest(start.position) ?? nowMs - window.lookback
  tally.reads(Number.isFinite(from) ? from : nowMs - window.lookback, nowMs - window.lag)
}

/** The earliest of the partitions: so far the stream is read whole. */
function furthest(position: Position | undefined): number {
  const reached = Object.values(position?.partitions ?? {}).map(({ fromMs }) => fromMs ?? Number.NaN)
  return Math.min(...reached.filter((ms) => !Number.isNaN(ms)))
}

type Writing = {
  readonly runId: string
  readonly tally: RunTally
  readonly kind: string
  readonly gathering: Gathering
}

/** Puts everything of a page where it is kept, quarantine first. */
function writer(run: LeasedRun, { runId, tally, kind, gathering }: Writing) {
  const { ports, lease } = run
  const { organisationId, connectionId, stream } = lease
  return async (result: Normalized, batch: Batch): Promise<void> => {
    await refuseWhenFull(ports)
    await quarantine(run, { runId, tally, batch, result })
    if (kind === 'activity') {
      const events = eventsWithRecords(batch, result).map(({ record, event }) => ({
        uid: uidOf(event),
        event,
        raw: stringifyJson(record),
      }))
      await gathering.add(events, batch.position !== undefined)
    } else {
      await ports.control.within(organisationId, async (tx) => {
        // Who sees an item last decides whether it is gone: one that lost the lease must not say so.
        if (!(await holdLease(tx, lease))) throw lost(lease)
        const place = { organisationId, connectionId, stream, kind, runId }
        await keepInventory(tx, place, result.events.map(inventoryItem))
      })
    }
    tally.took(batch, result)
    ports.tell(lease)
  }
}

/** Stops while there is room for what is to be said about it. @throws {Fault} `DISK_FULL` */
async function refuseWhenFull({ isFull }: LeasedPorts): Promise<void> {
  if ((await isFull?.()) === true) throw new Fault('DISK_FULL', 'the disk of the stores is nearly full')
}

type Page = Omit<Writing, 'kind' | 'gathering'> & { readonly batch: Batch; readonly result: Normalized }

async function quarantine(
  { ports, lease, open }: LeasedRun,
  { runId, tally, batch, result }: Page,
): Promise<void> {
  const refused = refusedIn(batch, result)
  if (refused.length === 0) return
  const { organisationId, connectionId, stream } = lease
  const records = await Promise.all(
    refused.map(async ({ record, outer, parent, ...item }) => {
      const id = newId('qrn', ports.clock.now())
      const packed = packRecord({ record, outer, parent, over: batch.env['over'] })
      return {
        ...item,
        id,
        hash: hash('sha256', stringifyJson(record) ?? 'null', 'buffer'),
        sealed: await ports.vault.seal(packed, { organisationId, subject: id, purpose: 'record' }),
      }
    }),
  )
  const place = { organisationId, connectionId, stream, runId, digest: open.connector.digest }
  tally.setAside(await ports.control.within(organisationId, (tx) => setAside(tx, place, records)))
}

/** What could not be read as a record, and what could not be mapped. */
function refusedIn({ rows, env, unreadable }: Batch, { quarantined }: Normalized) {
  const rowOf = new Map(quarantined.length === 0 ? [] : rows.map((row) => [row.record, row] as const))
  return [
    ...unreadable.map(({ record, code, message }) => ({
      ...{ record, code, message, key: null, outer: undefined, parent: env['parent'] },
    })),
    ...quarantined.map(({ record, code, message, key }) => ({
      ...{ record, code, message, key: key ?? null },
      ...{ outer: rowOf.get(record)?.outer, parent: rowOf.get(record)?.parent },
    })),
  ]
}
