import { lockConnection } from './connection-rows.ts'
import type { Tx } from './control-store.ts'
import type { StoredFault } from './tables.ts'

/** The sealed grant of a connection; `generation` counts its changes, also those that took it away. */
export type SealedGrant = { readonly sealed: Buffer | null; readonly generation: number }

/** An exchange that began and whose answer was not stored. */
export type Attempt = {
  readonly attempts: number
  readonly startedAtMs: number
  readonly fault: StoredFault | null
}

export async function readGrant(tx: Tx, connectionId: string): Promise<SealedGrant | undefined> {
  return tx
    .selectFrom('connection')
    .select(['grant_sealed as sealed', 'grant_generation as generation'])
    .where('id', '=', connectionId)
    .executeTakeFirst()
}

/** What is known of earlier exchanges of this very grant. */
export async function readAttempt(
  tx: Tx,
  connectionId: string,
  generation: number,
): Promise<Attempt | undefined> {
  const row = await tx
    .selectFrom('refresh_attempt')
    .select(['attempts', 'started_at', 'fault'])
    .where('connection_id', '=', connectionId)
    .where('generation', '=', generation)
    .executeTakeFirst()
  return row && { attempts: row.attempts, startedAtMs: row.started_at.getTime(), fault: row.fault }
}

export type AttemptKey = {
  readonly organisationId: string
  readonly connectionId: string
  readonly generation: number
}

export async function noteAttempt(
  tx: Tx,
  { organisationId, connectionId, generation }: AttemptKey,
  { attempts, startedAtMs, fault }: Attempt,
): Promise<void> {
  const told = {
    generation,
    attempts,
    started_at: new Date(startedAtMs),
    fault: fault === null ? null : JSON.stringify(fault),
  }
  await tx
    .insertInto('refresh_attempt')
    .values({ connection_id: connectionId, organisation_id: organisationId, ...told })
    .onConflict((conflict) => conflict.column('connection_id').doUpdateSet(told))
    .execute()
}

export async function forgetAttempt(tx: Tx, connectionId: string): Promise<void> {
  await tx.deleteFrom('refresh_attempt').where('connection_id', '=', connectionId).execute()
}

/**
 * Writes the grant that takes the place of the one read. May be repeated when it is not known whether it was written.
 *
 * @returns false when the grant is not the one that was read, and nothing was written.
 */
export async function writeGrant(
  tx: Tx,
  { connectionId, generation }: AttemptKey,
  next: { readonly sealed: Buffer; readonly expiresAtMs: number | undefined },
): Promise<boolean> {
  const row = await lockConnection(tx, connectionId)
  const isThereAlready =
    row?.grant_generation === generation + 1 && row.grant_sealed?.equals(next.sealed) === true
  if (isThereAlready) return true
  if (row?.grant_generation !== generation) return false
  await tx
    .updateTable('connection')
    .set({
      grant_sealed: next.sealed,
      grant_generation: generation + 1,
      grant_expires_at: next.expiresAtMs === undefined ? null : new Date(next.expiresAtMs),
    })
    .where('id', '=', connectionId)
    .execute()
  await forgetAttempt(tx, connectionId)
  return true
}
