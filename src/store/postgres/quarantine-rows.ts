import type { Tx } from './control-store.ts'
import { plainText } from './plain-text.ts'

/** A record set aside, sealed. */
export type SetAside = {
  readonly id: string
  readonly key: string | null
  readonly hash: Buffer
  readonly sealed: Buffer
  readonly code: string
  readonly message: string
}
export type QuarantinePlace = {
  readonly organisationId: string
  readonly connectionId: string
  readonly stream: string
  readonly runId: string
  readonly digest: string
}

/** @returns how many were not there already: a window that is repeated sets nothing aside twice. */
export async function setAside(
  tx: Tx,
  place: QuarantinePlace,
  records: readonly SetAside[],
): Promise<number> {
  if (records.length === 0) return 0
  const inserted = await tx
    .insertInto('quarantine')
    .values(
      records.map(({ id, key, hash, sealed, code, message }) => ({
        id,
        organisation_id: place.organisationId,
        connection_id: place.connectionId,
        stream: place.stream,
        run_id: place.runId,
        key: key === null ? null : plainText(key),
        record_hash: hash,
        record: sealed,
        code,
        message: plainText(message),
        connector_digest: place.digest,
      })),
    )
    .onConflict((conflict) => conflict.columns(['connection_id', 'stream', 'record_hash']).doNothing())
    .returning('id')
    .execute()
  return inserted.length
}
