import type { Row } from '../../model/collection.ts'
import type { Connector, StreamPlan } from '../../model/connector.ts'
import { type Env, Failure } from '../../model/expression.ts'
import type { Sample } from '../../model/sample.ts'
import { exampleSettings } from '../options.ts'
import { readRecording } from '../recording.ts'
import { timeOf } from '../rekey.ts'
import { exploded, type HeldRow, keyOf, openWorld } from '../world.ts'

export type Samples = Readonly<Record<string, Sample>>

/** The records of a stream's sample as collection would make rows of them, in the order of the sample. */
export function sampleRows(connector: Connector, samples: Samples, stream: string): readonly SampleRow[] {
  const plan = connector.streams[stream]
  if (plan === undefined) return []
  const settings = exampleSettings(connector)
  const held =
    plan.receive === undefined ? heldRows(connector, samples, stream) : sentRows(connector, samples, stream)
  const time = plan.window?.time ?? (plan.kind === 'activity' ? plan.map?.common?.time : undefined)
  return held.map((row) => {
    const timeMs = time === undefined ? undefined : timeOf(time, { settings, ...row })
    return { ...row, ...(timeMs !== undefined && { timeMs }) }
  })
}

export type SampleRow = Row & Pick<HeldRow, 'over'>

/** A moment after everything that was recorded: activity that arrives late has arrived. */
const AFTER_ALL_MS = Number.MAX_SAFE_INTEGER

function heldRows(connector: Connector, samples: Samples, stream: string): readonly HeldRow[] {
  const settings = exampleSettings(connector)
  const clock = { now: () => 0, sleep: async () => undefined }
  const world = openWorld({ connector, samples, settings, options: { clock }, openedMs: AFTER_ALL_MS })
  return world.streams.get(stream)?.rows(AFTER_ALL_MS) ?? []
}

/** What a webhook brings. */
function sentRows(connector: Connector, samples: Samples, stream: string): readonly HeldRow[] {
  const plan = connector.streams[stream]!
  const env: Env = { settings: exampleSettings(connector) }
  const { recorded } = readRecording(samples[stream], { plan, route: undefined }, env)
  return recorded
    .flatMap(({ records }) => records ?? [])
    .flatMap((record) => exploded(record, plan, env))
    .map((row) => ({ ...row, over: {}, ...keyOf(plan.key?.evaluate({ ...env, ...row }) ?? null) }))
}

type LookupPlan = NonNullable<StreamPlan['lookup']>[string]

/** The look-up tables of a stream, made of the samples of the streams they name. */
export function lookupTables(connector: Connector, samples: Samples, stream: string): Env {
  const tables = Object.entries<LookupPlan>(connector.streams[stream]?.lookup ?? {}).map(([name, plan]) => {
    const entries = sampleRows(connector, samples, plan.stream).map(({ record }) => {
      const value = plan.value === undefined ? record : plan.value.evaluate({ record })
      return [String(plan.key.evaluate({ record })), value instanceof Failure ? null : value] as const
    })
    return [name, Object.fromEntries(entries)] as const
  })
  return Object.fromEntries(tables)
}
