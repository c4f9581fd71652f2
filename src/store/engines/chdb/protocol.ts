import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { contentType, engineError, errorFrame, sendError } from './answer.ts'
import type { Overdue } from './overdue.ts'
import { type Result, runStatement } from './run-statement.ts'
import type { Sessions } from './sessions.ts'
import { wantedState } from './settings.ts'
import { SNAPSHOT_PATH, snapshotSql } from './snapshot.ts'
import { Refusal, readStatement, type Statement } from './statement.ts'

const MOST_BODY_BYTES = 256 * 1024 * 1024
const TOO_LARGE = 223
const UNKNOWN_PARAMETER = 456
const AUTHENTICATION_FAILED = 516

export type ProtocolOptions = {
  readonly sessions: Sessions
  readonly tableFunctions: ReadonlySet<string>
  readonly user: string
  readonly password: string
  /** Folder for results that are written before they are sent. */
  readonly spool: string
  readonly overdue: Overdue
}

/** ClickHouse's HTTP protocol, as far as its official client uses it. */
export function serveProtocol(options: ProtocolOptions): Server {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((reason) => {
      if (response.headersSent) response.destroy()
      else sendError(response, engineError(reason))
    })
  })
  server.keepAliveTimeout = 10_000
  server.requestTimeout = 0
  return server
}

/** What is asked, and the file with the rows of an INSERT that came beside the statement. */
type Question = { readonly sql: string; readonly rows?: string; readonly search: URLSearchParams }

async function answer(
  options: ProtocolOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/ping') {
    response.end('Ok.\n')
    return
  }
  if (!isAllowed(options, request, url.searchParams))
    throw new Refusal(AUTHENTICATION_FAILED, 'Authentication failed: password is incorrect')
  const wanted = SNAPSHOT_PATH.exec(url.pathname)?.groups
  if (wanted !== undefined) {
    await options.sessions.names(snapshotSql(wanted['verb'] ?? '', wanted['name'] ?? ''))
    response.end()
    return
  }
  const ticket = randomUUID()
  const rows = join(options.spool, `${ticket}.rows`)
  try {
    const question = await readQuestion(request, url.searchParams, rows)
    const statement = readStatement(question.sql, options.tableFunctions)
    for (const name of statement.parameters)
      if (!question.search.has(`param_${name}`))
        throw new Refusal(UNKNOWN_PARAMETER, `Substitution \`${name}\` is not set`)
    await run(options, { ...question, ticket }, statement, request, response)
  } finally {
    await rm(rows, { force: true })
  }
}

function isAllowed(
  { user, password }: ProtocolOptions,
  { headers }: IncomingMessage,
  search: URLSearchParams,
) {
  const basic = /^Basic (?<code>\S+)$/i.exec(headers.authorization ?? '')?.groups?.['code']
  const given =
    basic === undefined
      ? `${headers['x-clickhouse-user'] ?? search.get('user') ?? ''}:${headers['x-clickhouse-key'] ?? search.get('password') ?? ''}`
      : Buffer.from(basic, 'base64').toString('utf8')
  const [a, b] = [Buffer.from(given), Buffer.from(`${user}:${password}`)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The engine reads rows from a file five times as fast as from memory, and it costs no memory. */
async function readQuestion(
  request: IncomingMessage,
  search: URLSearchParams,
  rows: string,
): Promise<Question> {
  const query = search.get('query')
  const body = wholeBody(request)
  if (query !== null && /^\s*INSERT\b/i.test(query)) {
    const file = createWriteStream(rows, { flags: 'wx', mode: 0o600 })
    await pipeline(body, file)
    return file.bytesWritten === 0 ? { sql: query, search } : { sql: query, rows, search }
  }
  const chunks = await Array.fromAsync(body)
  const text = Buffer.concat(chunks).toString('utf8')
  return { sql: [query, text].filter((part) => part !== null && part !== '').join('\n'), search }
}

/** @throws {Refusal} when it is too large; an error when it breaks off. */
async function* wholeBody(request: IncomingMessage): AsyncGenerator<Buffer> {
  const source: Readable | Transform =
    request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
  // A body that breaks off fails the reading of it, decompressed or not.
  request.once('error', (reason) => source.destroy(reason))
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > MOST_BODY_BYTES) throw new Refusal(TOO_LARGE, `A request has at most ${MOST_BODY_BYTES} bytes`)
    yield chunk
  }
  if (!request.complete) throw new Error('the request broke off')
}

async function run(
  options: ProtocolOptions,
  { sql, rows, search, ticket }: Question & { readonly ticket: string },
  statement: Statement,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const state = wantedState(search, ticket)
  const gone = new AbortController()
  response.once('close', () => {
    if (response.writableFinished) return
    gone.abort()
    options.overdue.abandon(ticket)
  })
  await options.sessions.use(state, gone.signal, async (session) => {
    if (gone.signal.aborted) return
    options.overdue.begin(ticket, Date.now() + state.executionSeconds * 1000)
    try {
      const defaultFormat = search.get('default_format') ?? 'TabSeparated'
      const isWhole = search.get('wait_end_of_query') === '1'
      const work = {
        ...{ sql, statement, defaultFormat, isWhole, spool: options.spool, ticket },
        ...(rows && { rows }),
      }
      const isGzip =
        search.get('enable_http_compression') === '1' &&
        String(request.headers['accept-encoding'] ?? '').includes('gzip')
      await runStatement(session, work, (result) => {
        // From here on it goes at the reader's pace.
        options.overdue.begin(ticket, Number.POSITIVE_INFINITY)
        return deliver(response, result, search.get('query_id') ?? ticket, isGzip)
      })
    } finally {
      options.overdue.end(ticket)
    }
  })
}

async function deliver(
  response: ServerResponse,
  { format, summary, body }: Result,
  queryId: string,
  isGzip: boolean,
): Promise<void> {
  const tag = randomBytes(8).toString('hex')
  response.writeHead(200, {
    'content-type': contentType(format),
    'x-clickhouse-format': format,
    'x-clickhouse-query-id': queryId,
    'x-clickhouse-timezone': 'UTC',
    'x-clickhouse-summary': JSON.stringify(summary),
    'x-clickhouse-exception-tag': tag,
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
  })
  const source = Readable.from(framed(body, tag), { objectMode: false })
  if (isGzip) await pipeline(source, createGzip({ level: 1 }), response)
  else await pipeline(source, response)
}

async function* framed(body: AsyncIterable<Uint8Array>, tag: string): AsyncGenerator<Uint8Array | string> {
  try {
    yield* body
  } catch (reason) {
    yield errorFrame(engineError(reason), tag)
  }
}
