import type { ConnectPorts } from '../connect/ports.ts'
import { readStored, type Stored } from '../connect/stored.ts'
import type { HookPorts } from '../hooks/hooks.ts'
import { FAULTS, Fault, isFault } from '../lib/fault.ts'
import { type ConnectionRow, readConnection } from '../store/postgres/connection-rows.ts'
import { isNoted, noteKey } from '../store/postgres/repetition-rows.ts'
import { keepDelivery, noteUnfit } from './deliveries.ts'
import type { Platform } from './open-platform.ts'

/** What deliveries of apps are checked with, and where they are kept. */
export function receiverPorts(
  platform: Pick<Platform, 'connect' | 'stores' | 'channel' | 'clock'>,
): HookPorts {
  const { connect, stores, clock } = platform
  const { control } = stores
  return {
    clock,
    receiverOf: async (connectionId) => {
      // Whoever delivers is not signed in: the connection says whose delivery it is.
      const row = await control.asPlatform((tx) => readConnection(tx, connectionId))
      if (row === undefined || row.status !== 'active') return undefined
      const stored = await storedOrFault(connect, row)
      if (stored instanceof Fault) return stored
      const { connector, input } = stored
      const organisationId = row.organisation_id
      const off = await control.within(organisationId, (tx) =>
        tx
          .selectFrom('stream')
          .select('name')
          .where('connection_id', '=', connectionId)
          .where('is_enabled', '=', false)
          .execute(),
      )
      return { organisationId, connector, ...input, off: off.map(({ name }) => name) }
    },
    unfit: (connectionId, fault, stream) => noteUnfit(platform, { connectionId, fault, stream }),
    wasTaken: (organisationId, key) => control.within(organisationId, (tx) => isNoted(tx, key)),
    noteTaken: (organisationId, key) =>
      control.within(organisationId, (tx) => noteKey(tx, organisationId, key)),
    arrived: (arrival) => keepDelivery(platform, arrival),
  }
}

/** What a person must mend is a value; what the platform itself lacks stays an error, so that the app tries again. */
async function storedOrFault(ports: ConnectPorts, row: ConnectionRow): Promise<Stored | Fault> {
  try {
    return await readStored(ports, row)
  } catch (error) {
    if (isFault(error) && ['operator', 'author'].includes(FAULTS[error.code].blame)) return error
    throw error
  }
}
