import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from 'chdb'
import { literal } from './settings.ts'
import type { Statement } from './statement.ts'

/** What goes back: the format, and the bytes as they come. The first of them exists before the answer begins. */
export type Result = {
  readonly format: string
  readonly summary: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
}

/** Formats whose pieces make one whole when they are joined. */
const STREAMED =
  /^(JSONEachRow|JSONLines|NDJSON|JSON(Compact)?(Strings)?EachRow|TSV|TabSeparated(Raw)?|TSVRaw|CSV|LineAsString|RawBLOB|RowBinary|Native)$/
/** Formats with a frame around all rows that can be large: written to a file of ours first, so that memory stays flat. */
const SPOOLED = /^(Parquet|ORC|Arrow|ArrowStream|Avro)$/

const INSERT =
  /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?(?<table>[\w.`]+)\s*(?:\((?<columns>[\w\s,`]*)\))?\s*FORMAT\s+(?<format>\w+)\s*;?\s*$/i
const RAW_FORMATS = ['JSONEachRow', 'JSONCompactEachRow', 'CSV', 'TabSeparated', 'TSV'] as const

export type Work = {
  readonly sql: string
  readonly statement: Statement
  /** The rows of an INSERT that came beside the statement. */
  readonly rows: Buffer | undefined
  readonly defaultFormat: string
  readonly spool: string
  readonly ticket: string
}

/** Runs one statement and hands its result to `deliver` while the connection is still held. */
export async function runStatement(
  session: Session,
  work: Work,
  deliver: (result: Result) => Promise<void>,
): Promise<void> {
  const { statement, defaultFormat } = work
  const format = statement.format?.name ?? defaultFormat
  if (statement.kind === 'insert') return deliver(await insert(session, work))
  if (statement.isQuery && STREAMED.test(format)) return stream(session, work, format, deliver)
  if (statement.isQuery && SPOOLED.test(format)) return spool(session, work, format, deliver)
  const result = await session.queryAsync(work.sql, { format })
  return deliver({
    format,
    summary: { read_rows: String(result.rowsRead), read_bytes: String(result.bytesRead) },
    body: one(result.bytes()),
  })
}

async function insert(session: Session, { sql, rows }: Work): Promise<Result> {
  const parts = rows === undefined ? undefined : INSERT.exec(sql)?.groups
  const format = RAW_FORMATS.find((name) => name === parts?.['format'])
  if (rows !== undefined && format !== undefined) {
    const columns = parts?.['columns']?.split(',').map((name) => unquoted(name.trim()))
    const done = await session.insert({
      table: (parts?.['table'] ?? '').split('.').map(unquoted).join('.'),
      values: rows,
      format,
      ...(columns === undefined ? {} : { columns }),
    })
    return written(done.rowsWritten, done.bytesWritten)
  }
  const result = await session.queryAsync(rows === undefined ? sql : `${sql}\n${rows.toString('utf8')}`)
  return written(result.rowsRead, result.bytesRead)
}

function written(rows: number, bytes: number): Result {
  return {
    format: 'TabSeparated',
    summary: { written_rows: String(rows), written_bytes: String(bytes) },
    body: one(new Uint8Array()),
  }
}

const unquoted = (name: string): string => name.replaceAll('`', '')

async function stream(
  session: Session,
  { sql }: Work,
  format: string,
  deliver: (result: Result) => Promise<void>,
): Promise<void> {
  const chunks = session.queryStream(sql, { format })
  try {
    const iterator = chunks[Symbol.asyncIterator]()
    const first = await iterator.next()
    await deliver({ format, summary: {}, body: rest(first, iterator) })
  } finally {
    chunks.cancel()
  }
}

async function* rest<T extends { raw(): Uint8Array }>(
  first: IteratorResult<T>,
  iterator: AsyncIterator<T>,
): AsyncGenerator<Uint8Array> {
  for (let next = first; next.done !== true; next = await iterator.next()) yield next.value.raw()
}

async function spool(
  session: Session,
  { sql, statement, spool: folder, ticket }: Work,
  format: string,
  deliver: (result: Result) => Promise<void>,
): Promise<void> {
  const path = join(folder, `${ticket}.spool`)
  const at = statement.format?.at ?? sql.length
  try {
    await session.queryAsync(
      `${sql.slice(0, at)} INTO OUTFILE ${literal(path)} COMPRESSION 'none' ${statement.format === undefined ? `FORMAT ${format}` : sql.slice(at)}`,
    )
    await deliver({ format, summary: {}, body: createReadStream(path) })
  } finally {
    await rm(path, { force: true })
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
