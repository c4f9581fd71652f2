import { request } from 'node:http'
import { Fault } from '../../../lib/fault.ts'

export const SNAPSHOT_PATH = /^\/snapshot\/(?<verb>backup|restore)\/(?<name>\w+)$/

/** The statements behind the two verbs; files are named by the engine's process, never by a caller. */
export function snapshotSql(verb: string, name: string): string {
  return verb === 'backup'
    ? `BACKUP ALL EXCEPT DATABASES system, information_schema, INFORMATION_SCHEMA TO File('${name}')`
    : `RESTORE ALL FROM File('${name}')`
}

/** Asks a running engine to write a snapshot of everything into its folder `backup`, or to read one from there. */
export function snapshot(url: string, verb: 'backup' | 'restore', name: string): Promise<void> {
  const { username, password, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: `/snapshot/${verb}/${name}`,
        auth: `${username}:${password}`,
      },
      (response) => {
        let said = ''
        response.on('data', (chunk) => {
          said += chunk
        })
        response.once('end', () =>
          response.statusCode === 200
            ? resolve()
            : reject(
                new Fault('STORE_UNAVAILABLE', `the ${verb} of the activity store failed: ${said.trim()}`),
              ),
        )
      },
    )
    asked.once('error', (cause) => reject(new Fault('STORE_UNAVAILABLE', cause.message, { cause })))
    asked.end()
  })
}
