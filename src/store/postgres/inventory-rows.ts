import { sql } from 'kysely'
import type { Tx } from './control-store.ts'
import { plainJson, plainText } from './plain-text.ts'
import type { InventoryTable } from './tables.ts'

/** One thing an app holds, read just now. */
export type InventoryItem = Pick<
  InventoryTable,
  'key' | 'uid' | 'name' | 'email' | 'status' | 'type' | 'is_admin' | 'has_mfa' | 'last_login_at'
> & { readonly event: object }

export type InventoryPlace = {
  readonly organisationId: string
  readonly connectionId: string
  readonly stream: string
  readonly kind: string
  readonly runId: string
}

/** Keeps the newest reading of each item; one that was gone and is seen again is there again. */
export async function keepInventory(
  tx: Tx,
  place: InventoryPlace,
  items: readonly InventoryItem[],
): Promise<void> {
  // Of two readings in one page the later counts; one statement cannot touch a row twice.
  const latest = [...new Map(items.map(plainItem).map((item) => [item.key, item])).values()]
  if (latest.length === 0) return
  const { organisationId, connectionId, stream, kind, runId } = place
  await tx
    .insertInto('inventory')
    .values(
      latest.map((item) => ({
        ...item,
        organisation_id: organisationId,
        connection_id: connectionId,
        stream,
        kind,
        last_run_id: runId,
        event: plainJson(item.event),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['connection_id', 'stream', 'key']).doUpdateSet((excluded) => ({
        kind: excluded.ref('excluded.kind'),
        uid: excluded.ref('excluded.uid'),
        name: excluded.ref('excluded.name'),
        email: excluded.ref('excluded.email'),
        status: excluded.ref('excluded.status'),
        type: excluded.ref('excluded.type'),
        is_admin: excluded.ref('excluded.is_admin'),
        has_mfa: excluded.ref('excluded.has_mfa'),
        last_login_at: excluded.ref('excluded.last_login_at'),
        event: excluded.ref('excluded.event'),
        last_run_id: excluded.ref('excluded.last_run_id'),
        last_seen_at: sql`now()`,
        deleted_at: null,
      })),
    )
    .execute()
}

const TEXTS = ['key', 'uid', 'name', 'email', 'status', 'type'] as const

function plainItem(item: InventoryItem): InventoryItem {
  const texts = TEXTS.map((name) => [name, item[name] === null ? null : plainText(item[name])])
  return { ...item, ...Object.fromEntries(texts) }
}

/**
 * Marks as gone what a provably complete run did not see.
 *
 * @returns how many; `undefined` when the run saw nothing at all where something was: that is not believed.
 */
export async function markDeleted(
  tx: Tx,
  { connectionId, stream, runId }: Pick<InventoryPlace, 'connectionId' | 'stream' | 'runId'>,
): Promise<number | undefined> {
  const known = await tx
    .selectFrom('inventory')
    .select((select) => [
      select.fn.countAll<number>().as('known'),
      select.fn.count<number>('key').filterWhere('last_run_id', '=', runId).as('seen'),
    ])
    .where('connection_id', '=', connectionId)
    .where('stream', '=', stream)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (known.seen === 0) return known.known === 0 ? 0 : undefined
  const gone = await tx
    .updateTable('inventory')
    .set({ deleted_at: sql`now()` })
    .where('connection_id', '=', connectionId)
    .where('stream', '=', stream)
    .where('last_run_id', '<>', runId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return Number(gone.numUpdatedRows)
}
