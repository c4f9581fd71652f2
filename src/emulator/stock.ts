import type { Rate, StreamPlan } from '../model/connector.ts'
import type { Env, Program } from '../model/expression.ts'
import { castOf } from './cast.ts'
import { valueAt } from './json-path.ts'
import { fraction } from './random.ts'
import { earliest, type Rekey, rekeyer, timeOf } from './rekey.ts'
import { type Beat, play, type Scene } from './timeline.ts'

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
  /** How much later than `lag` an item of a serial number arrives, milliseconds. */
  readonly lateMs: (serial: number) => number
}

/** The records of one list, growing with time where activity is live. */
export type Stock = (nowMs: number) => readonly Item[]

type Source = {
  readonly plan: StreamPlan
  /** The records of this list, and of all lists of the stream. */
  readonly records: readonly unknown[]
  readonly all: readonly unknown[]
  readonly env: Env
}

/** @returns the list in the order the app shows it: activity as the sample runs, newest or oldest first; feeds as it arrives. */
export function stockOf(source: Source, options: StockOptions): Stock {
  const { plan, records, all, env } = source
  const time = plan.window?.time ?? plan.map?.common?.time
  const parts = {
    ...(plan.key !== undefined && { key: plan.key }),
    ...(time !== undefined && { time }),
    ...(plan.explode !== undefined && { explode: plan.explode }),
  }
  const rekey = numbered(rekeyer(parts, all, env), options.list)
  if (plan.kind !== 'activity') return inventory(records, options, rekey)
  const scenes = records.map((record) => ({
    record,
    ...spanOf(record, { plan, time, env }),
    who: whoOf(record, plan),
  }))
  return activity({ plan, scenes, rekey }, options)
}

function numbered(rekey: Rekey | undefined, list: StockOptions['list']): Rekey | undefined {
  if (rekey === undefined) return undefined
  return (record, serial, timeMs) => rekey(record, serial * list.of + list.index, timeMs)
}

function inventory(
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

type TimedScene = Scene & { readonly spanMs: number; readonly isTimed: boolean }
type Timed = { readonly plan: StreamPlan; readonly time: Program | undefined; readonly env: Env }

function spanOf(record: unknown, { plan, time, env }: Timed) {
  const parts = { ...(time && { time }), ...(plan.explode && { explode: plan.explode }) }
  const timeMs = earliest(record, parts, env)
  if (timeMs === undefined || time === undefined) return { timeMs: 0, spanMs: 0, isTimed: false }
  const inside = plan.explode?.path?.slice(1)
  const list = inside === undefined ? [] : valueAt(record, inside)
  const times = (Array.isArray(list) ? list : []).flatMap(
    (row) => timeOf(time, { ...env, record: row, outer: record }) ?? [],
  )
  return { timeMs, spanMs: Math.max(0, ...times.map((other) => other - timeMs)), isTimed: true }
}

function whoOf(record: unknown, plan: StreamPlan): string {
  const path = plan.map?.common?.actor?.['uid']?.path
  return JSON.stringify(path === undefined ? '' : (valueAt(record, path.slice(1)) ?? ''))
}

type Play = {
  readonly plan: StreamPlan
  readonly scenes: readonly TimedScene[]
  readonly rekey: Rekey | undefined
}

function activity({ plan, scenes, rekey }: Play, options: StockOptions): Stock {
  const { seed, openedMs, live, count, list } = options
  const cast = castOf(
    plan,
    scenes.map(({ record }) => record),
    seed,
  )
  const arrival = (timeMs: number, serial: number) =>
    timeMs +
    Math.floor((plan.window?.lag ?? 0) * 0.9 * fraction(seed, 'lag', serial)) +
    options.lateMs(serial)
  const recorded = (scene: TimedScene, at: number): Item => {
    const record = () => (list.isLent ? rekey?.(scene.record, at + 1) : undefined) ?? scene.record
    if (!scene.isTimed) return { arrivesMs: Number.NEGATIVE_INFINITY, record }
    return { ...timesOf(scene, scene.timeMs), arrivesMs: arrival(scene.timeMs, at), record }
  }
  const played = ({ index, round, timeMs }: Beat, serial: number): Item => {
    const scene = scenes[index]!
    const record = () => rekey?.(cast(scene.record, round), serial, scene.isTimed ? timeMs : undefined)
    return { ...(scene.isTimed && timesOf(scene, timeMs)), arrivesMs: arrival(timeMs, serial), record }
  }
  const canPlay = rekey !== undefined && scenes.length > 0
  const items: Item[] =
    count === undefined || !canPlay
      ? scenes.map(recorded)
      : history(scenes, { seed, openedMs, count, lookbackMs: lookbackOf(plan) }).map((beat, at) =>
          played(beat, at + 1),
        )
  const isNewestFirst = plan.cursor === undefined && (scenes[0]?.timeMs ?? 0) > (scenes.at(-1)?.timeMs ?? 0)
  const listed = (nowMs: number) =>
    inOrder(
      items.filter(({ arrivesMs }) => arrivesMs <= nowMs),
      plan,
      isNewestFirst,
    )
  if (live === undefined || !canPlay) return listed
  const beats = play(scenes, { seed: `${seed}/live`, fromMs: openedMs, meanGapMs: live.perMs / live.count })
  let next = beats.next()
  return (nowMs) => {
    for (; next.done !== true && next.value.timeMs <= nowMs; next = beats.next())
      items.push(played(next.value, items.length + 1))
    return listed(nowMs)
  }
}

const timesOf = ({ spanMs }: TimedScene, timeMs: number) => ({ timeMs, untilMs: timeMs + spanMs })

const DAY_MS = 86_400_000
const lookbackOf = (plan: StreamPlan) => plan.window?.lookback ?? 7 * DAY_MS

type History = {
  readonly seed: string
  readonly openedMs: number
  readonly count: number
  readonly lookbackMs: number
}

/** So many activities, spread over the look-back; the last one happened just now. */
function history(scenes: readonly Scene[], { seed, openedMs, count, lookbackMs }: History): readonly Beat[] {
  const fromMs = openedMs - lookbackMs
  const beats = play(scenes, { seed, fromMs, meanGapMs: lookbackMs / count })
    .take(count)
    .toArray()
  const stretch = lookbackMs / Math.max(1, (beats.at(-1)?.timeMs ?? openedMs) - fromMs + 1)
  return beats.map((beat) => ({ ...beat, timeMs: Math.floor(fromMs + (beat.timeMs - fromMs) * stretch) }))
}

function inOrder(items: readonly Item[], plan: StreamPlan, isNewestFirst: boolean): readonly Item[] {
  const at = (item: Item) => (plan.cursor === undefined ? (item.timeMs ?? 0) : item.arrivesMs)
  return items.toSorted((a, b) => (isNewestFirst ? at(b) - at(a) : at(a) - at(b)))
}
