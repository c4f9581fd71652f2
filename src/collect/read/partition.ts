import { Fault } from '../../lib/fault.ts'
import type { Batch, PartitionPosition, Row } from '../../model/collection.ts'
import type { StreamPlan } from '../../model/connector.ts'
import { type Env, Instant, type Value } from '../../model/expression.ts'
import { optionalValue } from '../request/value.ts'
import { planOf, type Run } from '../run.ts'
import { prepared } from './before.ts'
import { packCursor, unpackCursor } from './cursor.ts'
import { type ListPage, readList, tellUnknown } from './list.ts'
import { piecesOf, positionAfter, spanOf, type Window } from './windows.ts'

/** Rows, and where partitions may go on once these are written. */
export type Portion = Pick<Batch, 'filtered' | 'unreadable' | 'env'> & {
  readonly rows: Row[]
  readonly commits: readonly (readonly [id: string, position: PartitionPosition])[]
}

/** What is read with one position. */
export type Partition = {
  /** The stream. */
  readonly name: string
  /** Names of its positions: one, or one for each parent of a batch. */
  readonly ids: readonly string[]
  /** What was kept for each of them. */
  readonly kept: readonly (PartitionPosition | undefined)[]
  readonly names: Env
  /** What a notice adds to the stream's name. */
  readonly about: string
}

/** Reads one partition: its windows one after the other, or one list. */
export async function* readPartition(run: Run, partition: Partition): AsyncGenerator<Portion, void, void> {
  const plan = planOf(run, partition.name)
  const start = startOf(partition)
  const reading: Reading = { plan, partition, start, latestMs: undefined, cursor: start.cursor }
  for (const piece of windowsOf(run, reading)) {
    const isComplete = yield* readPiece(run, reading, piece)
    // What was not read must be asked for again: nothing later may move the position.
    if (!isComplete) return
  }
}

type Start = { readonly fromMs: number | undefined; readonly cursor: Value }

/** Where a partition goes on: a batch of parents where the last of them was left, with a cursor only where they agree. */
function startOf({ kept }: Partition): Start {
  const fromMs = Math.min(...kept.map((position) => position?.fromMs ?? Number.NaN))
  const [first, ...others] = kept.map((position) => JSON.stringify(position?.cursor))
  const isAgreed = first !== undefined && others.every((other) => other === first)
  return {
    fromMs: Number.isNaN(fromMs) ? undefined : fromMs,
    cursor: isAgreed ? unpackCursor(kept[0]?.cursor) : undefined,
  }
}

type Reading = {
  readonly plan: StreamPlan
  readonly partition: Partition
  readonly start: Start
  /** Over all windows of this run. */
  latestMs: number | undefined
  cursor: Value
}

/** One `undefined` for a stream without windows. */
function* windowsOf(run: Run, { plan, start }: Reading): Generator<Window | undefined> {
  if (plan.window === undefined) return yield undefined
  const { window, gap } = spanOf(plan.window, {
    nowMs: run.clock.now(),
    fromMs: start.fromMs,
    sinceMs: run.sinceMs,
  })
  if (gap !== undefined)
    run.notify({
      kind: 'gap',
      stream: run.stream,
      ...gap,
      message: 'the app no longer keeps what happened then',
    })
  if (window !== undefined) yield* piecesOf(plan.window, window)
}

/** @returns whether it was read to its end. */
async function* readPiece(
  run: Run,
  reading: Reading,
  piece: Window | undefined,
): AsyncGenerator<Portion, boolean, void> {
  const { plan, partition } = reading
  const windowed = piece === undefined ? partition.names : { ...partition.names, window: windowNames(piece) }
  const names = await prepared(run, partition.name, windowed)
  if (names instanceof Fault) return tellUnknown(run, names, partition.about)
  reading.cursor ??= plan.cursor?.first && optionalValue(plan.cursor.first, names, 'cursor.first')
  const { name, about } = partition
  const pages = readList(run, { name, names, cursor: reading.cursor, about })
  for (let turn = await pages.next(); ; turn = await pages.next()) {
    if (turn.done === true) return turn.value
    yield portionOf(reading, { page: turn.value, names, piece })
  }
}

function windowNames({ startMs, endMs }: Window): Env {
  return { start: new Instant(startMs), end: new Instant(endMs) }
}

type Read = { readonly page: ListPage; readonly names: Env; readonly piece: Window | undefined }

function portionOf(reading: Reading, { page, names: env, piece }: Read): Portion {
  const { rows, filtered, unreadable, latestMs, cursor, isLast } = page
  if (latestMs !== undefined) reading.latestMs = Math.max(latestMs, reading.latestMs ?? latestMs)
  reading.cursor = cursor
  return { rows, filtered, unreadable, env, commits: commitsOf(reading, piece, isLast) }
}

/** A window is done with its last page; a cursor too, unless the manifest says that it is good after every page. */
function commitsOf(
  { plan, partition, start, latestMs, cursor }: Reading,
  piece: Window | undefined,
  isLast: boolean,
) {
  const position: { -readonly [Name in keyof PartitionPosition]: PartitionPosition[Name] } = {}
  if (isLast && plan.window !== undefined && piece !== undefined)
    position.fromMs = positionAfter(plan.window, { piece, latestMs, fromMs: start.fromMs })
  const isSaved = isLast || plan.cursor?.save === 'afterEachPage'
  if (isSaved && plan.cursor !== undefined && cursor !== undefined) position.cursor = packCursor(cursor)
  return Object.keys(position).length === 0 ? [] : partition.ids.map((id) => [id, position] as const)
}
