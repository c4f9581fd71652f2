import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from 'chdb'
import { literal } from './settings.ts'
import { Refusal, type Statement, SYNTAX_ERROR } from './statement.ts'

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

/** What `INSERT … FORMAT name` ends with when its rows come beside it. */
const FORMAT = /\bFORMAT\s+(?<format>\w+)\s*;?\s*$/i

export type Work = {
  readonly sql: string
  readonly statement: Statement
  /** The file with the rows of an INSERT that came beside the statement. */
  readonly rows?: string
  readonly defaultFormat: string
  /** The answer is small and begins when it is complete. The engine begins a streamed one on the thread that serves everybody. */
  readonly isWhole: boolean
  readonly spool: string
  readonly ticket: string
}

/** Runs one statement and hands its result to `deliver` while the connection is still held. */
export async function runStatement(
  session: Session,
  work: Work,
  deliver: (result: Result) => Promise<void>,
): Promise<void> {
  const { statement, defaultFormat, isWhole } = work
  const format = statement.format?.name ?? defaultFormat
  if (statement.kind === 'insert') return deliver(await insert(session, work))
  if (statement.isQuery && STREAMED.test(format) && !isWhole) return stream(session, work, format, deliver)
  if (statement.isQuery && SPOOLED.test(format)) return spool(session, work, format, deliver)
  const result = await session.queryAsync(work.sql, { format })
  return deliver({
    format,
    summary: { read_rows: String(result.rowsRead), read_bytes: String(result.bytesRead) },
    body: one(result.bytes()),
  })
}

/** The engine gives the file the structure of the table: columns that its rows lack get their defaults. */
async function insert(session: Session, { sql, rows }: Work): Promise<Result> {
  await session.queryAsync(rows === undefined ? sql : fromFile(sql, rows))
  return { format: 'TabSeparated', summary: {}, body: one(new Uint8Array()) }
}

function fromFile(sql: string, path: string): string {
  const found = FORMAT.exec(sql)
  const format = found?.groups?.['format']
  if (found === null || format === undefined)
    throw new Refusal(SYNTAX_ERROR, 'Syntax error: rows beside an INSERT need FORMAT and a name')
  return `${sql.slice(0, found.index)} SELECT * FROM file(${literal(path)}, ${literal(format)})`
}

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
