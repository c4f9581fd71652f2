import type { Batch, PartitionPosition, Position, Row } from '../model/collection.ts'
import type { Portion } from './read/partition.ts'
import { readStream } from './read/stream.ts'
import type { Run } from './run.ts'

export type CollectOptions = Run & {
  /** Where the last run stopped. */
  readonly position?: Position | undefined
}

/** What is made of rows takes more memory than they do: no more than this many go on at once. */
const MAX_ROWS = 100
/** Beyond this many, positions that were not moved for longest are let go: such a partition begins anew. */
const MAX_PARTITIONS = 50_000

/**
 * Reads one stream from a position to its present end.
 *
 * A batch carries a position when everything up to and including it, once written, need not be read again (at least once: what is
 * repeated has the same key). One page is asked for ahead and no more; a slow reader slows everything down, and memory does not grow with
 * the number of records.
 *
 * @throws {Fault} when the stream cannot go on in this run. Everything given before stays valid, positions included.
 */
export async function* collect({ position, ...run }: CollectOptions): AsyncGenerator<Batch, void, void> {
  const stop = new AbortController()
  const signal = run.signal === undefined ? stop.signal : AbortSignal.any([run.signal, stop.signal])
  const positions = new Map(Object.entries(position?.partitions ?? {}))
  const book = openBook(positions)
  const portions = readStream(
    { ...run, signal },
    { name: run.stream, prefix: '', positions: new Map(positions) },
  )
  try {
    for await (const portion of portions) {
      const batch = book.enter(run.stream, portion)
      if (batch !== undefined) yield* inParts(batch)
    }
    yield* book.rest(run.stream)
  } catch (error) {
    yield* book.rest(run.stream)
    throw error
  } finally {
    stop.abort()
  }
}

type Page = Omit<Batch, 'rows'> & { readonly rows: Row[] }

/**
 * The rows of a page in parts; the last part carries the position, and what belongs to the page as a whole. They are taken out of
 * the page, so that whoever still holds it does not hold the records that are done.
 */
function* inParts({ rows, ...page }: Page): Generator<Batch> {
  const { stream, env } = page
  while (rows.length > MAX_ROWS)
    yield { stream, env, rows: rows.splice(0, MAX_ROWS), filtered: 0, unreadable: [] }
  yield { ...page, rows: rows.splice(0) }
}

/**
 * Keeps the positions in the order in which batches are given: none ever speaks for rows still to come.
 *
 * A position names every partition, so with very many of them it is said only now and then: saying it for each would take the square of
 * their number.
 */
function openBook(positions: Map<string, PartitionPosition>) {
  let unsaid = 0
  const say = (): Pick<Batch, 'position'> => {
    unsaid = 0
    return { position: { version: 1, partitions: Object.fromEntries(positions) } }
  }
  return {
    enter: (stream: string, { commits, ...portion }: Portion): Page | undefined => {
      for (const [id, change] of commits) move(positions, id, change)
      unsaid += commits.length
      const isDue = unsaid > positions.size / 64
      const isEmpty = portion.rows.length + portion.unreadable.length + portion.filtered === 0
      if (isEmpty && !isDue) return undefined
      return { stream, ...portion, ...(isDue && say()) }
    },
    rest: function* (stream: string): Generator<Batch> {
      if (unsaid > 0) yield { stream, rows: [], env: {}, filtered: 0, unreadable: [], ...say() }
    },
  }
}

function move(positions: Map<string, PartitionPosition>, id: string, change: PartitionPosition): void {
  const moved = { ...positions.get(id), ...change }
  positions.delete(id)
  positions.set(id, moved)
  if (positions.size <= MAX_PARTITIONS) return
  const [oldest] = positions.keys()
  if (oldest !== undefined) positions.delete(oldest)
}
