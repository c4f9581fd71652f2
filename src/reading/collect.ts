import type { Batch, PartitionPosition, Position } from '../model/collection.ts'
import { openRateGate } from './limiter.ts'
import type { Reading } from './reading.ts'
import { type Portion, portionsOf } from './stream.ts'

export type CollectOptions = Omit<Reading, 'gates' | 'signal' | 'sinceMs'> & {
  readonly signal?: AbortSignal | undefined
  readonly sinceMs?: number | undefined
  /** Where the last run stopped. */
  readonly position?: Position | undefined
}

/** Positions of partitions that were not read for long are let go beyond this many; such a partition begins anew. */
const MOST_PARTITIONS = 50_000

/**
 * Reads one stream from a position to its present end.
 *
 * A batch carries a position when everything up to and including it, once written, need not be read again. The generator asks for
 * one page ahead and no more: a slow reader slows it down.
 *
 * @throws {Fault} when the stream cannot go on in this run; everything given before stays valid.
 */
export async function* collect(options: CollectOptions): AsyncGenerator<Batch, void, void> {
  const { stream, connector, position, sinceMs, signal } = options
  const own = new AbortController()
  const reading: Reading = {
    ...options,
    sinceMs,
    signal: signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]),
    gates: new Map(
      Object.entries(connector.streams).flatMap(([name, { limits }]) =>
        limits?.rate === undefined ? [] : [[name, openRateGate(limits.rate)] as const],
      ),
    ),
  }
  const partitions = new Map<string, PartitionPosition>(Object.entries(position?.partitions ?? {}))
  try {
    for await (const portion of portionsOf(reading, {
      name: stream,
      prefix: '',
      positions: new Map(partitions),
    })) {
      yield batchOf(stream, portion, partitions)
    }
  } finally {
    own.abort()
  }
}

/** Commits are folded in only here, in the order in which batches are given: a position never speaks for rows still to come. */
function batchOf(
  stream: string,
  { commits, ...rest }: Portion,
  partitions: Map<string, PartitionPosition>,
): Batch {
  for (const [id, change] of commits) {
    const merged = { ...partitions.get(id), ...change }
    partitions.delete(id)
    partitions.set(id, merged)
  }
  for (const id of partitions.keys()) {
    if (partitions.size <= MOST_PARTITIONS) break
    partitions.delete(id)
  }
  return {
    stream,
    ...rest,
    ...(commits.length === 0 ? {} : { position: { version: 1, partitions: Object.fromEntries(partitions) } }),
  }
}
