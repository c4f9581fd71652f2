import type { Connector, StreamPlan } from '../model/connector.ts'
import { type Env, Failure } from '../model/expression.ts'
import type { Sample } from '../model/sample.ts'
import { type Context, contextsHeld, contextsOf, envOf, type Row, tellsContext } from './context.ts'
import { draftOf, type Recorded, type Recording, readRecording } from './recording.ts'
import { matchPath, type Route, routeOf } from './route.ts'
import { type Item, type Stock, stockOf } from './stock.ts'
import { type Incoming, placeOf } from './wire.ts'
import type { EmulatorOptions } from './options.ts'

/** A record of a stream as it is after collection, with its key as text. */
export type HeldRow = Row & { readonly key?: string }

/** One stream of the emulated app. */
export type StreamWorld = {
  readonly name: string
  readonly plan: StreamPlan
  readonly route: Route
  readonly recording: Recording
  /** The request before the stream's own, and its recorded answer. */
  readonly before?: { readonly route: Route; readonly recorded: Recorded | undefined }
  readonly contexts: (nowMs: number) => readonly Context[]
  readonly env: (context: Context, nowMs: number) => Env
  /** All records of one list, as the app lists them at this moment. */
  readonly items: (context: Context, nowMs: number) => readonly Item[]
  /** The recorded answers of one list: all there is where the declaration cannot be turned round. */
  readonly recorded: (context: Context) => readonly Recorded[]
  /** What a collector that misses nothing has by now: exploded, joined, filtered. */
  readonly rows: (nowMs: number) => readonly HeldRow[]
}

export type World = { readonly streams: ReadonlyMap<string, StreamWorld> }

export type Seed = {
  readonly connector: Connector
  readonly samples: Readonly<Record<string, Sample>>
  readonly settings: Readonly<Record<string, unknown>>
  readonly options: EmulatorOptions
  readonly openedMs: number
}

/** Everything the emulated app holds, made of the samples. */
export function openWorld(seed: Seed): World {
  const streams = new Map<string, StreamWorld>()
  const find = (name: string) => streams.get(name)
  for (const [name, plan] of Object.entries(seed.connector.streams)) {
    const world = openStream({ name, plan, find }, seed)
    if (world !== undefined) streams.set(name, world)
  }
  return { streams }
}

type Opening = {
  readonly name: string
  readonly plan: StreamPlan
  readonly find: (stream: string) => StreamWorld | undefined
}

function openStream({ name, plan, find }: Opening, seed: Seed): StreamWorld | undefined {
  if (plan.request === undefined) return undefined
  const { settings, connector, openedMs } = seed
  const to = 'to' in plan.page ? placeOf(plan.page.to) : undefined
  const route = routeOf(plan.request, connector.connect.baseUrl, to)
  const sample = seed.samples[name]
  const before = openBefore(plan, sample, connector)
  const kept = keptValues(plan, before?.recorded, { settings })
  const env = (context: Context, nowMs: number) => ({ ...envOf(context, settings, nowMs), before: kept })
  const parents = (nowMs: number) => (plan.each === undefined ? [] : (find(plan.each.stream)?.rows(nowMs) ?? []))
  const contexts = (nowMs: number) => contextsOf(plan, settings, parents(nowMs))
  const recording = readRecording(sample, { plan, route }, { settings, before: kept })
  const shelves = shelvesOf({ name, plan, route, recording, contexts, env }, seed)
  const items = (context: Context, nowMs: number) => shelves.stock(context)(nowMs)
  const world = { name, plan, route, recording, contexts, env, items, recorded: shelves.recorded }
  return {
    ...world,
    ...(before !== undefined && { before }),
    rows: (nowMs) => contexts(nowMs).flatMap((context) => rowsOf(world, context, nowMs)),
  }
}

function openBefore(plan: StreamPlan, sample: Sample | undefined, { connect }: Connector) {
  if (plan.before === undefined) return undefined
  const route = routeOf(plan.before.request, connect.baseUrl)
  const exchange = sample?.exchanges.find(
    ({ request }) =>
      request?.method?.toUpperCase() === route.method &&
      request.path !== undefined &&
      matchPath(route, request.path) !== undefined,
  )
  return { route, recorded: exchange && { exchange, draft: draftOf(exchange, undefined) } }
}

function keptValues(plan: StreamPlan, recorded: Recorded | undefined, env: Env): Env {
  const values = Object.entries(plan.before?.keep ?? {}).map(
    ([name, program]) => [name, program.evaluate({ ...env, response: recorded?.draft ?? {} })] as const,
  )
  return Object.fromEntries(values.filter(([, value]) => !(value instanceof Failure)))
}

type Shelving = Pick<StreamWorld, 'name' | 'plan' | 'route' | 'recording' | 'contexts' | 'env'>

/** Which records, and which recorded answers, belong to which list of the stream. */
function shelvesOf(stream: Shelving, seed: Seed) {
  const { plan, recording } = stream
  const stocks = new Map<string, Stock>()
  const dealt = deal(stream, seed.openedMs)
  const all = recording.recorded.flatMap(({ records }) => records ?? [])
  const recorded = (context: Context) => dealt.get(context.index) ?? []
  const donors = [...dealt.values()].filter((list) => list.some(({ records }) => records !== undefined))
  const make = (context: Context): Stock => {
    const own = recorded(context)
    const source = own.length > 0 ? own : (donors[context.index % Math.max(1, donors.length)] ?? [])
    const records = source.flatMap((one) => one.records ?? [])
    const of = stream.contexts(seed.openedMs).length
    return stockOf({ plan, records, all, env: stream.env(context, seed.openedMs) }, stockOptions(stream, seed, { context, of, isLent: own.length === 0 }))
  }
  const stock = (context: Context): Stock => {
    const name = JSON.stringify([context.over, context.index])
    const known = stocks.get(name) ?? make(context)
    stocks.set(name, known)
    return known
  }
  return { stock, recorded }
}
