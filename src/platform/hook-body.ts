import type { Stream } from '../api/schema/connections.ts'
import type { ConnectPorts } from '../connect/ports.ts'
import type { ConnectionRow } from '../store/postgres/connection-rows.ts'

export type HookPlaces = Pick<ConnectPorts, 'connectors' | 'publicUrl'>
type Owner = Pick<ConnectionRow, 'id' | 'app_id' | 'connector_digest' | 'secret_names'>

/** Where the app delivers a stream to, and what is set there: nothing of a stream that is read, or that the connector no longer has. */
export function hookBody({ connectors, publicUrl }: HookPlaces, row: Owner, stream: string): Stream['hook'] {
  const connector = connectors.ofVersion(row.app_id, row.connector_digest) ?? connectors.newest(row.app_id)
  const plan = connector?.streams[stream]
  if (plan?.receive === undefined) return undefined
  const { path, verify } = plan.receive
  const declared = connector?.connect.secrets?.[verify.secret]
  const docs = plan.docs?.match(/^https:\/\/\S+/)?.[0]
  return {
    url: `${publicUrl}/hooks/${row.id}${path}`,
    secret: {
      name: verify.secret,
      title: declared?.title ?? verify.secret,
      isSet: row.secret_names.includes(verify.secret),
      ...(declared?.help !== undefined && { help: declared.help }),
    },
    ...(plan.about !== undefined && { about: plan.about }),
    ...(docs !== undefined && { docs }),
  }
}
