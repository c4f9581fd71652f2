import { type Access, accessOf, needsConsent } from '../credentials/access.ts'
import { Fault, isFault } from '../lib/fault.ts'
import type { Connector } from '../model/connector.ts'
import type { Feature } from '../model/feature.ts'
import {
  type ConnectionRow,
  lockConnection,
  putStreams,
  readConnection,
  updateConnection,
} from '../store/postgres/connection-rows.ts'
import { storedFault } from '../sync/health.ts'
import { auditConnection, type ConnectPorts, found, type Who } from './ports.ts'
import { wantedStreams } from './wanted.ts'

/** Where a connection stands towards the newest version of its connector. */
export type Following =
  | { readonly state: 'current' | 'followed' }
  /** An administrator must look at the reasons first (`change` with `isUpgrade`). */
  | { readonly state: 'waits'; readonly reasons: readonly string[] }

/**
 * Moves a connection to the newest version of its connector, unless that wants something nobody agreed to: other hosts, endpoints or
 * scopes, another way to sign in. Then the connection stays with the version it has, or stops where that is gone.
 */
export async function followConnector(ports: ConnectPorts, who: Who, id: string): Promise<Following> {
  const row = found(await ports.control.within(who.organisationId, (tx) => readConnection(tx, id)))
  const newest = ports.connectors.newest(row.app_id)
  if (newest === undefined || newest.digest === row.connector_digest || row.status === 'disconnected')
    return { state: 'current' }
  const reasons = await reasonsAgainst(ports, row, newest)
  if (reasons.length > 0) {
    if (ports.connectors.ofVersion(row.app_id, row.connector_digest) === undefined)
      await stop(ports, who, row)
    return { state: 'waits', reasons }
  }
  await follow(ports, who, { row, newest })
  return { state: 'followed' }
}

/** Nobody's doing: a connector changed with the platform. */
const PLATFORM = { kind: 'platform', id: 'platform', name: 'Fairlead' } as const

/**
 * The row with a version of the connector that is there: when its own is gone, it follows the newest, if that may be.
 *
 * @throws {Fault} `CONSENT_NEEDED`
 */
export async function withConnector(
  ports: ConnectPorts,
  row: ConnectionRow,
): Promise<{ readonly row: ConnectionRow; readonly connector: Connector }> {
  const connector = ports.connectors.ofVersion(row.app_id, row.connector_digest)
  if (connector !== undefined) return { row, connector }
  const who = { organisationId: row.organisation_id, actor: PLATFORM }
  await followConnector(ports, who, row.id)
  const now = found(await ports.control.within(who.organisationId, (tx) => readConnection(tx, row.id)))
  const followed = ports.connectors.ofVersion(now.app_id, now.connector_digest)
  if (followed !== undefined) return { row: now, connector: followed }
  throw new Fault('CONSENT_NEEDED', NOT_AGREED)
}

/** Also a version that cannot make sense of the settings needs a person. */
async function reasonsAgainst(
  ports: ConnectPorts,
  row: ConnectionRow,
  connector: Connector,
): Promise<readonly string[]> {
  if (row.access === null) return ['never agreed to']
  try {
    const next = { connector, ...chosen(row) }
    await wantedStreams(ports, next)
    return needsConsent(row.access as Access, accessOf(next))
  } catch (error) {
    if (isFault(error)) return [error.message]
    throw error
  }
}

function chosen(row: ConnectionRow) {
  const auth = row.auth_method === null ? {} : { auth: row.auth_method }
  return {
    features: row.features as readonly Feature[],
    input: { settings: row.settings, secrets: {}, ...auth },
  }
}

const NOT_AGREED = 'a new version of the connector wants what nobody agreed to yet'

async function stop(ports: ConnectPorts, who: Who, row: ConnectionRow): Promise<void> {
  if (row.status !== 'active') return
  const fault = storedFault(new Fault('CONSENT_NEEDED', NOT_AGREED), ports.clock.now())
  await ports.control.within(who.organisationId, async (tx) => {
    await updateConnection(tx, row.id, { status: 'needs_reauth', fault: JSON.stringify(fault) })
    await auditConnection(ports, tx, { who, row, action: 'upgrade_wait' })
  })
}

type Next = { readonly row: ConnectionRow; readonly newest: Connector }

async function follow(ports: ConnectPorts, who: Who, { row, newest }: Next): Promise<void> {
  const now = { connector: newest, ...chosen(row) }
  const streams = await wantedStreams(ports, now, row.scopes_granted ?? undefined)
  const access = accessOf(now)
  await ports.control.within(who.organisationId, async (tx) => {
    const current = await lockConnection(tx, row.id)
    // Another process followed first.
    if (current?.connector_digest !== row.connector_digest) return
    await putStreams(tx, row, streams)
    await updateConnection(tx, row.id, {
      connector_digest: newest.digest,
      access: JSON.stringify(access),
      scopes_requested: [...access.scopes],
    })
    await auditConnection(ports, tx, {
      ...{ who, row, action: 'upgrade' },
      detail: { from: row.connector_digest, to: newest.digest },
    })
  })
}
