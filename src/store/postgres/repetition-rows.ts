import { sql } from 'kysely'
import type { Tx } from './control-store.ts'

export type Repetition =
  | { readonly state: 'new' | 'conflict' | 'running' }
  | { readonly state: 'answered'; readonly status: number; readonly body: unknown }

/** How long the first request may take before its key is free again: longer than any request lives. */
const ABANDONED_MS = 10 * 60_000

type Begun = {
  readonly organisationId: string
  readonly key: string
  readonly hash: Buffer
  readonly nowMs: number
}

/** Takes a key for a request, or says what became of the one that has it. */
export async function beginRepetition(
  tx: Tx,
  { organisationId, key, hash, nowMs }: Begun,
): Promise<Repetition> {
  const taken = await tx
    .insertInto('idempotency')
    .values({ organisation_id: organisationId, key, request_hash: hash, created_at: new Date(nowMs) })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation_id', 'key'])
        .doUpdateSet({ request_hash: hash, created_at: new Date(nowMs) })
        .where('idempotency.status', 'is', null)
        .where('idempotency.created_at', '<', new Date(nowMs - ABANDONED_MS)),
    )
    .returning('key')
    .executeTakeFirst()
  if (taken !== undefined) return { state: 'new' }
  const known = await tx
    .selectFrom('idempotency')
    .select(['request_hash', 'status', 'body'])
    .where('key', '=', key)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  // Between the two statements the first request may have given its key back: whoever asks again gets it.
  if (known === undefined) return { state: 'running' }
  if (!known.request_hash.equals(hash)) return { state: 'conflict' }
  return known.status === null
    ? { state: 'running' }
    : { state: 'answered', status: known.status, body: known.body ?? undefined }
}

export async function endRepetition(
  tx: Tx,
  key: string,
  { status, body }: { readonly status: number; readonly body: unknown },
): Promise<void> {
  const kept = body === undefined ? null : JSON.stringify(body)
  await tx.updateTable('idempotency').set({ status, body: kept }).where('key', '=', key).execute()
}

export async function forgetRepetition(tx: Tx, key: string): Promise<void> {
  await tx.deleteFrom('idempotency').where('key', '=', key).execute()
}

/** A repetition is recognised for a day; then its key is free again. */
export async function forgetRepetitions(tx: Tx): Promise<void> {
  await tx.deleteFrom('idempotency').where('created_at', '<', sql<Date>`now() - interval '1 day'`).execute()
}

/** Whether a name was noted: a delivery's, for one. */
export async function isNoted(tx: Tx, key: string): Promise<boolean> {
  const row = await tx.selectFrom('idempotency').select('key').where('key', '=', key).executeTakeFirst()
  return row !== undefined
}

export async function noteKey(tx: Tx, organisationId: string, key: string): Promise<void> {
  await tx
    .insertInto('idempotency')
    .values({ organisation_id: organisationId, key, request_hash: Buffer.alloc(0), status: 200 })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'key']).doNothing())
    .execute()
}
