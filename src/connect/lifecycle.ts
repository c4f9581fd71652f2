import { chooseMethod } from '../credentials/method.ts'
import { revokeGrant } from '../credentials/revoke.ts'
import { Fault, isFault } from '../lib/fault.ts'
import {
  type ConnectionChange,
  type ConnectionRow,
  deleteConnection,
  lockConnection,
  makeStreamsDue,
  readConnection,
  updateConnection,
} from '../store/postgres/connection-rows.ts'
import type { ConnectionStatus } from '../store/postgres/tables.ts'
import { activate, type Step } from './activate.ts'
import { auditConnection, type ConnectPorts, found, type Who } from './ports.ts'
import { openStored, readStored } from './stored.ts'
import { needsPerson } from './wanted.ts'

/** Asks the app whether the connection works; one that waited for this becomes active. */
export async function testConnection(ports: ConnectPorts, who: Who, id: string): Promise<Step> {
  const row = await readRow(ports, who, id)
  if (row.status === 'disconnected') throw unfit('connect the app again: its credentials were destroyed')
  const stored = await readStored(ports, row)
  if (needsPerson(stored.connector, stored.input.auth) && row.grant_sealed === null)
    return { step: 'consent', row }
  return activate(ports, who, { stored, action: 'test' })
}

/** Nothing is collected until it is resumed. */
export function pause(ports: ConnectPorts, who: Who, id: string): Promise<ConnectionRow> {
  return move(ports, who, { id, from: 'active', to: 'paused', action: 'pause' })
}

/** Goes on where it stopped, at once. */
export function resume(ports: ConnectPorts, who: Who, id: string): Promise<ConnectionRow> {
  return move(ports, who, { id, from: 'paused', to: 'active', action: 'resume' })
}

type Move = {
  readonly id: string
  readonly from: ConnectionStatus
  readonly to: ConnectionStatus
  readonly action: string
}

function move(ports: ConnectPorts, who: Who, { id, from, to, action }: Move): Promise<ConnectionRow> {
  return ports.control.within(who.organisationId, async (tx) => {
    const row = found(await lockConnection(tx, id))
    if (row.status === to) return row
    if (row.status !== from) throw unfit(`the connection is ${row.status}, not ${from}`)
    if (to === 'active') await makeStreamsDue(tx, id, ports.clock.now())
    await auditConnection(ports, tx, { who, row, action })
    return found(await updateConnection(tx, id, { status: to }))
  })
}

export type Disconnected = {
  readonly row: ConnectionRow
  /** `failed`: the app could not be told, and the person should remove the grant there. */
  readonly revocation: 'done' | 'not_offered' | 'failed'
}

const NO_CREDENTIALS = {
  secrets: null,
  secret_names: [],
  grant_sealed: null,
  grant_expires_at: null,
  fault: null,
} as const satisfies ConnectionChange

/** Tells the app, where it can be told, and destroys the credentials whatever it says. What was collected is kept. */
export async function disconnect(ports: ConnectPorts, who: Who, id: string): Promise<Disconnected> {
  const row = await readRow(ports, who, id)
  const revocation = await revoked(ports, row)
  const updated = await ports.control.within(who.organisationId, async (tx) => {
    const now = found(await lockConnection(tx, id))
    await tx.deleteFrom('consent').where('connection_id', '=', id).execute()
    await auditConnection(ports, tx, { who, row, action: 'disconnect', detail: { revocation } })
    // A worker in the middle of an exchange finds another generation, and stores nothing.
    const grant_generation = now.grant_generation + 1
    return found(
      await updateConnection(tx, id, { ...NO_CREDENTIALS, status: 'disconnected', grant_generation }),
    )
  })
  return { row: updated, revocation }
}

async function revoked(ports: ConnectPorts, row: ConnectionRow): Promise<Disconnected['revocation']> {
  if (row.grant_sealed === null) return 'not_offered'
  try {
    const stored = await readStored(ports, row)
    if (chooseMethod(stored.connector, stored.input.auth).kind !== 'oauth2') return 'not_offered'
    const connection = openStored(ports, stored, { by: 'person' })
    try {
      return (await revokeGrant(connection.credentials)) ? 'done' : 'not_offered'
    } finally {
      await connection.close()
    }
  } catch (error) {
    if (isFault(error)) return 'failed'
    throw error
  }
}

/** Deletes what was collected, wherever it is kept. Run again when it failed half way. */
export type EraseActivity = (organisationId: string, connectionId: string) => Promise<void>

/** Disconnects and deletes the connection with everything that was collected through it. */
export async function remove(
  ports: ConnectPorts & { readonly eraseActivity: EraseActivity },
  who: Who,
  id: string,
): Promise<Pick<Disconnected, 'revocation'>> {
  const { row, revocation } = await disconnect(ports, who, id)
  await ports.eraseActivity(who.organisationId, id)
  await ports.control.within(who.organisationId, async (tx) => {
    await auditConnection(ports, tx, { who, row, action: 'delete', detail: { app: row.app_id } })
    await deleteConnection(tx, id)
  })
  return { revocation }
}

async function readRow({ control }: ConnectPorts, who: Who, id: string): Promise<ConnectionRow> {
  return found(await control.within(who.organisationId, (tx) => readConnection(tx, id)))
}

function unfit(message: string): Fault {
  return new Fault('CONNECTION_UNFIT', message)
}
