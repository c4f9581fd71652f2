import { isFault } from '../lib/fault.ts'
import type { Connector } from '../model/connector.ts'
import type { Feature } from '../model/feature.ts'
import type { ConnectionRow } from '../store/postgres/connection-rows.ts'
import type { ConnectPorts } from './ports.ts'
import { wantedStreams } from './wanted.ts'

type Ports = Pick<ConnectPorts, 'control' | 'connectors' | 'clock' | 'wayTo'>

/**
 * Gives connections the rows of streams that their app delivers, where they were made before there were such rows. What the data
 * cannot tell, the manifest does: so this is no migration.
 *
 * @returns how many rows were missing.
 */
export async function addReceivedStreams(ports: Ports): Promise<number> {
  let added = 0
  for (const { app_id, connector_digest } of await versionsInUse(ports)) {
    const connector = ports.connectors.ofVersion(app_id, connector_digest)
    if (connector === undefined || !delivers(connector)) continue
    for (const row of await without(ports, connector)) added += await addTo(ports, row, connector)
  }
  return added
}

const delivers = ({ streams }: Connector): boolean =>
  Object.values(streams).some(({ receive, request }) => receive !== undefined && request === undefined)

const versionsInUse = ({ control }: Ports) =>
  control.asPlatform((tx) =>
    tx.selectFrom('connection').select(['app_id', 'connector_digest']).distinct().execute(),
  )

/** Those that were connected once, and wait for no delivery. */
const without = ({ control }: Ports, { app, digest }: Connector): Promise<readonly ConnectionRow[]> =>
  control.asPlatform((tx) =>
    tx
      .selectFrom('connection')
      .selectAll()
      .where('app_id', '=', app.id)
      .where('connector_digest', '=', digest)
      .where('status', 'in', ['active', 'paused', 'needs_reauth'])
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('stream')
              .select('stream.name')
              .whereRef('stream.connection_id', '=', 'connection.id')
              .where('stream.received_since', 'is not', null),
          ),
        ),
      )
      .execute(),
  )

async function addTo(ports: Ports, row: ConnectionRow, connector: Connector): Promise<number> {
  const { id: connection_id, organisation_id } = row
  const received = (await streamsOf(ports, row, connector)).filter(({ received_since }) => received_since)
  if (received.length === 0) return 0
  const { numInsertedOrUpdatedRows } = await ports.control.within(organisation_id, (tx) =>
    tx
      .insertInto('stream')
      .values(received.map((stream) => ({ ...stream, organisation_id, connection_id })))
      .onConflict((conflict) => conflict.columns(['connection_id', 'name']).doNothing())
      .executeTakeFirst(),
  )
  return Number(numInsertedOrUpdatedRows ?? 0n)
}

/** None of a connection whose settings no longer make sense to its connector: its health says so already. */
async function streamsOf(ports: Ports, row: ConnectionRow, connector: Connector) {
  const { settings, auth_method: auth, features } = row
  const input = { settings, secrets: {}, ...(auth !== null && { auth }) }
  const chosen = { connector, input, features: features as readonly Feature[] }
  try {
    return await wantedStreams(ports, chosen, row.scopes_granted ?? undefined)
  } catch (error) {
    if (isFault(error)) return []
    throw error
  }
}
