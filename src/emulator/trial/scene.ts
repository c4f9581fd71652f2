import { type Clock, fakeClock } from '../../lib/clock.ts'
import type { Position } from '../../model/collection.ts'
import type { Connector, StreamPlan } from '../../model/connector.ts'
import { type Emulator, openEmulator } from '../emulator.ts'
import type { FaultRule } from '../faults.ts'
import { pageSizeOf } from '../page-size.ts'
import { readRecording } from '../recording.ts'
import { trialGrants, trialInput } from './connect.ts'
import { directTransport } from './direct-transport.ts'
import type { Samples } from './sample-rows.ts'
import type { OpenStages } from './seams.ts'

/** One stream to be collected from an emulator. */
export type Simulation = {
  readonly connector: Connector
  readonly samples: Samples
  readonly stream: string
  readonly openStages: OpenStages
  readonly signal?: AbortSignal
}

export type Setup = {
  /** Records in each list of the stream. */
  readonly count?: number
  readonly faults?: readonly FaultRule[]
  readonly tokenLifetimeMs?: number
}

/** What a run gave, whatever ended it. */
export type Collected = {
  readonly keys: readonly string[]
  /** Records set aside because they could not be read. */
  readonly unreadable: number
  readonly position?: Position
  readonly failure?: unknown
}

/** Pages of this size where the manifest leaves it to the app: small, so that few records make many pages. */
export const PAGE_SIZE = 4
export const PAGES = 3
/** No run of the simulation needs so many requests unless it loops. */
const MOST_REQUESTS = 3000
const WINDOWS = 3
/** In a fan-out, the children of so many parents are read. */
const PARENTS = 5
const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 10, 20, 8)

/** The same connector with a look-back of a few windows: a year in pieces of an hour shows nothing more. */
export function shortened(connector: Connector, stream: string): Connector {
  const plan = connector.streams[stream]!
  const { window } = plan
  if (window?.maxSpan === undefined) return connector
  const lookback = Math.min(window.lookback, window.maxSpan * WINDOWS)
  return {
    ...connector,
    streams: { ...connector.streams, [stream]: { ...plan, window: { ...window, lookback } } },
  }
}

/** Enough for three pages in every window of the look-back, and a rest. */
export function countFor({ samples, stream }: Simulation, plan: StreamPlan): number {
  const recording = readRecording(samples[stream], { plan, route: undefined }, { settings: {} })
  const size = pageSizeOf(plan, recording, PAGE_SIZE)
  const { lookback = 1, maxSpan = lookback } = plan.window ?? {}
  return ((Number.isFinite(size) ? size : PAGE_SIZE) * PAGES + 1) * Math.ceil(lookback / maxSpan)
}

/** An emulated app, and a collector that stands before it. */
export type Scene = {
  readonly emulator: Emulator
  readonly clock: Clock
  readonly collect: (from?: Position) => Promise<Collected>
}

export function openScene(
  { connector, samples, stream, openStages }: Simulation,
  { count, faults = [], tokenLifetimeMs = DAY_MS }: Setup,
): Scene {
  const clock = fakeClock(START_MS)
  const ancestors = new Set(ancestorsOf(connector, stream))
  const emulator = openEmulator(connector, samples, {
    clock,
    pageSize: PAGE_SIZE,
    prefer: stream,
    tokenLifetimeMs,
    faults: faults.map((rule) => ({ ...rule, stream })),
    records: (name) => (name === stream ? count : ancestors.has(name) ? PARENTS : undefined),
  })
  const grants = trialGrants(connector, emulator)
  const direct = directTransport(emulator)
  let requests = 0
  const transport: typeof direct = (request, options) => {
    if (++requests > MOST_REQUESTS) throw new Error(`still asking after ${MOST_REQUESTS} requests`)
    return direct(request, options)
  }
  const stages = openStages({ connector, stream, transport, clock, input: trialInput(connector), grants })
  return { emulator, clock, collect: (from) => drain(stages.pages(from)) }
}

function ancestorsOf({ streams }: Connector, stream: string): readonly string[] {
  const parent = streams[stream]?.each?.stream
  return parent === undefined ? [] : [parent, ...ancestorsOf({ streams } as Connector, parent)]
}

async function drain(pages: ReturnType<ReturnType<OpenStages>['pages']>): Promise<Collected> {
  const keys: string[] = []
  let unreadable = 0
  let position: Position | undefined
  try {
    for await (const batch of pages) {
      keys.push(...batch.rows.map(({ key }, at) => key ?? nameOf(keys.length + at)))
      unreadable += batch.unreadable.length
      position = batch.position ?? position
    }
    return { keys, unreadable, ...(position !== undefined && { position }) }
  } catch (failure) {
    return { keys, unreadable, failure, ...(position !== undefined && { position }) }
  }
}

/** The keys of everything the app holds of the stream. */
export const heldKeys = ({ emulator }: Scene, stream: string) =>
  emulator.rows(stream).map(({ key }, at) => key ?? nameOf(at))

/** Settings need no key: they are told apart by their number. */
const nameOf = (at: number) => `record ${at + 1}`
