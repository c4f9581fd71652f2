import { type HeldGrant, isFresh } from '../credentials/grant.ts'
import { readGrantText, writeGrantText } from '../credentials/grant-text.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault, isFault } from '../lib/fault.ts'
import type { GrantStore } from '../model/credential.ts'
import type { SealedFor, Vault } from '../model/vault.ts'
import {
  type Attempt,
  forgetAttempt,
  noteAttempt,
  readAttempt,
  readGrant,
  type SealedGrant,
  writeGrant,
} from '../store/postgres/connection-grants.ts'
import { lockConnection, updateConnection } from '../store/postgres/connection-rows.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'
import { storedFault } from '../sync/health.ts'
import { exclusively } from './exclusive.ts'

export type GrantRow = {
  readonly control: ControlStore
  readonly vault: Vault
  readonly clock: Clock
  readonly organisationId: string
  readonly connectionId: string
  /** `bindingOf` the access: a grant opens for the hosts it was given for. */
  readonly binding: string
  /** A worker spares an app that said no or does not answer; a person who consents, revokes or tests is not held up. */
  readonly by: 'worker' | 'person'
}

/** How long after the start of so many exchanges of one grant without a stored answer the next may begin, for all workers together. */
const PAUSES_MS = [0, 0, 30_000, 60_000, 300_000, 900_000]
/** The answer of an exchange cannot be asked for again: it is kept through a restart of the database. */
const STORING_PAUSES_MS = [250, 1000, 2000, 4000, 8000, 15_000]

/**
 * Keeps a connection's grant in its row, sealed.
 *
 * `update` is for one worker at a time. It notes the attempt before the exchange and the answer after it, each in a transaction of its
 * own: a worker that dies in between leaves a note, so the same refresh token is presented again (many apps grant that once), and again
 * ever more seldom; when the app says no for good, the connection needs a person and nobody asks again.
 */
export function openGrantRow(row: GrantRow): GrantStore {
  return {
    read: async () => {
      const kept = await within(row, (tx) => readGrant(tx, row.connectionId))
      return opened(row, present(kept))
    },
    update: async (change) => {
      const { generation } = present(await within(row, (tx) => readGrant(tx, row.connectionId)))
      return exclusively(
        row.control,
        row,
        async () => (await theirs(row, generation)) ?? (await exchange(row, change)),
      )
    },
  }
}

/** What another worker got while this one waited its turn, where it is fit for use: then nothing is exchanged, and nothing noted. */
async function theirs(row: GrantRow, seen: number): Promise<HeldGrant | undefined> {
  if (row.by === 'person') return undefined
  const kept = present(await within(row, (tx) => readGrant(tx, row.connectionId)))
  const grant = kept.generation > seen ? await openedOwn(row, kept) : undefined
  return grant !== undefined && isFresh(grant, row.clock.now()) ? grant : undefined
}

type Change = Parameters<GrantStore['update']>[0]

async function exchange(row: GrantRow, change: Change): Promise<HeldGrant> {
  const { vault, organisationId, connectionId } = row
  const kept = await within(row, (tx) => begin(tx, row))
  const key = { organisationId, connectionId, generation: kept.generation }
  const current = await openedOwn(row, kept)
  const next: HeldGrant = await change(current).catch(async (error: unknown) => {
    if (isFault(error, 'CREDENTIAL_REVOKED')) await within(row, (tx) => refused(tx, row, { key, error }))
    throw error
  })
  if (next === current) {
    await within(row, (tx) => forgetAttempt(tx, connectionId))
    return next
  }
  const grant = { ...next, generation: key.generation + 1 }
  const sealed = await vault.seal(writeGrantText(grant), ownerOf(row))
  const isStored = await insistently(row.clock, () =>
    within(row, (tx) => writeGrant(tx, key, { sealed, expiresAtMs: grant.expiresAt })),
  )
  if (!isStored)
    throw new Fault('CREDENTIAL_MISSING', 'the connection was changed while its token was exchanged')
  return grant
}

/** Reads the grant and notes that an exchange begins. @throws {Fault} what the app said for good; `SOURCE_UNAVAILABLE` when it is too soon. */
async function begin(tx: Tx, row: GrantRow): Promise<SealedGrant> {
  const { organisationId, connectionId, clock, by } = row
  const connection = await lockConnection(tx, connectionId)
  if (connection?.status === 'disconnected')
    throw new Fault('CREDENTIAL_MISSING', 'the connection was disconnected')
  const kept = present(await readGrant(tx, connectionId))
  if (by === 'person') return kept
  const nowMs = clock.now()
  const before = await readAttempt(tx, connectionId, kept.generation)
  if (before?.fault) throw new Fault('CREDENTIAL_REVOKED', before.fault.message)
  refuseTooSoon(before, nowMs)
  const attempts = (before?.attempts ?? 0) + 1
  const key = { organisationId, connectionId, generation: kept.generation }
  await noteAttempt(tx, key, { attempts, startedAtMs: nowMs, fault: null })
  return kept
}

function refuseTooSoon(before: Attempt | undefined, nowMs: number): void {
  if (before === undefined) return
  const pauseMs = PAUSES_MS[Math.min(before.attempts, PAUSES_MS.length - 1)] ?? 0
  const againMs = before.startedAtMs + pauseMs
  // One that began in the future was begun by another clock, and holds nobody up.
  if (nowMs >= againMs || nowMs < before.startedAtMs) return
  const again = new Date(againMs).toISOString()
  throw new Fault(
    'SOURCE_UNAVAILABLE',
    `${before.attempts} exchanges of the token came to nothing; the next is at ${again}`,
  )
}

type Refused = {
  readonly key: {
    readonly organisationId: string
    readonly connectionId: string
    readonly generation: number
  }
  readonly error: unknown
}

/** The app's final no: nobody presents this grant again, and a person is asked. */
async function refused(
  tx: Tx,
  { connectionId, clock, by }: GrantRow,
  { key, error }: Refused,
): Promise<void> {
  const connection = await lockConnection(tx, connectionId)
  if (by === 'person' || connection?.grant_generation !== key.generation) return
  const fault = storedFault(error, clock.now())
  const before = await readAttempt(tx, connectionId, key.generation)
  await noteAttempt(tx, key, { attempts: before?.attempts ?? 1, startedAtMs: clock.now(), fault })
  if (connection.status === 'active')
    await updateConnection(tx, connectionId, { status: 'needs_reauth', fault: JSON.stringify(fault) })
}

async function opened(row: GrantRow, { sealed, generation }: SealedGrant): Promise<HeldGrant | undefined> {
  if (sealed === null) return undefined
  return { ...readGrantText(await row.vault.open(sealed, ownerOf(row))), generation }
}

/** A grant of other hosts counts for none: the new one takes its place. */
async function openedOwn(row: GrantRow, kept: SealedGrant): Promise<HeldGrant | undefined> {
  try {
    return await opened(row, kept)
  } catch (error) {
    if (isFault(error, 'CREDENTIAL_MISSING') || (row.by === 'person' && isFault(error, 'SEAL_BROKEN')))
      return undefined
    throw error
  }
}

function ownerOf({ organisationId, connectionId, binding }: GrantRow): SealedFor {
  return { organisationId, subject: connectionId, purpose: 'grant', binding }
}

function present(kept: SealedGrant | undefined): SealedGrant {
  if (kept === undefined) throw new Fault('CREDENTIAL_MISSING', 'the connection was deleted')
  return kept
}

function within<T>({ control, organisationId }: GrantRow, work: (tx: Tx) => Promise<T>): Promise<T> {
  return control.within(organisationId, work)
}

async function insistently<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (const pauseMs of STORING_PAUSES_MS) {
    try {
      return await work()
    } catch {
      await clock.sleep(pauseMs)
    }
  }
  return work()
}
