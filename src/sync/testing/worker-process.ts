/** A worker as a process of its own, for tests that kill it: told everything by its first argument. */

import { openQueue } from '../../store/postgres/queue.ts'
import { openConnections } from '../open-connections.ts'
import { startWorker } from '../worker.ts'
import { type Death, dying } from './dying.ts'
import { emulatedConnections, northwind, openStoresAt, portsOf } from './platform.ts'

const told = JSON.parse(process.argv[2] ?? '{}') as {
  readonly name: string
  readonly url: string
  readonly leaseMs: number
  readonly rootKey: string
  readonly databaseUrl: string
  readonly clickhouseUrl: string
  readonly death?: Death
  readonly isCareless?: boolean
}
const stores = await openStoresAt({ after: () => undefined }, told, told.rootKey)
const { connector } = await northwind()
const ports = portsOf(stores)
await startWorker({
  name: told.name,
  queue: await openQueue(stores.control.pool),
  ports: told.death === undefined ? ports : dying(ports, told.death, told.isCareless !== true),
  connections: openConnections(emulatedConnections(connector, told.url)),
  concurrency: 4,
  leaseMs: told.leaseMs,
  report: (error) => process.stderr.write(`${String(error)}\n`),
})
process.stdout.write('ready\n')
