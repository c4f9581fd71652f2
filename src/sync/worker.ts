import type { Clock } from '../lib/clock.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { claimStream, overdueStreams } from '../store/postgres/lease-rows.ts'
import type { Queue, WakeUp } from '../store/postgres/queue.ts'
import { storedFault } from './health.ts'
import { type LeasedPorts, runLeased } from './leased-run.ts'
import { failOpening } from './leased-stream.ts'
import type { OpenConnections } from './open-connections.ts'

export type WorkerOptions = {
  /** Different for every process: leases carry it. */
  readonly name: string
  readonly queue: Queue
  readonly ports: LeasedPorts
  readonly connections: OpenConnections
  /** How long a stream rests after its worker died, milliseconds. */
  readonly leaseMs?: number
  /** Streams read at once. */
  readonly concurrency: number
  /** Something failed that belongs to no stream. */
  readonly report: (error: unknown) => void
}

export type Worker = { readonly stop: () => Promise<void> }

const LEASE_MS = 30_000
/** Another worker has the connection, or its lease runs out soon. */
const HELD_AGAIN_MS = 2_000
/** So many sweeps in the time of a lease; a wake-up may be so late before a sweep makes another. */
const SWEEPS = 6
const SWEEP_LIMIT = 500

/**
 * Reads streams when they are due, until stopped.
 *
 * What is due stands in the streams' rows; the queue only says when to look. A lost call, a dead worker, an ended lease are found by
 * the sweep, so no stream rests longer than its lease and the sweep's turn.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { queue } = options
  const stopping = new AbortController()
  await queue.onWake((call) => answer(call, options, stopping.signal), options.concurrency)
  const sweeping = sweep(options, stopping.signal)
  return {
    stop: async () => {
      stopping.abort('the worker stops')
      await sweeping
      await queue.close()
      await options.connections.close()
    },
  }
}

async function answer(call: WakeUp, options: WorkerOptions, signal: AbortSignal): Promise<void> {
  const { queue, ports, connections, name: owner, leaseMs = LEASE_MS } = options
  const { control, clock } = ports
  if (signal.aborted) return queue.wake(call)
  const lease = await control.within(call.organisationId, (tx) =>
    claimStream(tx, { ...call, owner, leaseMs }),
  )
  if (lease === 'held') return queue.wake(call, clock.now() + HELD_AGAIN_MS)
  if (lease !== 'not-due') {
    await connections.use(
      call,
      (open) => runLeased({ ports, lease, open, signal }),
      (error) => failOpening(ports, lease, storedFault(error, clock.now())),
    )
  }
  const nextMs = await nextRunMs(control, call)
  if (nextMs !== undefined) await queue.wake(call, nextMs)
}

/** When the stream is to be read next; undefined when it rests. */
async function nextRunMs(control: ControlStore, call: WakeUp): Promise<number | undefined> {
  const row = await control.within(call.organisationId, (tx) =>
    tx
      .selectFrom('stream')
      .innerJoin('connection', 'connection.id', 'stream.connection_id')
      .select('stream.next_run_at')
      .where('connection.id', '=', call.connectionId)
      .where('stream.name', '=', call.stream)
      .where('stream.is_enabled', '=', true)
      .where('connection.status', '=', 'active')
      .executeTakeFirst(),
  )
  return row?.next_run_at.getTime()
}

async function sweep(
  { queue, ports, report, leaseMs = LEASE_MS }: WorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  const sweepMs = leaseMs / SWEEPS
  while (!signal.aborted) {
    try {
      const overdue = await ports.control.asPlatform((tx) =>
        overdueStreams(tx, { graceMs: sweepMs, limit: SWEEP_LIMIT }),
      )
      for (const call of overdue) await queue.wake(call)
    } catch (error) {
      report(error)
    }
    await pause(ports.clock, sweepMs, signal)
  }
}

const pause = (clock: Clock, ms: number, signal: AbortSignal) =>
  clock.sleep(ms, signal).catch(() => undefined)
