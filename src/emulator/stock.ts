import type { Rate, StreamPlan } from '../model/connector.ts'
import type { Env } from '../model/expression.ts'
import { activityStock } from './activity-stock.ts'
import { type Rekey, type RekeyParts, rekeyer } from './rekey.ts'

/** One record that the emulated app holds. */
export type Item = {
  /** When it happened, Unix milliseconds; absent outside activity. */
  readonly timeMs?: number
  /** When the last of its exploded elements happened. */
  readonly untilMs?: number
  /** When the app begins to show it. */
  readonly arrivesMs: number
  readonly record: () => unknown
}

export type StockOptions = {
  readonly seed: string
  /** When the emulator was opened, Unix milliseconds. */
  readonly openedMs: number
  /** This list among the lists of its stream, so that no two of them give one key; lent records are another list's. */
  readonly list: { readonly index: number; readonly of: number; readonly isLent: boolean }
  /** How many records this list is to hold; absent: those recorded. */
  readonly count?: number
  /** New activity from now on. */
  readonly live?: Rate
  /** The app lists activity as it arrives, not as it happened. */
  readonly isDisordered: boolean
  /** How much later than `lag` an item of a serial number arrives, milliseconds. */
  readonly lateMs: (serial: number) => number
}

/** The records of one list as the app lists them at a moment: growing with time where activity is live. */
export type Stock = (nowMs: number) => readonly Item[]

export type Source = {
  readonly plan: StreamPlan
  /** The records of this list, and of all lists of the stream. */
  readonly records: readonly unknown[]
  readonly all: readonly unknown[]
  readonly env: Env
}

export function stockOf(source: Source, options: StockOptions): Stock {
  const { plan, records, all, env } = source
  const parts = partsOf(plan)
  const rekey = numbered(rekeyer(parts, all, env), options.list)
  return plan.kind === 'activity'
    ? activityStock({ source, parts, rekey }, options)
    : inventoryStock(records, options, rekey)
}

function partsOf(plan: StreamPlan): RekeyParts {
  const time = plan.window?.time ?? plan.map?.common?.time
  return {
    ...(plan.key !== undefined && { key: plan.key }),
    ...(time !== undefined && { time }),
    ...(plan.explode !== undefined && { explode: plan.explode }),
  }
}

function numbered(rekey: Rekey | undefined, list: StockOptions['list']): Rekey | undefined {
  if (rekey === undefined) return undefined
  return (record, serial, timeMs) => rekey(record, serial * list.of + list.index, timeMs)
}

/** Where keys cannot be made, there are as many records as were recorded. */
function inventoryStock(
  records: readonly unknown[],
  { count, list }: StockOptions,
  rekey: Rekey | undefined,
): Stock {
  const made = list.isLent ? records.map((record, at) => rekey?.(record, at + 1) ?? record) : [...records]
  const wanted = rekey === undefined || records.length === 0 ? made.length : (count ?? made.length)
  for (let serial = made.length + 1; rekey !== undefined && made.length < wanted; serial++)
    made.push(rekey(records[serial % records.length], serial))
  const items = made
    .slice(0, count)
    .map((record) => ({ arrivesMs: Number.NEGATIVE_INFINITY, record: () => record }))
  return () => items
}
