import type { Connector, Rate, StreamPlan } from '../model/connector.ts'
import { type Env, Failure, type Program } from '../model/expression.ts'
import type { Sample } from '../model/sample.ts'
import { type Context, contextsOf, envOf } from './context.ts'
import { deal } from './deal.ts'
import { lateMs } from './faults.ts'
import { countOf, type EmulatorOptions } from './options.ts'
import { draftOf, type Recorded, type Recording, readRecording } from './recording.ts'
import { matchPath, type Route, routeOf } from './route.ts'
import { type HeldRow, rowsOf } from './rows.ts'
import { type Item, type Stock, stockOf } from './stock.ts'
import { placeOf } from './wire.ts'

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
  const parent = () => (plan.each === undefined ? undefined : find(plan.each.stream))
  const contexts = unchanging(
    (nowMs) => contextsOf(plan, settings, parent()?.rows(nowMs) ?? []),
    () => parent()?.plan.kind !== 'activity',
  )
  const recording = readRecording(sample, { plan, route }, { settings, before: kept })
  const stream = { name, plan, route, recording, contexts, env }
  // Not before it is asked for: the parent may stand further down in the manifest.
  const shelves = unchanging(
    () => shelvesOf(stream, seed),
    () => true,
  )
  const world: Omit<StreamWorld, 'rows'> = {
    ...stream,
    ...(before !== undefined && { before }),
    items: (context, nowMs) => shelves(nowMs).items(context, nowMs),
    recorded: (context) => shelves(openedMs).recorded(context),
  }
  const rows = unchanging(
    (nowMs) =>
      contexts(nowMs).flatMap((context) =>
        rowsOf({ plan, context, env: env(context, nowMs), items: world.items(context, nowMs) }),
      ),
    () => plan.kind !== 'activity',
  )
  return { ...world, rows }
}

/** Remembers what does not change with time. */
function unchanging<T>(make: (nowMs: number) => T, isStill: () => boolean): (nowMs: number) => T {
  let made: { readonly value: T } | undefined
  return (nowMs) => {
    if (made !== undefined) return made.value
    const value = make(nowMs)
    if (isStill()) made = { value }
    return value
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
  const values = Object.entries<Program>(plan.before?.keep ?? {}).map(
    ([name, program]) => [name, program.evaluate({ ...env, response: recorded?.draft ?? {} })] as const,
  )
  return Object.fromEntries(values.filter(([, value]) => !(value instanceof Failure)))
}

type Shelving = Pick<StreamWorld, 'name' | 'plan' | 'route' | 'recording' | 'contexts' | 'env'>

/** Which records, and which recorded answers, belong to which list of the stream. */
function shelvesOf(stream: Shelving, seed: Seed): Pick<StreamWorld, 'items' | 'recorded'> {
  const { plan, recording } = stream
  const stocks = new Map<number, Stock>()
  const contexts = stream.contexts(seed.openedMs)
  const env = (context: Context) => stream.env(context, seed.openedMs)
  const dealt = deal(recording.recorded, { route: stream.route, contexts, env })
  const donors = [...dealt.values()].filter((list) => list.some(({ records }) => records !== undefined))
  const all = recording.recorded.flatMap(({ records }) => records ?? [])
  const make = (context: Context): Stock => {
    const own = dealt.get(context.index)
    const records = (own ?? donors[context.index % donors.length] ?? []).flatMap((one) => one.records ?? [])
    const count = countOf(seed.options, stream.name, { plan, of: contexts.length })
    return stockOf(
      { plan, records, all, env: env(context) },
      {
        seed: `${seed.options.seed ?? ''}/${stream.name}/${context.index}`,
        openedMs: seed.openedMs,
        list: { index: context.index, of: contexts.length, isLent: own === undefined },
        isDisordered: seed.options.faults?.some(({ fault }) => fault === 'late') ?? false,
        lateMs: (serial) => lateMs(seed.options.faults ?? [], plan, serial),
        ...(count !== undefined && recording.isList && { count }),
        ...(seed.options.live !== undefined && { live: perList(seed.options.live, contexts.length) }),
      },
    )
  }
  return {
    recorded: (context) => dealt.get(context.index) ?? [],
    items: (context, nowMs) => {
      const stock = stocks.get(context.index) ?? make(context)
      stocks.set(context.index, stock)
      return stock(nowMs)
    },
  }
}

const perList = ({ count, perMs }: Rate, lists: number): Rate => ({
  count,
  perMs: perMs * Math.max(1, lists),
})
