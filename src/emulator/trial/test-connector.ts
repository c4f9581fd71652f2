import type { Clock } from '../../lib/clock.ts'
import { fakeClock } from '../../lib/clock.ts'
import type { Batch } from '../../model/collection.ts'
import type { Connector } from '../../model/connector.ts'
import type { Normalized } from '../../model/event.ts'
import { Instant } from '../../model/expression.ts'
import { trialInput } from './connect.ts'
import { contractResults, type SecondOpinion } from './contract.ts'
import { type Golden, goldenOf, goldenResult } from './golden.ts'
import { pagesLeadOn } from './paging-contract.ts'
import { lookupTables, readSample, type SampleRow, type Samples } from './sample-rows.ts'
import type { OpenStages, TestResult } from './seams.ts'
import { simulationResults } from './simulate.ts'
import { wellFormedResults } from './well-formed.ts'

export type ConnectorTest = {
  readonly connector: Connector
  readonly samples: Samples
  /** What was approved, by stream. */
  readonly golden: Readonly<Record<string, Golden>>
  readonly openStages: OpenStages
  /** Also asks a second validator, which is slow to start. */
  readonly secondOpinion?: SecondOpinion
  readonly signal?: AbortSignal
}

export type ConnectorTestReport = {
  readonly results: readonly TestResult[]
  /** What the samples become now, by stream: to be approved with `--update`. */
  readonly golden: Readonly<Record<string, Golden>>
}

/**
 * Tests a connector against its own samples: no secret of the vendor, no network, no real time. Each stream's sample must be read and
 * mapped soundly, give the approved events, and be collected whole from the emulator, also when things go wrong on the way.
 */
export async function testConnector(test: ConnectorTest): Promise<ConnectorTestReport> {
  const results: TestResult[] = []
  const golden: Record<string, Golden> = {}
  for (const stream of Object.keys(test.connector.streams)) {
    test.signal?.throwIfAborted()
    const tested = await testStream(test, stream)
    results.push(...tested.results.map((result) => ({ stream, ...result })))
    if (tested.golden !== undefined) golden[stream] = tested.golden
  }
  return { results: [...results, ...wellFormedResults(test.connector)], golden }
}

type StreamReport = { readonly results: readonly TestResult[]; readonly golden?: Golden }

async function testStream(test: ConnectorTest, stream: string): Promise<StreamReport> {
  const { connector, samples, signal } = test
  const plan = connector.streams[stream]!
  if (samples[stream] === undefined)
    return {
      results: [{ name: 'there is a sample', ok: false, detail: `samples/${stream}.json is missing` }],
    }
  const { rows, lists } = readSample(connector, samples, stream)
  const nowMs = latest(rows) + 60_000
  const isList = plan.kind === 'list'
  const normalized = isList ? merge([]) : normalize(test, { stream, rows, clock: fakeClock(nowMs) })
  const secondOpinion = test.secondOpinion ?? (async () => [])
  const contract = await contractResults({ plan, rows, normalized, nowMs, secondOpinion })
  const paging = pagesLeadOn(plan, lists, { settings: trialInput(connector).settings })
  const approved = goldenResult(test.golden[stream], normalized.events)
  const isServed = plan.request !== undefined && rows.length > 0
  const simulation = {
    connector,
    samples,
    stream,
    openStages: test.openStages,
    ...(signal !== undefined && { signal }),
  }
  const simulated = isServed ? await simulationResults(simulation) : []
  return {
    results: [...contract, ...present(paging), ...present(approved), ...simulated],
    ...(!isList && { golden: goldenOf(stream, normalized.events) }),
  }
}

const present = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value])

const SOME_DAY_MS = Date.UTC(2026, 10, 20)

/** When the sample was taken, as far as its records tell: so that its events are of the past, and always the same. */
function latest(rows: readonly SampleRow[]): number {
  return rows.reduce((latestMs, { timeMs }) => Math.max(latestMs, timeMs ?? 0), 0) || SOME_DAY_MS
}

type Normalizing = { readonly stream: string; readonly rows: readonly SampleRow[]; readonly clock: Clock }

function normalize(
  { connector, samples, openStages }: ConnectorTest,
  { stream, rows, clock }: Normalizing,
): Normalized {
  const input = trialInput(connector)
  const transport = async () => {
    throw new Error('the sample is normalized without asking anybody')
  }
  const grants = { read: async () => undefined, update: async () => transport() }
  const stages = openStages({ connector, stream, transport, clock, input, grants })
  const lookup = lookupTables(connector, samples, stream)
  const env = { settings: input.settings, before: {}, lookup, grant: {}, now: new Instant(clock.now()) }
  const batches = [...Map.groupBy(rows, ({ over }) => JSON.stringify(over)).values()].map(
    (list): Batch => ({
      stream,
      rows: list,
      env: { ...env, over: list[0]?.over ?? {} },
      filtered: 0,
      unreadable: [],
    }),
  )
  return merge(batches.map(stages.normalize))
}

function merge(parts: readonly Normalized[]): Normalized {
  return {
    events: parts.flatMap(({ events }) => events),
    quarantined: parts.flatMap(({ quarantined }) => quarantined),
    unmapped: sum(parts.map(({ unmapped }) => unmapped)),
    unfit: sum(parts.map(({ unfit }) => unfit)),
  }
}

function sum(maps: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const total = new Map<string, number>()
  for (const map of maps) for (const [key, count] of map) total.set(key, (total.get(key) ?? 0) + count)
  return total
}
