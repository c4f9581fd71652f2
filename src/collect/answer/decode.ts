import { absurd } from '../../lib/absurd.ts'
import { boundedInflate } from '../../lib/bounded-inflate.ts'
import { Fault } from '../../lib/fault.ts'
import { decodeUtf8, parseJson } from '../../lib/json.ts'
import type { StreamPlan } from '../../model/connector.ts'
import type { Answer } from '../../model/transport.ts'
import { readNdjson } from './ndjson.ts'

export type DecodePlan = NonNullable<StreamPlan['decode']>

/** A part of a list that is no record: a line or row, as far as it could be read. */
export type Broken = { readonly record: unknown; readonly message: string }
export type Decoded = { readonly body: unknown; readonly broken: readonly Broken[] }

const MAX_FILE_BYTES = 50 * 1024 * 1024
const NOTHING_BROKEN: readonly Broken[] = []

/**
 * The body as expressions read it; an empty JSON body is null.
 *
 * @throws {Fault} `SOURCE_UNREADABLE`, `ANSWER_TOO_DEEP`, `ANSWER_TOO_LARGE`, `SOURCE_UNAVAILABLE` (a gzip file cut short).
 */
export async function decode(plan: DecodePlan = { as: 'json' }, answer: Answer): Promise<Decoded> {
  const bytes = plan.gzip ? await boundedInflate(answer.body, 'gzip', MAX_FILE_BYTES) : answer.body
  switch (plan.as) {
    case 'json':
      return { body: isBlank(bytes) ? null : parseJson(bytes), broken: NOTHING_BROKEN }
    case 'ndjson':
      return readNdjson(bytes)
    // Few apps answer in these: a start does without their parsers.
    case 'csv': {
      const { readCsv } = await import('./csv.ts')
      return readCsv(textOf(bytes, answer), plan)
    }
    case 'xml': {
      const { readXml } = await import('./xml.ts')
      return { body: readXml(textOf(bytes, answer), plan.lists ?? []), broken: NOTHING_BROKEN }
    }
    case 'text':
      return { body: textOf(bytes, answer), broken: NOTHING_BROKEN }
    default:
      return absurd(plan.as)
  }
}

const MAX_ERROR_BYTES = 64 * 1024

/** The body of an answer that may be an error: JSON where it is some, else its text, cut where errors end. */
export function decodeLeniently({ body }: Answer): unknown {
  if (body.length === 0) return null
  try {
    return parseJson(body)
  } catch {
    return new TextDecoder().decode(body.subarray(0, MAX_ERROR_BYTES))
  }
}

/** JSON is UTF-8 (RFC 8259 section 8.1); for other texts the charset of the Content-Type counts. */
function textOf(bytes: Uint8Array, { headers }: Answer): string {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset === undefined || /^utf-?8$/i.test(charset)) return decodeUtf8(bytes)
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    throw new Fault('SOURCE_UNREADABLE', `the text is not in the charset that the answer names`)
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.length < 16 && bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))
}
