import type { ActivityFilter } from '../model/activity.ts'
import type { ExportRow } from '../store/postgres/export-rows.ts'

/** An export as people see it. */
export type Export = {
  id: string
  format: 'ndjson' | 'parquet'
  state: 'waiting' | 'running' | 'done' | 'failed'
  events: number
  eventsExpected?: number
  bytes: number
  query: object
  fault?: {
    code: string
    message: string
    blame: 'author' | 'operator' | 'source' | 'platform'
    help: string
    at: string
  }
  createdBy: string
  createdAt: string
  expiresAt: string
}

/** What the query column holds: the question as asked, and what it meant when it was. */
type Kept = { readonly query: object; readonly filter: ActivityFilter }
export const keptOf = ({ query }: Pick<ExportRow, 'query'>): Kept => query as Kept

export function exportOf(row: ExportRow): Export {
  return {
    id: row.id,
    format: row.format,
    state: row.state,
    events: row.events,
    ...(row.events_expected === null ? {} : { eventsExpected: row.events_expected }),
    bytes: row.bytes,
    query: keptOf(row).query,
    ...(row.fault === null ? {} : { fault: row.fault as NonNullable<Export['fault']> }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}
