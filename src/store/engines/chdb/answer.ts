import type { ServerResponse } from 'node:http'
import { Refusal } from './statement.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8',
  Parquet: 'application/vnd.apache.parquet',
}
export const contentType = (format: string): string =>
  CONTENT_TYPES[format] ??
  (/^JSON/.test(format) ? CONTENT_TYPES['JSON'] : undefined) ??
  'text/tab-separated-values; charset=UTF-8'

/** ClickHouse's own table of statuses, as far as its codes are met here; every other code is 500. */
const STATUSES: readonly (readonly [status: number, codes: readonly number[]])[] = [
  [
    400,
    [6, 26, 27, 36, 38, 41, 42, 43, 46, 53, 62, 63, 69, 70, 72, 115, 117, 130, 131, 190, 306, 386, 456, 457],
  ],
  [403, [164, 291, 497, 516]],
  [404, [10, 16, 36, 47, 50, 60, 81]],
  [408, [159, 160]],
  [413, [161, 223]],
  [503, [202, 241, 243, 394]],
]

export type EngineError = { readonly status: number; readonly code: number; readonly text: string }

/** What went wrong, as ClickHouse says it: `Code: 62. DB::Exception: … (SYNTAX_ERROR)`. */
export function engineError(reason: unknown): EngineError {
  const message = reason instanceof Error ? reason.message : String(reason)
  const told = /^Code: (?<code>\d+)\./.exec(message)?.groups?.['code']
  const code = reason instanceof Refusal ? reason.code : Number(told ?? UNKNOWN_EXCEPTION)
  return {
    code,
    status: STATUSES.find(([, codes]) => codes.includes(code))?.[0] ?? 500,
    text: told === undefined ? `Code: ${code}. DB::Exception: ${message}. (${nameOf(code)})` : message,
  }
}

const UNKNOWN_EXCEPTION = 1002
const NAMES: Readonly<Record<number, string>> = {
  62: 'SYNTAX_ERROR',
  223: 'TOO_LARGE_SIZE_COMPRESSED',
  394: 'QUERY_WAS_CANCELLED',
  456: 'UNKNOWN_QUERY_PARAMETER',
  497: 'ACCESS_DENIED',
  516: 'AUTHENTICATION_FAILED',
}
const nameOf = (code: number): string => NAMES[code] ?? 'UNKNOWN_EXCEPTION'

/** Before the first byte: a status and the code in its header. */
export function sendError(response: ServerResponse, { status, code, text }: EngineError): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=UTF-8',
    'x-clickhouse-exception-code': String(code),
  })
  response.end(`${text}\n`)
}

/** After the first byte: the frame in which ClickHouse tells it at the end of the rows. */
export function errorFrame({ text }: EngineError, tag: string): string {
  const message = `${text}\n`
  return `\r\n__exception__\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n__exception__\r\n`
}
