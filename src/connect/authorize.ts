import { createHash } from 'node:crypto'
import { startConsent } from '../credentials/consent.ts'
import { writeConsentText } from '../credentials/consent-text.ts'
import { Fault } from '../lib/fault.ts'
import { readConnection } from '../store/postgres/connection-rows.ts'
import type { Tx } from '../store/postgres/control-store.ts'
import { auditConnection, type ConnectPorts, found, type Session } from './ports.ts'
import { bindingFor, openStored, readStored } from './stored.ts'

const CONSENT_LIFE_MS = 10 * 60_000
/** Of one connection at a time: whoever clicks on pushes the oldest out. */
const MOST_UNDER_WAY = 5

/**
 * Sends a person to the app to consent. The address the app sends them back to names app and organisation, so that a code meant for
 * one connector cannot be finished by another (COAT), and the session that begins must finish (COSF).
 *
 * @returns the address for the person's browser.
 * @throws {Fault} `NOT_FOUND`, `CONNECTION_UNFIT`, `SETTING_MISSING`, `SETTING_INVALID`
 */
export async function authorize(
  ports: ConnectPorts,
  session: Session,
  connectionId: string,
): Promise<{ readonly url: string }> {
  const { control, vault, clock } = ports
  const { organisationId } = session
  const row = found(await control.within(organisationId, (tx) => readConnection(tx, connectionId)))
  if (row.status === 'disconnected')
    throw new Fault('CONNECTION_UNFIT', 'the connection was disconnected: give its secrets again first')
  const stored = await readStored(ports, row)
  const connection = openStored(ports, stored, { by: 'person' })
  try {
    const redirectUri = redirectUriOf(ports, { appId: row.app_id, organisationId })
    const { url, state, ...consent } = startConsent(connection.credentials, redirectUri)
    const owner = { organisationId, subject: row.id, purpose: 'consent' } as const
    const text = writeConsentText({ ...consent, digest: row.connector_digest })
    const sealed = await vault.seal(text, { ...owner, binding: bindingFor(stored) })
    await control.within(organisationId, async (tx) => {
      await tx
        .insertInto('consent')
        .values({
          state_hash: hashOfState(state),
          organisation_id: organisationId,
          connection_id: row.id,
          user_id: session.actor.id,
          session_hash: Buffer.from(session.sessionHash),
          sealed,
          created_at: new Date(clock.now()),
          expires_at: new Date(clock.now() + CONSENT_LIFE_MS),
        })
        .execute()
      await forgetOld(tx, row.id, clock.now())
      await auditConnection(ports, tx, { who: session, row, action: 'consent_start' })
    })
    return { url: ports.wayTo(stored.connector).browserUrl?.(url) ?? url }
  } finally {
    await connection.close()
  }
}

/** Where the app sends the person back to: to be registered with it. */
export function redirectUriOf(
  { publicUrl }: Pick<ConnectPorts, 'publicUrl'>,
  { appId, organisationId }: { readonly appId: string; readonly organisationId: string },
): string {
  return `${publicUrl}/oauth/cb/${encodeURIComponent(appId)}/${encodeURIComponent(organisationId)}`
}

export function hashOfState(state: string): Buffer {
  return createHash('sha256').update(state).digest()
}

export async function forgetOld(tx: Tx, connectionId: string, nowMs: number): Promise<void> {
  const newest = tx
    .selectFrom('consent')
    .select('state_hash')
    .where('connection_id', '=', connectionId)
    .where('expires_at', '>', new Date(nowMs))
    .orderBy('expires_at', 'desc')
    .limit(MOST_UNDER_WAY)
  await tx
    .deleteFrom('consent')
    .where('connection_id', '=', connectionId)
    .where('state_hash', 'not in', newest)
    .execute()
}
