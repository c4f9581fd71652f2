import { createHash } from 'node:crypto'
import { accessOf, bindingOf } from '../credentials/access.ts'
import { readSecretsText } from '../credentials/grant-text.ts'
import type { Secret } from '../lib/secret.ts'
import type { Notice } from '../model/collection.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput } from '../model/credential.ts'
import type { Feature } from '../model/feature.ts'
import { type ConnectionRow, readConnection } from '../store/postgres/connection-rows.ts'
import { type Connection, openConnection } from '../sync/connection.ts'
import type { OpeningPorts } from '../sync/open-connections.ts'
import { openGrantRow } from './grant-row.ts'
import { type ConnectPorts, found } from './ports.ts'
import { withConnector } from './upgrade.ts'

export type Stored = {
  readonly row: ConnectionRow
  readonly connector: Connector
  readonly input: ConnectionInput
  readonly features: readonly Feature[]
}

export type Opening = {
  readonly by: 'worker' | 'person'
  readonly notify?: (notice: Notice) => void
}

/**
 * A connection as it is stored, its secrets unsealed.
 *
 * @throws {Fault} `CONSENT_NEEDED`; `CREDENTIAL_MISSING` when the secrets were given for other hosts; `SEAL_BROKEN`
 */
export async function readStored(ports: ConnectPorts, stored: ConnectionRow): Promise<Stored> {
  const { row, connector } = await withConnector(ports, stored)
  const features = row.features as readonly Feature[]
  const bare = { settings: row.settings, ...(row.auth_method === null ? {} : { auth: row.auth_method }) }
  const secrets = await readSecrets(ports, row, bindingFor({ connector, input: bare, features }))
  return { row, connector, features, input: { ...bare, secrets } }
}

/** What the credentials of a connection are sealed for. */
export function bindingFor(chosen: Parameters<typeof accessOf>[0]): string {
  return bindingOf(accessOf(chosen))
}

/** @throws {Fault} `CREDENTIAL_MISSING` when they were given for another binding; `SEAL_BROKEN` */
export async function readSecrets(
  { vault }: ConnectPorts,
  row: ConnectionRow,
  binding: string,
): Promise<Readonly<Record<string, Secret>>> {
  if (row.secrets === null) return {}
  const owner = { organisationId: row.organisation_id, subject: row.id, purpose: 'secrets' } as const
  return readSecretsText(await vault.open(row.secrets, { ...owner, binding }))
}

/** Opens a stored connection: its way to the app, its grant in the database. Whoever opens it closes it. */
export function openStored(ports: ConnectPorts, stored: Stored, { by, notify }: Opening): Connection {
  const { row, connector, input, features } = stored
  const { control, vault, clock } = ports
  const { allowLoopback, through } = ports.wayTo(connector)
  const grants = openGrantRow({
    ...{ control, vault, clock, by },
    organisationId: row.organisation_id,
    connectionId: row.id,
    binding: bindingFor(stored),
  })
  return openConnection({
    ...{ connector, input, features, grants, clock },
    notify: notify ?? (() => undefined),
    ...(allowLoopback === undefined ? {} : { allowLoopback }),
    ...(through === undefined ? {} : { through }),
  })
}

/** How workers open connections, and know when to open them anew. */
export function storedConnections(ports: ConnectPorts): OpeningPorts {
  const read = async ({ organisationId, connectionId }: Parameters<OpeningPorts['versionOf']>[0]) =>
    found(await ports.control.within(organisationId, (tx) => readConnection(tx, connectionId)))
  return {
    clock: ports.clock,
    versionOf: async (place) => {
      const { connector_digest, auth_method, settings, features, secrets } = await read(place)
      const text = JSON.stringify([connector_digest, auth_method, settings, features])
      return createHash('sha256')
        .update(text)
        .update(secrets ?? '')
        .digest('hex')
    },
    open: async (place, notify) => {
      const stored = await readStored(ports, await read(place))
      return { connector: stored.connector, connection: openStored(ports, stored, { by: 'worker', notify }) }
    },
  }
}
