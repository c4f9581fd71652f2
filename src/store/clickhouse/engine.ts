import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type ClickHouseClient, ClickHouseError, createClient } from '@clickhouse/client'
import { Fault } from '../../lib/fault.ts'
import type { Query } from './query.ts'
import { wholeAnswer } from './whole-answer.ts'

/** How long and how large a statement may become, each of them, always. */
const LIMITS = {
  /** Small answers: an error in the middle of one is told by its status. */
  question: {
    max_execution_time: 30,
    max_memory_usage: '400000000',
    wait_end_of_query: 1,
    // The keys of a batch stand in it.
    max_query_size: '1000000',
  },
  write: { max_execution_time: 60, max_memory_usage: '400000000', max_threads: 1 },
  deletion: { max_execution_time: 600, max_memory_usage: '400000000' },
  export: { max_execution_time: 900, max_memory_usage: '400000000' },
} as const

/** The activity engine: the official client with our limits around it. */
export type Engine = {
  readonly rows: <Row>(query: Query) => Promise<readonly Row[]>
  /** Bytes as the engine makes them; it waits for a slow reader. */
  readonly stream: (query: Query) => AsyncIterable<Uint8Array>
  /** Resolves when the rows are on disk. An INSERT that the network repeats under one token counts once. */
  readonly insert: (table: string, insert: Insert) => Promise<void>
  /** Changes or deletes; resolves when it is done on disk. */
  readonly command: (query: Query) => Promise<void>
  readonly close: () => Promise<void>
}

export type Insert = {
  readonly columns: readonly string[]
  /** As `encodeRows` made them. */
  readonly rows: readonly Uint8Array[]
  readonly token: string
}

/** @param url with the user and password, as in `http://user:password@127.0.0.1:8123/database`. */
export function openEngine(url: string): Engine {
  const client = createClient({
    url,
    request_timeout: 900_000,
    max_open_connections: 8,
    log: { level: OFF },
    clickhouse_settings: {
      async_insert: 0,
      insert_deduplicate: 1,
      deduplicate_blocks_in_dependent_materialized_views: 1,
    },
  })
  return {
    rows: (query) => naming(() => rowsOf(client, query)),
    stream: (query) => streamOf(client, query),
    insert: (table, insert) => naming(() => insertInto(client, table, insert)),
    command: async (query) => {
      await naming(() =>
        client.command({
          query: query.sql,
          query_params: query.params,
          clickhouse_settings: { ...LIMITS.deletion, mutations_sync: '2' },
        }),
      )
    },
    close: () => client.close(),
  }
}

const OFF = 127

async function rowsOf<Row>(client: ClickHouseClient, { sql, params }: Query): Promise<Row[]> {
  const answer = await client.query({
    query: sql,
    query_params: params,
    format: 'JSONEachRow',
    clickhouse_settings: LIMITS.question,
  })
  return answer.json<Row>()
}

/** A reader that stops early stops the statement. */
async function* streamOf(client: ClickHouseClient, { sql, params }: Query): AsyncGenerator<Uint8Array> {
  const stopped = new AbortController()
  const { stream, response_headers } = await naming(() =>
    client.exec({
      query: sql,
      query_params: params,
      abort_signal: stopped.signal,
      clickhouse_settings: LIMITS.export,
    }),
  )
  try {
    yield* wholeAnswer(stream, response_headers['x-clickhouse-exception-tag']?.toString())
  } finally {
    stopped.abort()
    stream.destroy()
  }
}

async function insertInto(
  client: ClickHouseClient,
  table: string,
  { columns, rows, token }: Insert,
): Promise<void> {
  const { stream } = await client.exec({
    query: `insert into ${table} (${columns.join(', ')}) format RowBinary`,
    values: Readable.from(rows, { objectMode: false }),
    clickhouse_settings: { ...LIMITS.write, insert_deduplication_token: token },
  })
  stream.resume()
  await finished(stream)
}

/** ClickHouse's codes for too long, too many rows and bytes, and too much memory. */
const TOO_LARGE: readonly string[] = ['159', '158', '307', '241', '396']

async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ClickHouseError && TOO_LARGE.includes(cause.code))
      throw new Fault('QUERY_TOO_LARGE', 'the activity store gave up on a statement', { cause })
    throw new Fault('STORE_UNAVAILABLE', 'the activity store did not do what it was asked', { cause })
  }
}
