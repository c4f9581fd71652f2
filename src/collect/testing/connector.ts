import { loadConnector } from '../../manifest/compile.ts'
import type { Connector } from '../../model/connector.ts'

type Written = Readonly<Record<string, unknown>>
export const HOST = 'api.acme.example'

/** A connector compiled from a manifest of these streams; what every manifest needs beside them is filled in. */
export function connectorOf(streams: Readonly<Record<string, Written>>, connect: Written = {}): Connector {
  const manifest = {
    fairlead: 1,
    app: { id: 'acme', name: 'Acme', vendor: 'Acme', version: '1.0.0' },
    connect: {
      hosts: [HOST, 'files.acme.example'],
      baseUrl: `https://${HOST}/v1`,
      auth: [{ apiKey: {} }],
      check: { request: { get: '/me' }, identity: 'response.body.name' },
      ...connect,
    },
    streams: Object.fromEntries(Object.entries(streams).map(([name, stream]) => [name, complete(stream)])),
  }
  const { connector, complaints } = loadConnector({ 'connector.yaml': JSON.stringify(manifest) })
  if (connector === undefined)
    throw new Error(JSON.stringify(complaints.filter(({ level }) => level === 'error')))
  return connector
}

function complete(stream: Written): Written {
  return stream['kind'] === 'activity' && stream['map'] === undefined
    ? {
        map: { common: { time: 'record.at' }, by: 'record.type', events: {}, otherwise: { action: 'other' } },
        ...stream,
      }
    : stream
}
