import { gunzipSync } from 'node:zlib'
import { parse as parseCsv } from 'csv-parse/sync'
import { Fault } from '../lib/fault.ts'
import { decodeUtf8, parseJson } from '../lib/json.ts'
import type { StreamPlan } from '../model/connector.ts'
import { parseXml } from './xml.ts'

type DecodePlan = NonNullable<StreamPlan['decode']>

const MAX_GUNZIPPED_BYTES = 200 * 1024 * 1024

/**
 * The body as `response.body`.
 *
 * @throws {Fault} `SOURCE_UNREADABLE`, `ANSWER_TOO_DEEP`, `ANSWER_TOO_LARGE`
 */
export function decodeBody(raw: Uint8Array, plan: DecodePlan | undefined): unknown {
  const bytes = plan?.gzip === true ? gunzip(raw) : raw
  switch (plan?.as) {
    case undefined:
    case 'json':
      return isBlank(bytes) ? null : parseJson(bytes)
    case 'text':
      return decodeUtf8(bytes)
    case 'ndjson':
      return readLines(decodeUtf8(bytes))
    case 'csv':
      return readCsv(decodeUtf8(bytes), plan)
    case 'xml':
      return parseXml(decodeUtf8(bytes), plan.lists ?? [])
  }
}

/** The body of an answer that is no success: JSON where it is, else text. */
export function decodeError(raw: Uint8Array): unknown {
  try {
    return isBlank(raw) ? null : parseJson(raw)
  } catch {
    return Buffer.from(raw.subarray(0, 10_000)).toString('utf8')
  }
}

const isBlank = (bytes: Uint8Array) =>
  bytes.length < 64 && /^\s*$/.test(Buffer.from(bytes).toString('latin1'))

function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_GUNZIPPED_BYTES })
  } catch (cause) {
    const isLarge = cause instanceof RangeError
    throw new Fault(
      isLarge ? 'ANSWER_TOO_LARGE' : 'SOURCE_UNREADABLE',
      'the file cannot be unpacked as gzip',
      { cause },
    )
  }
}

/** One value a line; a last line that is cut is an answer cut short. */
function readLines(text: string): unknown[] {
  const values: unknown[] = []
  for (const line of text.split('\n')) if (line.trim() !== '') values.push(parseJson(line))
  return values
}

function readCsv(text: string, { delimiter = ',', columns }: DecodePlan): unknown {
  try {
    return parseCsv(text, {
      delimiter,
      columns: columns === undefined ? true : [...columns],
      bom: true,
      skip_empty_lines: true,
      relax_column_count: false,
    })
  } catch (cause) {
    throw new Fault(
      'SOURCE_UNREADABLE',
      `not CSV: ${cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'}`,
    )
  }
}
