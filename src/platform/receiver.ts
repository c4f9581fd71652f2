import type { ConnectPorts } from '../connect/ports.ts'
import { readStored } from '../connect/stored.ts'
import type { HookPorts } from '../hooks/hooks.ts'
import { readConnection } from '../store/postgres/connection-rows.ts'
import { isNoted, noteKey } from '../store/postgres/repetition-rows.ts'
import { type CommandPorts, runNow } from '../sync/commands.ts'

/** What deliveries of apps are checked with, and what they lead to: a look at the stream, nothing more. */
export function receiverPorts({
  connect,
  queue,
}: {
  connect: ConnectPorts
  queue: CommandPorts['queue']
}): HookPorts {
  const { control, clock } = connect
  return {
    clock,
    receiverOf: async (connectionId) => {
      // Whoever delivers is not signed in: the connection says whose delivery it is.
      const row = await control.asPlatform((tx) => readConnection(tx, connectionId))
      if (row === undefined || row.status !== 'active') return undefined
      const { connector, input } = await readStored(connect, row)
      return { organisationId: row.organisation_id, connector, ...input }
    },
    wasTaken: (organisationId, key) => control.within(organisationId, (tx) => isNoted(tx, key)),
    noteTaken: (organisationId, key) =>
      control.within(organisationId, (tx) => noteKey(tx, organisationId, key)),
    arrived: ({ organisationId, connectionId, stream }) =>
      runNow({ control, queue }, { organisationId, connectionId, stream }),
  }
}
