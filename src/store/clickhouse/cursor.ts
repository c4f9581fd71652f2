import { createHash } from 'node:crypto'
import { canonicalJson } from '../../lib/canonical.ts'
import type { ActivityFilter } from '../../model/activity.ts'
import { invalid } from './query.ts'

/** The last line that was shown. Lines that arrive later are above or below it, never a reason to show one twice. */
export type Place = { readonly timeMs: number; readonly uid: string; readonly connection: string }

/** A cursor holds its place and a mark of its query: used with another one it would silently leave events out. */
export function writeCursor(place: Place, organisationId: string, filter: ActivityFilter): string {
  const { timeMs, uid, connection } = place
  return Buffer.from(JSON.stringify([mark(organisationId, filter), timeMs, uid, connection])).toString(
    'base64url',
  )
}

/** @throws {Fault} `QUERY_INVALID` for what is no cursor of this query. */
export function readCursor(cursor: string, organisationId: string, filter: ActivityFilter): Place {
  const parts = parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (!Array.isArray(parts) || parts.length !== 4) throw invalid('the cursor is not one of ours')
  const [marked, timeMs, uid, connection] = parts as unknown[]
  if (!Number.isSafeInteger(timeMs) || typeof uid !== 'string' || typeof connection !== 'string')
    throw invalid('the cursor is not one of ours')
  if (marked !== mark(organisationId, filter)) throw invalid('the cursor belongs to another query')
  return { timeMs: timeMs as number, uid, connection }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const mark = (organisationId: string, filter: ActivityFilter): string =>
  createHash('sha256').update(canonicalJson({ organisationId, filter })).digest('base64url').slice(0, 12)
