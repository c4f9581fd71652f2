import type { Clock } from '../lib/clock.ts'
import { isFault } from '../lib/fault.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { dueStreams } from '../store/postgres/lease-rows.ts'
import type { Queue, WakeUp } from '../store/postgres/queue.ts'
import { storedFault } from './health.ts'
import { type LeasedPorts, runLeased } from './leased-run.ts'
import { failOpening, takeStream } from './leased-stream.ts'
import type { OpenConnections } from './open-connections.ts'
import { openSlots, type Slots } from './slots.ts'

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
/** So often it is looked what is due: a stream is read so late, and goes on so soon after its worker's lease ran out. */
const SWEEP_MS = 1_000
const SWEEP_LIMIT = 500

/**
 * Reads streams when they are due, until stopped.
 *
 * What is due stands in the streams' rows, and every worker looks there; the queue only shares the calls out among the workers. So no
 * call can be lost, and no stream rests longer than its lease and the sweep's turn. One connection gets half of a worker's slots at
 * most: the others go on beside it.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { queue, report } = options
  const stopping = new AbortController()
  const slots = openSlots(options.concurrency)
  const work = (call: WakeUp) => answer(call, options, { slots, signal: stopping.signal })
  queue.onWake(work, { room: slots.room, report })
  const sweeping = sweep(options, { slots, signal: stopping.signal, work })
  return {
    stop: async () => {
      stopping.abort('the worker stops')
      await sweeping
      await queue.close()
      await options.connections.close()
    },
  }
}

type Working = { readonly slots: Slots; readonly signal: AbortSignal }

async function answer(call: WakeUp, options: WorkerOptions, { slots, signal }: Working): Promise<void> {
  const { ports, connections, concurrency, name: owner, leaseMs = LEASE_MS } = options
  const { control, clock } = ports
  if (signal.aborted) return
  const slot = slots.take()
  try {
    const claim = { ...call, owner, leaseMs, most: Math.ceil(concurrency / 2) }
    const begun = await control.within(call.organisationId, (tx) => takeStream(tx, claim, clock.now()))
    if (begun === undefined) return
    await connections.use(
      call,
      (open) => runLeased({ ...begun, ports, open, signal, waits: slot.lend }),
      (error) => failOpening(ports, begun, storedFault(error, clock.now())),
    )
  } catch (error) {
    // There is no row left to say it in.
    if (!isFault(error, 'ORGANISATION_DELETED')) throw error
  } finally {
    slot.free()
  }
}

type Sweeping = Working & { readonly work: (call: WakeUp) => Promise<void> }

async function sweep(
  { name: owner, queue, ports, report }: WorkerOptions,
  { slots, signal, work }: Sweeping,
): Promise<void> {
  const own = new Set<Promise<void>>()
  while (!signal.aborted) {
    try {
      await ports.clock.adjust?.()
      const due = await look(ports.control, owner)
      const mine = due.filter(({ isMine }) => isMine).slice(0, Math.max(0, slots.room()))
      for (const { isMine, ...call } of mine) {
        const ending = work(call)
          .catch(report)
          .finally(() => own.delete(ending))
        own.add(ending)
      }
      const others = due.filter((stream) => !stream.isMine)
      await queue.wake(...others.map(({ isMine, ...call }) => call))
    } catch (error) {
      report(error)
    }
    await pause(ports.clock, SWEEP_MS, signal)
  }
  await Promise.all(own)
}

const look = (control: ControlStore, owner: string) =>
  control.asPlatform((tx) => dueStreams(tx, { owner, limit: SWEEP_LIMIT }))

const pause = (clock: Clock, ms: number, signal: AbortSignal) =>
  clock.sleep(ms, signal).catch(() => undefined)
