import type { Clock } from '../lib/clock.ts'
import type { Connector, Rate, StreamPlan } from '../model/connector.ts'
import type { Ledger } from './authority/issued.ts'
import type { FaultRule } from './faults.ts'

export type EmulatorOptions = {
  readonly clock: Clock
  /** The same seed gives the same app, to the byte. */
  readonly seed?: string
  /** What the customer of the emulated app has; examples and defaults of the manifest when absent. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** The only values accepted; without them every value is, except those that begin with `wrong`. */
  readonly secrets?: Readonly<Record<string, string>>
  /**
   * How many records each activity stream holds, spread over its look-back; with a function also how many each list of another
   * stream holds. Absent: the recorded ones, at the recorded times.
   */
  readonly records?: number | ((stream: string) => number | undefined)
  /** How fast new activity appears in each activity stream. */
  readonly live?: Rate
  /** Records in a page where the manifest leaves that to the app. */
  readonly pageSize?: number
  readonly faults?: readonly FaultRule[]
  /** Where two streams ask for the same, answers are this one's. */
  readonly prefer?: string
  /** Where what was granted outlives the process; forgotten when absent. */
  readonly ledger?: Ledger
  /** How long access tokens live; an hour when absent. */
  readonly tokenLifetimeMs?: number
}

/** The number of records asked for in the lists of a stream, `of` being how many lists it has. */
export function countOf(
  { records }: EmulatorOptions,
  name: string,
  { plan, of }: { readonly plan: StreamPlan; readonly of: number },
): number | undefined {
  if (typeof records === 'function') return records(name)
  if (records === undefined || plan.kind !== 'activity') return undefined
  return Math.ceil(records / Math.max(1, of))
}

type SettingPlan = NonNullable<Connector['connect']['settings']>[string]

/** Settings for which the manifest has a default, an example or a choice. */
export function exampleSettings({ connect }: Connector): Readonly<Record<string, unknown>> {
  const settings = Object.entries<SettingPlan>(connect.settings ?? {}).map(([name, setting]) => {
    const option = setting.options?.[0]
    const choice = typeof option === 'object' ? option.value : option
    return [name, setting.default ?? setting.example ?? choice ?? 'example']
  })
  return Object.fromEntries(settings)
}
