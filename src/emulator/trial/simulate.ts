import { type Clock, fakeClock } from '../../lib/clock.ts'
import { isFault } from '../../lib/fault.ts'
import type { Position } from '../../model/collection.ts'
import type { Connector, StreamPlan } from '../../model/connector.ts'
import { type Emulator, openEmulator } from '../emulator.ts'
import type { FaultName, FaultRule } from '../faults.ts'
import { pageSizeOf } from '../page-size.ts'
import { readRecording } from '../recording.ts'
import { brief } from './brief.ts'
import { trialGrants, trialInput, trialMethod } from './connect.ts'
import { directTransport } from './direct-transport.ts'
import type { Samples } from './sample-rows.ts'
import type { OpenStages, TestResult } from './seams.ts'

type Simulation = {
  readonly connector: Connector
  readonly samples: Samples
  readonly stream: string
  readonly openStages: OpenStages
  readonly signal?: AbortSignal
}

type Setup = {
  /** Records in each list of the stream. */
  readonly count?: number
  readonly faults?: readonly FaultRule[]
  readonly tokenLifetimeMs?: number
}

/** What a run gave, whatever ended it. */
type Collected = {
  readonly keys: readonly string[]
  /** Records set aside because they could not be read. */
  readonly unreadable: number
  readonly position?: Position
  readonly failure?: unknown
}

/** Pages of this size where the manifest leaves it to the app: small, so that few records make many pages. */
const PAGE_SIZE = 4
const PAGES = 3
/** No run of the simulation needs so many requests unless it loops. */
const MOST_REQUESTS = 3000
const WINDOWS = 3
/** In a fan-out, the children of so many parents are read. */
const PARENTS = 5
const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 10, 20, 8)

/** Collects a stream from the emulator to its end, several pages long, in fair weather and in foul. */
export async function simulationResults(given: Simulation): Promise<readonly TestResult[]> {
  const simulation = { ...given, connector: shortened(given.connector, given.stream) }
  const plan = simulation.connector.streams[simulation.stream]!
  const count = countFor(simulation, plan)
  const results: TestResult[] = []
  for (const { name, applies, run } of SCENARIOS) {
    simulation.signal?.throwIfAborted()
    if (!applies(plan, simulation.connector)) continue
    const detail = await run(simulation, count)
    results.push(detail === undefined ? { name, ok: true } : { name, ok: false, detail })
  }
  return results
}

/** The same connector with a look-back of a few windows: a year in pieces of an hour shows nothing more. */
function shortened(connector: Connector, stream: string): Connector {
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
function countFor({ samples, stream }: Simulation, plan: StreamPlan): number {
  const recording = readRecording(samples[stream], { plan, route: undefined }, { settings: {} })
  const size = pageSizeOf(plan, recording, PAGE_SIZE)
  const { lookback = 1, maxSpan = lookback } = plan.window ?? {}
  return ((Number.isFinite(size) ? size : PAGE_SIZE) * PAGES + 1) * Math.ceil(lookback / maxSpan)
}

type Scenario = {
  readonly name: string
  readonly applies: (plan: StreamPlan, connector: Connector) => boolean
  /** @returns what does not hold. */
  readonly run: (simulation: Simulation, count: number) => Promise<string | undefined>
}

const always = () => true
const isPaged = ({ page }: StreamPlan) => page.next !== 'none'
const hasToken = ({ page }: StreamPlan) =>
  page.next === 'token' || page.next === 'link' || page.next === 'url'
const canRenew = (_: StreamPlan, connector: Connector) => {
  const { oauth2, login } = trialMethod(connector)
  return oauth2 !== undefined || login !== undefined
}
/** The first request, and then now and then. */
const NOW_AND_THEN = [1, 3, 5, 9]
/** A token outlives three slow answers. */
const SHORT_LIVED: Setup = { faults: [{ fault: 'slow' }], tokenLifetimeMs: 65_000 }

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'every record is collected exactly once, over several pages',
    applies: always,
    run: (simulation, count) => expectAll(simulation, { count }, true),
  },
  ...foul('after 429', '429', always),
  ...foul('after a refused token', '401', canRenew),
  {
    name: 'the same records are collected while tokens expire and rotate',
    applies: canRenew,
    run: (simulation, count) => expectAll(simulation, { count, ...SHORT_LIVED }, false),
  },
  ...foul('after an error of the server', '500', always),
  ...foul('after an answer cut short', 'truncated', always),
  ...foul('after a slow answer', 'slow', always),
  ...foul('when a page comes twice', 'duplicate', hasToken),
  ...foul('when a page in between is empty', 'empty', hasToken),
  {
    name: 'records that arrive late are collected by a later run',
    applies: ({ window }) => window !== undefined,
    run: expectLate,
  },
  {
    name: 'a second run from the saved position gives nothing it should not',
    applies: ({ kind }) => kind === 'activity',
    run: expectNothingLost,
  },
  { name: 'an empty list is an empty list', applies: ({ kind }) => kind !== 'settings', run: expectEmpty },
  { name: 'an app that repeats itself for ever is noticed', applies: isPaged, run: expectStuck },
  {
    name: 'a next address on a host that is not declared ends the run',
    applies: ({ page }) => page.next === 'link' || page.next === 'url',
    run: expectBlocked,
  },
  {
    name: 'a renamed key is noticed, and no record is lost silently',
    applies: ({ key, kind, each }) => key !== undefined && kind !== 'settings' && each === undefined,
    run: expectUnreadable,
  },
]

function foul(when: string, fault: FaultName, applies: Scenario['applies']): readonly Scenario[] {
  // A page that comes twice, or empty, does so once for each page.
  const isOfPage = fault === 'duplicate' || fault === 'empty'
  // A token that is refused as soon as it is new is refused for good.
  const at = fault === '401' ? [1] : NOW_AND_THEN
  const faults = [isOfPage ? { fault } : { fault, at }]
  const name = `the same records are collected ${when}`
  return [{ name, applies, run: (simulation, count) => expectAll(simulation, { count, faults }, false) }]
}

type Scene = {
  readonly emulator: Emulator
  readonly clock: Clock
  readonly collect: (from?: Position) => Promise<Collected>
}

function open(
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

const heldKeys = ({ emulator }: Scene, stream: string) =>
  emulator.rows(stream).map(({ key }, at) => key ?? nameOf(at))

/** Settings need no key: they are told apart by their number. */
const nameOf = (at: number) => `record ${at + 1}`

async function expectAll(simulation: Simulation, setup: Setup, isOnce: boolean): Promise<string | undefined> {
  const scene = open(simulation, setup)
  const collected = await scene.collect()
  const plan = simulation.connector.streams[simulation.stream]!
  const lagMs = plan.window?.lag ?? 0
  if (lagMs > 0) await scene.clock.sleep(lagMs)
  const later =
    lagMs > 0 && collected.failure === undefined ? await scene.collect(collected.position) : undefined
  const keys = [...collected.keys, ...(later?.keys ?? [])]
  const isStrict = isOnce && plan.explode === undefined && later === undefined
  return (
    failureOf(collected) ??
    (later && failureOf(later)) ??
    differenceOf(heldKeys(scene, simulation.stream), keys, isStrict)
  )
}

/** What the app holds and what was collected, compared. */
function differenceOf(
  held: readonly string[],
  collected: readonly string[],
  isOnce: boolean,
): string | undefined {
  const counts = new Map<string, number>()
  for (const key of collected) counts.set(key, (counts.get(key) ?? 0) + 1)
  const missing = held.filter((key) => !counts.has(key))
  const known = new Set(held)
  const strangers = [...counts.keys()].filter((key) => !known.has(key))
  const twice = isOnce ? [...counts].filter(([, count]) => count > 1).map(([key]) => key) : []
  if (held.length === 0) return 'the emulator holds no records of it'
  const found = [
    missing.length > 0 ? `${missing.length} of ${held.length} missing (${brief(missing)})` : undefined,
    strangers.length > 0 ? `${strangers.length} that the app does not hold (${brief(strangers)})` : undefined,
    twice.length > 0 ? `${twice.length} more than once (${brief(twice)})` : undefined,
  ].filter((problem) => problem !== undefined)
  return found.length === 0 ? undefined : found.join('; ')
}

function failureOf({ failure }: Collected): string | undefined {
  if (failure === undefined) return undefined
  return isFault(failure) ? `${failure.code}: ${failure.message}` : String(failure)
}

/** Late records are there some time after their window was read; the overlap of the next run reaches them. */
async function expectLate(simulation: Simulation, count: number): Promise<string | undefined> {
  const scene = open(simulation, { count, faults: [{ fault: 'late' }] })
  const first = await scene.collect()
  const { window } = simulation.connector.streams[simulation.stream]!
  await scene.clock.sleep((window?.lag ?? 0) + (window?.overlap ?? 0))
  const second = await scene.collect(first.position)
  const keys = [...first.keys, ...second.keys]
  return (
    failureOf(first) ?? failureOf(second) ?? differenceOf(heldKeys(scene, simulation.stream), keys, false)
  )
}

async function expectNothingLost(simulation: Simulation, count: number): Promise<string | undefined> {
  const scene = open(simulation, { count })
  const first = await scene.collect()
  if (first.failure === undefined && first.position === undefined)
    return 'the run gave no position to go on from'
  await scene.clock.sleep(60_000)
  const second = await scene.collect(first.position)
  const problem = failureOf(first) ?? failureOf(second)
  if (problem !== undefined) return problem
  if (second.keys.length >= first.keys.length && first.keys.length > PAGES * PAGE_SIZE)
    return 'the second run reads everything again'
  const held = new Set(heldKeys(scene, simulation.stream))
  const strangers = second.keys.filter((key) => !held.has(key))
  return strangers.length === 0 ? undefined : `gave ${brief(strangers)}`
}

async function expectEmpty(simulation: Simulation): Promise<string | undefined> {
  const scene = open(simulation, { count: 0 })
  if (scene.emulator.rows(simulation.stream).length > 0) return undefined
  const collected = await scene.collect()
  return (
    failureOf(collected) ??
    (collected.keys.length === 0 ? undefined : `gave ${collected.keys.length} records`)
  )
}

async function expectStuck(simulation: Simulation, count: number): Promise<string | undefined> {
  const { collect } = open(simulation, { count, faults: [{ fault: 'repeat' }] })
  const { failure } = await collect()
  if (isFault(failure, 'PAGING_STUCK') || isFault(failure, 'LIMIT_REACHED')) return undefined
  return failureOf({ keys: [], unreadable: 0, failure }) ?? 'the run ended as if all had been well'
}

async function expectBlocked(simulation: Simulation, count: number): Promise<string | undefined> {
  const { failure } = await open(simulation, { count, faults: [{ fault: 'elsewhere' }] }).collect()
  if (isFault(failure, 'EGRESS_BLOCKED')) return undefined
  return failureOf({ keys: [], unreadable: 0, failure }) ?? 'the run ended as if all had been well'
}

async function expectUnreadable(simulation: Simulation, count: number): Promise<string | undefined> {
  const scene = open(simulation, { count, faults: [{ fault: 'schema' }] })
  const { keys, unreadable, failure } = await scene.collect()
  if (failure !== undefined || unreadable > 0) return undefined
  return `${keys.length} records came, none was set aside, and the run ended as if all had been well`
}
