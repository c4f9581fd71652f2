import { type Selectable, sql } from 'kysely'
import type { Tx } from './control-store.ts'
import { ofKept } from './deletion-rows.ts'
import type { NewestFirst } from './history-rows.ts'
import type { StoredFault, Tables } from './tables.ts'

export type WebhookRow = Selectable<Tables['webhook_endpoint']>
export type DeliveryRow = Selectable<Tables['webhook_delivery']>

export function listWebhooks(tx: Tx): Promise<WebhookRow[]> {
  return tx.selectFrom('webhook_endpoint').selectAll().orderBy('id').execute()
}

export function readWebhook(tx: Tx, id: string): Promise<WebhookRow | undefined> {
  return tx.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirst()
}

export function insertWebhook(
  tx: Tx,
  row: Pick<WebhookRow, 'id' | 'organisation_id' | 'url' | 'secret' | 'topics' | 'created_by'>,
): Promise<WebhookRow> {
  return tx.insertInto('webhook_endpoint').values(row).returningAll().executeTakeFirstOrThrow()
}

export async function deleteWebhook(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.deleteFrom('webhook_endpoint').where('id', '=', id).returning('url').executeTakeFirst()
  return row?.url
}

/** Counts a failure of an address, and switches it off at the last one allowed. Zero: it works. */
export async function noteWebhook(
  tx: Tx,
  id: string,
  { failed, most, reason }: { readonly failed: boolean; readonly most: number; readonly reason: string },
): Promise<void> {
  const failures = failed ? sql<number>`failures + 1` : sql<number>`0`
  await tx
    .updateTable('webhook_endpoint')
    .set({
      failures,
      is_enabled: sql<boolean>`is_enabled and ${failures} < ${most}`,
      disabled_reason: sql<
        string | null
      >`case when ${failures} >= ${most} then ${reason} else disabled_reason end`,
    })
    .where('id', '=', id)
    .execute()
}

/** The addresses of an organisation that want to hear of a topic. */
export function webhooksFor(tx: Tx, topic: string): Promise<WebhookRow[]> {
  return tx
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('is_enabled', '=', true)
    .where(sql<boolean>`${topic} = any(topics)`)
    .execute()
}

export function insertDelivery(
  tx: Tx,
  row: Pick<DeliveryRow, 'id' | 'organisation_id' | 'endpoint_id' | 'topic' | 'created_at'> & {
    readonly body: object
  },
): Promise<DeliveryRow> {
  return tx
    .insertInto('webhook_delivery')
    .values({ ...row, body: JSON.stringify(row.body), state: 'waiting' })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function listDeliveries(
  tx: Tx,
  endpointId: string,
  { limit, beforeId }: NewestFirst,
): Promise<DeliveryRow[]> {
  return tx
    .selectFrom('webhook_delivery')
    .selectAll()
    .where('endpoint_id', '=', endpointId)
    .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export type WaitingDelivery = DeliveryRow & {
  readonly url: string
  readonly secret: Buffer
  readonly isEnabled: boolean
}

/**
 * A delivery that waits, held for this transaction: no other process sends it meanwhile.
 *
 * @returns nothing when it is being sent, or is done.
 */
export async function holdDelivery(tx: Tx, id: string): Promise<WaitingDelivery | undefined> {
  const row = await tx
    .selectFrom('webhook_delivery')
    .innerJoin('webhook_endpoint', 'webhook_endpoint.id', 'webhook_delivery.endpoint_id')
    .selectAll('webhook_delivery')
    .select(['webhook_endpoint.url', 'webhook_endpoint.secret', 'webhook_endpoint.is_enabled as isEnabled'])
    .where('webhook_delivery.id', '=', id)
    .where('webhook_delivery.state', '=', 'waiting')
    .forUpdate('webhook_delivery')
    .skipLocked()
    .executeTakeFirst()
  return row
}

/** Deliveries that wait, of every organisation, oldest first, as the platform. */
export function waitingDeliveries(
  tx: Tx,
  limit: number,
): Promise<Pick<DeliveryRow, 'id' | 'organisation_id' | 'attempts' | 'created_at'>[]> {
  return tx
    .selectFrom('webhook_delivery')
    .select(['id', 'organisation_id', 'attempts', 'created_at'])
    .where('state', '=', 'waiting')
    .where(ofKept)
    .orderBy('id')
    .limit(limit)
    .execute()
}

export function endAttempt(
  tx: Tx,
  id: string,
  {
    state,
    status,
    fault,
  }: {
    readonly state: DeliveryRow['state']
    readonly status: number | null
    readonly fault: StoredFault | null
  },
): Promise<DeliveryRow> {
  return tx
    .updateTable('webhook_delivery')
    .set({
      state,
      status,
      attempts: sql<number>`attempts + 1`,
      fault: fault === null ? null : JSON.stringify(fault),
      ...(state === 'delivered' ? { delivered_at: sql<Date>`now()` } : {}),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
