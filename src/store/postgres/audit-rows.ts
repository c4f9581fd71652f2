import { type Selectable, sql } from 'kysely'
import type { Tx } from './control-store.ts'
import type { Tables } from './tables.ts'

export type AuditRow = Selectable<Tables['audit_entry']>
export type AuditSearch = {
  readonly limit: number
  readonly before?: number
  readonly action?: string
  /** Id or name of who did it. */
  readonly actor?: string
}

/** Newest first. */
export function searchAudit(tx: Tx, { limit, before, action, actor }: AuditSearch): Promise<AuditRow[]> {
  return tx
    .selectFrom('audit_entry')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(actor !== undefined, (query) =>
      query.where(sql<boolean>`(actor->>'id' = ${actor ?? ''} or actor->>'name' = ${actor ?? ''})`),
    )
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}
