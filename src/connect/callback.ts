import { timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import { finishConsent } from '../credentials/consent.ts'
import { type KeptConsent, readConsentText } from '../credentials/consent-text.ts'
import { Fault, isFault } from '../lib/fault.ts'
import { type ConnectionRow, readConnection } from '../store/postgres/connection-rows.ts'
import type { Tables } from '../store/postgres/tables.ts'
import { activate, type Step } from './activate.ts'
import { hashOfState } from './authorize.ts'
import { auditConnection, type ConnectPorts, found, type Session } from './ports.ts'
import { bindingFor, openStored, readStored, type Stored } from './stored.ts'

export type ConsentRow = Selectable<Tables['consent']>

/**
 * Finishes a consent with what the app's redirect brought, checks the connection and makes it active.
 *
 * The state is used up by the first callback that carries it, whatever comes of it. Nothing is asked of the app before the same session
 * is there again, at the address this very consent was to come back to.
 *
 * @param callbackUrl the address the browser was sent to, query included, below the public URL.
 * @throws {Fault} `CONSENT_UNKNOWN`: no such consent, or used before; `CONSENT_EXPIRED`; `CONSENT_FOREIGN`: another session, user,
 * organisation or app; `CREDENTIAL_REFUSED`, `PERMISSION_MISSING`: the person or the app said no; as `finishConsent`.
 */
export async function callback(ports: ConnectPorts, session: Session, callbackUrl: string): Promise<Step> {
  const state = stateOf(callbackUrl)
  const consent = await take(ports, state)
  const row = found(
    await ports.control.within(consent.organisation_id, (tx) => readConnection(tx, consent.connection_id)),
  )
  const refuse = (fault: Fault): Promise<never> => refused(ports, session, { row, fault })
  if (!isSameSession(consent, session))
    return refuse(
      new Fault('CONSENT_FOREIGN', 'this consent was begun by another session: nothing was connected'),
    )
  if (consent.expires_at.getTime() <= ports.clock.now())
    return refuse(new Fault('CONSENT_EXPIRED', 'the consent came too late'))
  try {
    const stored = await readStored(ports, row)
    await redeem(ports, stored, { kept: await opened(ports, stored, consent), state, callbackUrl })
    return await activate(ports, session, { stored, action: 'connect' })
  } catch (error) {
    if (isFault(error)) return refuse(error)
    throw error
  }
}

function stateOf(callbackUrl: string): string {
  const states = URL.parse(callbackUrl)?.searchParams.getAll('state') ?? []
  const [state] = states
  if (states.length === 1 && state !== undefined && state !== '') return state
  throw new Fault('CONSENT_UNKNOWN', 'the callback names no consent')
}

/** Whoever comes first has it, in whichever organisation: a state that was shown to anybody else is of no more use. */
async function take({ control }: ConnectPorts, state: string): Promise<ConsentRow> {
  const consent = await control.asPlatform((tx) =>
    tx.deleteFrom('consent').where('state_hash', '=', hashOfState(state)).returningAll().executeTakeFirst(),
  )
  if (consent === undefined)
    throw new Fault('CONSENT_UNKNOWN', 'there is no such consent, or it was used already')
  return consent
}

/** Whoever begins a consent must finish it. */
export function isSameSession(consent: ConsentRow, session: Session): boolean {
  return (
    consent.organisation_id === session.organisationId &&
    consent.user_id === session.actor.id &&
    consent.session_hash.length === session.sessionHash.length &&
    timingSafeEqual(consent.session_hash, session.sessionHash)
  )
}

async function opened({ vault }: ConnectPorts, stored: Stored, consent: ConsentRow): Promise<KeptConsent> {
  const { row } = stored
  const owner = { organisationId: row.organisation_id, subject: row.id, purpose: 'consent' } as const
  const kept = readConsentText(await vault.open(consent.sealed, { ...owner, binding: bindingFor(stored) }))
  if (kept.digest !== row.connector_digest)
    throw new Fault('CONSENT_UNKNOWN', 'the connector changed while the person consented')
  return kept
}

type Redeeming = { readonly kept: KeptConsent; readonly state: string; readonly callbackUrl: string }

async function redeem(ports: ConnectPorts, stored: Stored, redeeming: Redeeming): Promise<void> {
  const { kept, state, callbackUrl } = redeeming
  const { origin, pathname } = new URL(callbackUrl)
  if (`${origin}${pathname}` !== new URL(kept.redirectUri).href)
    throw new Fault('CONSENT_FOREIGN', 'the app sent the person back to the address of another connection')
  const connection = openStored(ports, stored, { by: 'person' })
  try {
    await finishConsent(connection.credentials, { ...kept, state, url: '' }, callbackUrl)
  } finally {
    await connection.close()
  }
}

type Refusing = { readonly row: ConnectionRow; readonly fault: Fault }

/** In the trail of the organisation whose connection it is, under the name of whoever came. */
async function refused(ports: ConnectPorts, session: Session, { row, fault }: Refusing): Promise<never> {
  const who = { actor: session.actor, organisationId: row.organisation_id }
  await ports.control.within(row.organisation_id, (tx) =>
    auditConnection(ports, tx, { who, row, action: 'consent_refuse', detail: { code: fault.code } }),
  )
  throw fault
}
