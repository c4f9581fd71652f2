import { finish } from '../collect/request/draft.ts'
import { Fault } from '../lib/fault.ts'
import { stringifyJson } from '../lib/json.ts'
import type { Batch, PartitionPosition, Row } from '../model/collection.ts'
import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, Instant, type Program } from '../model/expression.ts'
import { ask } from './ask.ts'
import { draftOf, type ListPage, pagesOf } from './list.ts'
import { loadLookups } from './lookup.ts'
import { merge } from './merge.ts'
import { commonNames, planOf, type Reading } from './reading.ts'
import { keyText, rowsOf } from './rows.ts'
import { positionAfter, type Window, windowsOf } from './windows.ts'

/** Positions by partition. A parent's partitions, read for a child, begin with its name and a caret. */
export type Positions = ReadonlyMap<string, PartitionPosition>

/** Rows, and the partitions that may go on behind them once they are written. */
export type Portion = Pick<Batch, 'rows' | 'filtered' | 'unreadable' | 'env'> & {
  readonly commits: readonly (readonly [string, PartitionPosition])[]
}

type Place = {
  readonly name: string
  /** Before the partitions' names: empty for the stream asked for, `parent^` for a parent read for it. */
  readonly prefix: string
  readonly positions: Positions
}

/** Reads one stream: every combination of `over`, and of each parent where it fans out. */
export async function* portionsOf(reading: Reading, place: Place): AsyncGenerator<Portion, void, void> {
  const plan = planOf(reading, place.name)
  const common = await commonNames(reading)
  const lookup = await loadLookups(reading, plan, (name) =>
    portionsOf(reading, { ...place, name, prefix: `${place.prefix}${name}^lookup^` }),
  )
  const names: Env = { ...common, ...(lookup === undefined ? {} : { lookup }) }
  for (const over of combinations(plan, names)) {
    const own = over === undefined ? names : { ...names, over }
    if (plan.each === undefined)
      yield* partition(reading, place, { names: own, key: partitionKey(over, undefined) })
    else yield* fanOut(reading, place, { names: own, over })
  }
}

/** Each combination of the `over` lists; one `undefined` for a stream without. */
function combinations(
  { over }: StreamPlan,
  names: Env,
): readonly (Readonly<Record<string, unknown>> | undefined)[] {
  if (over === undefined) return [undefined]
  return Object.entries(over).reduce<Record<string, unknown>[]>(
    (sofar, [name, values]) => {
      const list = isProgram(values) ? values.evaluate(names) : values
      if (!Array.isArray(list)) throw new Fault('SETTING_INVALID', `over.${name} is no list`)
      return sofar.flatMap((combination) => list.map((value) => ({ ...combination, [name]: value })))
    },
    [{}],
  )
}

const isProgram = (values: object): values is Program => 'evaluate' in values

function partitionKey(over: object | undefined, parent: string | undefined): string {
  if (over === undefined && parent === undefined) return ''
  return stringifyJson([over ?? null, parent ?? null])
}

type Partition = { readonly names: Env; readonly key: string }

/** One partition: its windows one after the other, or one list. */
async function* partition(
  reading: Reading,
  place: Place,
  { names, key }: Partition,
): AsyncGenerator<Portion, void, void> {
  const plan = planOf(reading, place.name)
  const id = `${place.prefix}${key}`
  const position = place.positions.get(id)
  const list = { reading, place, id, cursor: position?.cursor ?? firstCursor(plan, names) }
  if (plan.window === undefined) {
    yield* readList({ ...list, names, window: undefined, isLast: true })
    return
  }
  const { windows, gap } = windowsOf(plan.window, {
    nowMs: reading.clock.now(),
    fromMs: position?.fromMs,
    sinceMs: reading.sinceMs,
  })
  if (gap !== undefined)
    reading.notify({
      kind: 'gap',
      stream: reading.stream,
      ...gap,
      message: 'older than the app keeps its events',
    })
  for (const [index, window] of windows.entries()) {
    const named = { ...names, window: { start: new Instant(window.startMs), end: new Instant(window.endMs) } }
    const isComplete = yield* readList({
      ...list,
      names: named,
      window,
      isLast: index === windows.length - 1,
    })
    if (!isComplete) return
  }
}

function firstCursor({ cursor }: StreamPlan, names: Env): unknown {
  const value = cursor?.first?.evaluate(names)
  if (value instanceof Failure && value.reason !== 'missing')
    throw new Fault('EXPRESSION_FAILED', `cursor.first: ${value.message}`)
  return value instanceof Failure || value === null ? undefined : value
}

type List = {
  readonly reading: Reading
  readonly place: Place
  readonly id: string
  readonly cursor: unknown
  readonly names: Env
  readonly window: Window | undefined
  readonly isLast: boolean
}

/** One list, page by page. The last page carries the commit: it is held back until it is known to be the last. */
async function* readList({
  reading,
  place,
  id,
  names,
  cursor: first,
  window,
  isLast,
}: List): AsyncGenerator<Portion, boolean, void> {
  const plan = planOf(reading, place.name)
  const before = await prepare(reading, place.name, names)
  if (before === 'unknown') return false
  const prepared: Env = before === undefined ? names : { ...names, before }
  const pages = pagesOf(reading, place.name, { names: prepared, cursor: first })
  const tail = openTail(plan, prepared, first)
  for (let turn = await pages.next(); ; turn = await pages.next()) {
    if (turn.done === true) {
      const last = tail.end(turn.value ? { id, window, isLast } : undefined)
      if (last !== undefined) yield last
      return turn.value
    }
    const held = tail.push(turn.value, id)
    if (held !== undefined) yield held
  }
}

/** Holds the newest page back, because only the last one may carry the commit. */
function openTail(plan: StreamPlan, names: Env, first: unknown) {
  let held: Portion | undefined
  let latestMs: number | undefined
  let cursor = first
  return {
    push: (page: ListPage, id: string): Portion | undefined => {
      const previous = held
      const { latestMs: newest, ...rows } = rowsOf(plan, page.records, names)
      latestMs = later(latestMs, newest)
      cursor = page.cursor
      const saves = plan.cursor?.save === 'afterEachPage' && cursor !== undefined
      held = { ...rows, env: names, commits: saves ? [[id, { cursor }]] : [] }
      return previous
    },
    /** @param end absent when the list was not read to its end. */
    end: (end: Omit<End, 'cursor' | 'latestMs'> | undefined): Portion | undefined => {
      const commits = end === undefined ? [] : commitOf(plan, { ...end, cursor, latestMs })
      return held === undefined && commits.length === 0
        ? undefined
        : withCommits(held ?? nothing(names), commits)
    },
  }
}

const withCommits = (portion: Portion, commits: Portion['commits']): Portion => ({
  ...portion,
  commits: [...portion.commits, ...commits],
})
const later = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
const nothing = (env: Env): Portion => ({ rows: [], filtered: 0, unreadable: [], env, commits: [] })

type End = {
  readonly id: string
  readonly window: Window | undefined
  readonly cursor: unknown
  readonly latestMs: number | undefined
  readonly isLast: boolean
}

function commitOf(plan: StreamPlan, { id, window, cursor, latestMs, isLast }: End): Portion['commits'] {
  const fromMs =
    plan.window === undefined || window === undefined
      ? undefined
      : positionAfter(plan.window, window, { latestMs, isLast })
  const position: PartitionPosition = {
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(plan.cursor === undefined || cursor === undefined ? {} : { cursor }),
  }
  return Object.keys(position).length === 0 ? [] : [[id, position]]
}

/** The request that comes first, and what it gives. */
async function prepare(
  reading: Reading,
  name: string,
  names: Env,
): Promise<Readonly<Record<string, unknown>> | undefined | 'unknown'> {
  const { before } = planOf(reading, name)
  if (before === undefined) return undefined
  const asked = await ask(
    reading,
    { name, ...(before.on === undefined ? {} : { on: before.on }) },
    finish(draftOf(reading, before.request, names)),
    names,
  )
  if (asked.is === 'unknown') {
    reading.notify({
      kind: 'unknown',
      stream: reading.stream,
      code: asked.fault.code,
      message: asked.fault.message,
    })
    return 'unknown'
  }
  if (asked.is === 'empty') return {}
  const kept = Object.entries<Program>(before.keep ?? {}).map(
    ([key, program]) => [key, program.evaluate(asked.env)] as const,
  )
  return Object.fromEntries(kept.filter(([, value]) => !(value instanceof Failure)))
}

type FanOut = { readonly names: Env; readonly over: object | undefined }

/**
 * One list for each parent. A page of parents is done when all its children are; only then may the parents' own position move, which
 * an empty portion behind them says.
 */
async function* fanOut(
  reading: Reading,
  place: Place,
  { names, over }: FanOut,
): AsyncGenerator<Portion, void, void> {
  const plan = planOf(reading, place.name)
  const each = plan.each!
  const parents = portionsOf(reading, {
    name: each.stream,
    prefix: `${place.prefix}${each.stream}^`,
    positions: place.positions,
  })
  for await (const { rows, commits, env } of parents) {
    const groups = groupsOf(each, rows, {
      ...names,
      ...(env['over'] === undefined || over !== undefined ? {} : { over: env['over'] }),
    })
    yield* merge(children(), reading.connector.connect.limits.concurrency)
    if (commits.length > 0) yield { ...nothing(names), commits }

    async function* children() {
      for (const group of groups) {
        const parentKey = group.map(({ key, record }) => key ?? keyText(record) ?? '').join(' ')
        const own = { ...names, parent: group[0]!.record, parents: group.map(({ record }) => record) }
        yield partition(reading, place, { names: own, key: partitionKey(over, parentKey) })
      }
    }
  }
}

/** The parents that count, one or `batch` at a time. */
function groupsOf(
  each: NonNullable<StreamPlan['each']>,
  rows: readonly Row[],
  names: Env,
): readonly (readonly Row[])[] {
  const wanted =
    each.where === undefined
      ? rows
      : rows.filter((row) => each.where!.evaluate({ ...names, parent: row.record }) === true)
  const size = each.batch ?? 1
  return Array.from({ length: Math.ceil(wanted.length / size) }, (_, index) =>
    wanted.slice(index * size, (index + 1) * size),
  )
}
