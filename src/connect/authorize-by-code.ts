import { randomBytes } from 'node:crypto'
import { askDevice, SLOWER_MS, startDevice } from '../credentials/device.ts'
import { type KeptDevice, readDeviceText, writeDeviceText } from '../credentials/device-text.ts'
import { Fault, isFault } from '../lib/fault.ts'
import type { Grant } from '../model/credential.ts'
import { type ConnectionRow, readConnection } from '../store/postgres/connection-rows.ts'
import { storedFault } from '../sync/health.ts'
import { activate, type Step } from './activate.ts'
import { forgetOld } from './authorize.ts'
import { type ConsentRow, isSameSession } from './callback.ts'
import { auditConnection, type ConnectPorts, found, type Session } from './ports.ts'
import { bindingFor, openStored, readStored, type Stored } from './stored.ts'

/** What to show a person who consents on another device. */
export type CodeShown = Pick<KeptDevice, 'userCode' | 'verificationUri' | 'verificationUriComplete'> & {
  /** Unix ms. */
  readonly expiresAtMs: number
  /** How often it is worth asking what came of it. */
  readonly intervalMs: number
}

/** Longer than the app may take to answer: whoever asked and is still silent then is dead, and another may ask. */
const LONGEST_ASK_MS = 90_000

/**
 * Begins a consent by a code typed on another device. What it takes to go on is kept, sealed: any process asks the app, whenever the
 * session that began asks what came of it. A code that this session was shown before for this connection counts no more.
 *
 * @throws {Fault} `NOT_FOUND`, `CONNECTION_UNFIT`; `SETTING_INVALID` when the connection's method is not device_code; as `startDevice`.
 */
export async function authorizeByCode(ports: ConnectPorts, session: Session, id: string): Promise<CodeShown> {
  const { control, vault, clock } = ports
  const row = await readRow(ports, session, id)
  if (row.status === 'disconnected')
    throw new Fault('CONNECTION_UNFIT', 'the connection was disconnected: give its secrets again first')
  const stored = await readStored(ports, row)
  const connection = openStored(ports, stored, { by: 'person' })
  try {
    const { expiresAt, intervalMs, ...device } = await startDevice(connection.credentials)
    const kept = { ...device, digest: row.connector_digest }
    const sealed = await vault.seal(writeDeviceText(kept), sealedFor(stored))
    await control.within(session.organisationId, async (tx) => {
      const sessionHash = Buffer.from(session.sessionHash)
      await tx
        .deleteFrom('consent')
        .where('connection_id', '=', row.id)
        .where('session_hash', '=', sessionHash)
        .where('interval_ms', 'is not', null)
        .execute()
      await tx
        .insertInto('consent')
        .values({
          // No browser brings it back: nobody but this row has it.
          state_hash: randomBytes(32),
          organisation_id: session.organisationId,
          connection_id: row.id,
          user_id: session.actor.id,
          session_hash: sessionHash,
          sealed,
          created_at: new Date(clock.now()),
          expires_at: new Date(expiresAt),
          next_ask_at: new Date(clock.now() + intervalMs),
          interval_ms: intervalMs,
        })
        .execute()
      await forgetOld(tx, row.id, clock.now())
      await auditConnection(ports, tx, { who: session, row, action: 'consent_start' })
    })
    return shown(ports, stored, { kept, expiresAtMs: expiresAt, intervalMs })
  } finally {
    await connection.close()
  }
}

/** The person has not decided yet. */
export type Waiting = { readonly step: 'waiting'; readonly row: ConnectionRow; readonly code: CodeShown }

/**
 * What came of a consent by code; asks the app when it is time to, and connects when the person has allowed it. `failed` says why
 * nothing comes of it any more: `CONSENT_REFUSED`, `CONSENT_EXPIRED`, or what the app answered.
 *
 * @throws {Fault} `NOT_FOUND`; `CONSENT_UNKNOWN`: none is under way; `CONSENT_FOREIGN`: it was begun by another session.
 */
export async function askByCode(ports: ConnectPorts, session: Session, id: string): Promise<Waiting | Step> {
  const row = await readRow(ports, session, id)
  const consent = await ownConsent(ports, session, id)
  const stored = await readStored(ports, row)
  const kept = await opened(ports, stored, consent)
  const expiresAtMs = consent.expires_at.getTime()
  const waiting = (intervalMs = consent.interval_ms): Waiting => ({
    ...{ step: 'waiting', row },
    code: shown(ports, stored, { kept, expiresAtMs, intervalMs }),
  })
  try {
    if (expiresAtMs <= ports.clock.now())
      throw new Fault('CONSENT_EXPIRED', 'the code ran out before anybody used it')
    if (!(await takeTurn(ports, consent))) return waiting()
    const answer = await ask(ports, stored, kept)
    if (typeof answer === 'string') {
      const intervalMs = consent.interval_ms + (answer === 'slower' ? SLOWER_MS : 0)
      await putOff(ports, consent, intervalMs)
      return waiting(intervalMs)
    }
    await forget(ports, consent)
    return await activate(ports, session, { stored, action: 'connect' })
  } catch (error) {
    if (!isFault(error)) throw error
    await forget(ports, consent)
    return refused(ports, session, { row, fault: error })
  }
}

/** A connection that works already goes on as it was. */
async function refused(
  { control, audit, clock }: ConnectPorts,
  session: Session,
  { row, fault }: { readonly row: ConnectionRow; readonly fault: Fault },
): Promise<Step> {
  const detail = { code: fault.code }
  await control.within(session.organisationId, (tx) =>
    auditConnection({ audit }, tx, { who: session, row, action: 'consent_refuse', detail }),
  )
  return { step: 'failed', row, fault: storedFault(fault, clock.now()) }
}

type CodeConsent = ConsentRow & { readonly interval_ms: number }

async function ownConsent({ control }: ConnectPorts, session: Session, id: string): Promise<CodeConsent> {
  const consents = await control.within(session.organisationId, (tx) =>
    tx
      .selectFrom('consent')
      .selectAll()
      .where('connection_id', '=', id)
      .where('interval_ms', 'is not', null)
      .orderBy('created_at', 'desc')
      .$narrowType<{ interval_ms: number }>()
      .execute(),
  )
  const own = consents.find((consent) => isSameSession(consent, session))
  if (own !== undefined) return own
  throw consents.length === 0
    ? new Fault('CONSENT_UNKNOWN', 'no code is under way for this connection')
    : new Fault('CONSENT_FOREIGN', 'the code was shown to another session: only there it goes on')
}

async function opened({ vault }: ConnectPorts, stored: Stored, consent: ConsentRow): Promise<KeptDevice> {
  const kept = readDeviceText(await vault.open(consent.sealed, sealedFor(stored)))
  if (kept.digest !== stored.row.connector_digest)
    throw new Fault('CONSENT_UNKNOWN', 'the connector changed while the person consented')
  return kept
}

function sealedFor(stored: Stored) {
  const { organisation_id: organisationId, id: subject } = stored.row
  return { organisationId, subject, purpose: 'consent', binding: bindingFor(stored) } as const
}

async function ask(
  ports: ConnectPorts,
  stored: Stored,
  kept: KeptDevice,
): Promise<Grant | 'pending' | 'slower'> {
  const connection = openStored(ports, stored, { by: 'person' })
  try {
    return await askDevice(connection.credentials, kept)
  } finally {
    await connection.close()
  }
}

/** Whether it is time to ask the app, and nobody else does. */
async function takeTurn({ control, clock }: ConnectPorts, consent: CodeConsent): Promise<boolean> {
  const nowMs = clock.now()
  const { numUpdatedRows } = await control.within(consent.organisation_id, (tx) =>
    tx
      .updateTable('consent')
      .set({ next_ask_at: new Date(nowMs + LONGEST_ASK_MS) })
      .where('state_hash', '=', consent.state_hash)
      .where('next_ask_at', '<=', new Date(nowMs))
      .executeTakeFirst(),
  )
  return numUpdatedRows > 0n
}

async function putOff({ control, clock }: ConnectPorts, consent: CodeConsent, intervalMs: number) {
  await control.within(consent.organisation_id, (tx) =>
    tx
      .updateTable('consent')
      .set({ next_ask_at: new Date(clock.now() + intervalMs), interval_ms: intervalMs })
      .where('state_hash', '=', consent.state_hash)
      .execute(),
  )
}

async function forget({ control }: ConnectPorts, { organisation_id, state_hash }: CodeConsent) {
  await control.within(organisation_id, (tx) =>
    tx.deleteFrom('consent').where('state_hash', '=', state_hash).execute(),
  )
}

type Showing = Pick<CodeShown, 'expiresAtMs' | 'intervalMs'> & { readonly kept: KeptDevice }

function shown(ports: ConnectPorts, { connector }: Stored, { kept, ...rest }: Showing): CodeShown {
  const inBrowser = (url: string) => ports.wayTo(connector).browserUrl?.(url) ?? url
  const { userCode, verificationUri, verificationUriComplete: complete } = kept
  return {
    ...{ userCode, ...rest },
    verificationUri: inBrowser(verificationUri),
    verificationUriComplete: complete === undefined ? undefined : inBrowser(complete),
  }
}

async function readRow({ control }: ConnectPorts, session: Session, id: string): Promise<ConnectionRow> {
  return found(await control.within(session.organisationId, (tx) => readConnection(tx, id)))
}
