import { stringifyJson } from '../lib/json.ts'
import type { StreamPlan } from '../model/connector.ts'
import { castOf } from './cast.ts'
import { valueAt } from './json-path.ts'
import { fraction } from './random.ts'
import { earliest, type Rekey, type RekeyParts, timesOf } from './rekey.ts'
import type { Item, Source, Stock, StockOptions } from './stock.ts'
import { type Beat, play, type Scene } from './timeline.ts'

type Play = { readonly source: Source; readonly parts: RekeyParts; readonly rekey: Rekey | undefined }
type TimedScene = Scene & { readonly spanMs: number; readonly isTimed: boolean }

/**
 * Activity: newest or oldest first as the sample is, feeds as it arrives. With a count the recorded activity is played over and over
 * across the look-back; live, it goes on being played.
 */
export function activityStock({ source, parts, rekey }: Play, options: StockOptions): Stock {
  const { plan, records } = source
  const scenes = records.map((record) => sceneOf(record, { source, parts }))
  const makers = itemMakers({ plan, scenes, rekey }, options)
  const canPlay = rekey !== undefined && scenes.length > 0
  const isRecorded = options.count === undefined || !canPlay
  const items: Item[] = isRecorded
    ? scenes.map(makers.recorded)
    : history(scenes, plan, options).map((beat, at) => makers.played(beat, at + 1))
  const list = lister(plan, scenes, options)
  if (options.live === undefined || !canPlay) return (nowMs) => list(items, nowMs)
  const { perMs, count } = options.live
  // What is late is on its way already: whoever looks sees news at once, not after the lag.
  const fromMs = options.openedMs - (plan.window?.lag ?? 0)
  const beats = play(scenes, { seed: `${options.seed}/live`, fromMs, meanGapMs: perMs / count })
  let next = beats.next()
  return (nowMs) => {
    for (; next.done !== true && next.value.timeMs <= nowMs; next = beats.next())
      items.push(makers.played(next.value, items.length + 1))
    return list(items, nowMs)
  }
}

function sceneOf(record: unknown, { source: { plan, env }, parts }: Omit<Play, 'rekey'>): TimedScene {
  const timeMs = earliest(record, parts, env)
  const uid = plan.map?.common?.actor?.['uid']?.path
  const who = stringifyJson(uid === undefined ? '' : (valueAt(record, uid.slice(1)) ?? ''))
  if (timeMs === undefined) return { record, who, timeMs: 0, spanMs: 0, isTimed: false }
  const untilMs = Math.max(timeMs, ...timesOf(record, parts, env))
  return { record, who, timeMs, spanMs: untilMs - timeMs, isTimed: true }
}

type Making = {
  readonly plan: StreamPlan
  readonly scenes: readonly TimedScene[]
  readonly rekey: Rekey | undefined
}

function itemMakers({ plan, scenes, rekey }: Making, { seed, list, lateMs }: StockOptions) {
  const cast = castOf(
    plan,
    scenes.map(({ record }) => record),
    seed,
  )
  const lagMs = plan.window?.lag ?? 0
  const at = ({ spanMs }: TimedScene, timeMs: number, serial: number) => ({
    timeMs,
    untilMs: timeMs + spanMs,
    // Never later than the manifest says, unless it is told to be late.
    arrivesMs: timeMs + Math.floor(lagMs * 0.9 * fraction(seed, 'lag', serial)) + lateMs(serial),
  })
  const recorded = (scene: TimedScene, serial: number): Item => {
    const record = () => (list.isLent ? rekey?.(scene.record, serial + 1) : undefined) ?? scene.record
    return { ...(scene.isTimed ? at(scene, scene.timeMs, serial) : ALWAYS), record }
  }
  const played = ({ index, round, timeMs }: Beat, serial: number): Item => {
    const scene = scenes[index]!
    const moved = scene.isTimed ? timeMs : undefined
    const record = () => rekey?.(cast(scene.record, round), serial, moved)
    return { ...(scene.isTimed ? at(scene, timeMs, serial) : { arrivesMs: timeMs }), record }
  }
  return { recorded, played }
}

const ALWAYS = { arrivesMs: Number.NEGATIVE_INFINITY }

function lister(plan: StreamPlan, scenes: readonly Scene[], { isDisordered }: StockOptions) {
  const byArrival = plan.cursor !== undefined || isDisordered
  const isNewestFirst = plan.cursor === undefined && (scenes[0]?.timeMs ?? 0) > (scenes.at(-1)?.timeMs ?? 0)
  const at = (item: Item) => (byArrival ? item.arrivesMs : (item.timeMs ?? 0))
  return (items: readonly Item[], nowMs: number): readonly Item[] =>
    items
      .filter(({ arrivesMs }) => arrivesMs <= nowMs)
      .toSorted((a, b) => (isNewestFirst ? at(b) - at(a) : at(a) - at(b)))
}

const WEEK_MS = 7 * 86_400_000

/** So many activities, spread over the look-back; the last one happened just now. */
function history(scenes: readonly Scene[], plan: StreamPlan, options: StockOptions): readonly Beat[] {
  const { seed, openedMs, count = 0 } = options
  const lookbackMs = plan.window?.lookback ?? WEEK_MS
  const fromMs = openedMs - lookbackMs
  const beats = play(scenes, { seed, fromMs, meanGapMs: lookbackMs / count })
    .take(count)
    .toArray()
  const stretch = lookbackMs / Math.max(1, (beats.at(-1)?.timeMs ?? openedMs) - fromMs + 1)
  return beats.map((beat) => ({ ...beat, timeMs: Math.floor(fromMs + (beat.timeMs - fromMs) * stretch) }))
}
