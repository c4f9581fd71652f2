import type { Row } from '../../model/collection.ts'
import type { Connector, StreamPlan } from '../../model/connector.ts'
import { type Env, Failure } from '../../model/expression.ts'
import type { Sample } from '../../model/sample.ts'
import { exampleSettings } from '../options.ts'
import { type Recorded, readRecording } from '../recording.ts'
import { timeOf } from '../rekey.ts'
import { exploded, type HeldRow, keyOf } from '../rows.ts'
import { openWorld } from '../world.ts'

export type Samples = Readonly<Record<string, Sample>>

/** What a stream's sample holds. */
export type SampleReading = {
  /** Its records as collection would make rows of them, in the order of the sample. */
  readonly rows: readonly SampleRow[]
  /** The recorded answers of each list, in order; none for what the app sends by itself. */
  readonly lists: readonly (readonly Recorded[])[]
}
export type SampleRow = Row & Pick<HeldRow, 'over'>

export function readSample(connector: Connector, samples: Samples, stream: string): SampleReading {
  const plan = connector.streams[stream]!
  const settings = exampleSettings(connector)
  const { rows, lists } =
    plan.receive === undefined ? asked(connector, samples, stream) : sent(plan, samples[stream])
  const time = plan.window?.time ?? (plan.kind === 'activity' ? plan.map?.common?.time : undefined)
  const timed = rows.map((row) => {
    const timeMs = time === undefined ? undefined : timeOf(time, { settings, ...row })
    return { ...row, ...(timeMs !== undefined && { timeMs }) }
  })
  return { rows: timed, lists }
}

type Found = { readonly rows: readonly HeldRow[]; readonly lists: SampleReading['lists'] }

/** A moment after everything that was recorded: activity that arrives late has arrived. */
const AFTER_ALL_MS = Number.MAX_SAFE_INTEGER

function asked(connector: Connector, samples: Samples, stream: string): Found {
  const settings = exampleSettings(connector)
  const clock = { now: () => 0, sleep: async () => undefined }
  const world = openWorld({ connector, samples, settings, options: { clock }, openedMs: AFTER_ALL_MS })
  const found = world.streams.get(stream)
  if (found === undefined) return { rows: [], lists: [] }
  return { rows: found.rows(AFTER_ALL_MS), lists: found.contexts(AFTER_ALL_MS).map(found.recorded) }
}

/** What a webhook brings. */
function sent(plan: StreamPlan, sample: Sample | undefined): Found {
  const { recorded } = readRecording(sample, { plan, route: undefined }, {})
  const rows = recorded
    .flatMap(({ records }) => records ?? [])
    .flatMap((record) => exploded(record, plan, {}))
    .map((row) => ({ ...row, over: {}, ...keyOf(plan.key?.evaluate(row) ?? null) }))
  return { rows, lists: [] }
}

type LookupPlan = NonNullable<StreamPlan['lookup']>[string]

/** The look-up tables of a stream, made of the samples of the streams they name. */
export function lookupTables(connector: Connector, samples: Samples, stream: string): Env {
  const tables = Object.entries<LookupPlan>(connector.streams[stream]?.lookup ?? {}).map(([name, plan]) => {
    const entries = readSample(connector, samples, plan.stream).rows.map(({ record }) => {
      const value = plan.value === undefined ? record : plan.value.evaluate({ record })
      return [String(plan.key.evaluate({ record })), value instanceof Failure ? null : value] as const
    })
    return [name, Object.fromEntries(entries)] as const
  })
  return Object.fromEntries(tables)
}
