import { openMemoryStore } from '../../src/credentials/memory-store.ts'
import { emulatedTransport } from '../../src/emulator/emulated-transport.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { stringifyJson } from '../../src/lib/json.ts'
import { openActivityStore } from '../../src/store/clickhouse/activity-store.ts'
import { openConnection } from '../../src/sync/connection.ts'
import { gatherEvents } from '../../src/sync/gather.ts'
import { eventsWithRecords, uidOf } from '../../src/sync/kept-records.ts'
import { runStream } from '../../src/sync/pipeline.ts'
import { auditConnector } from './audit-connector.ts'

/** The whole pipeline into the activity store, as a worker composes it. */
const [port, url = '', round] = process.argv.slice(2)
const store = openActivityStore({ url })
await store.prepare()
const connection = openConnection({
  connector: auditConnector(),
  input: { settings: {}, secrets: {} },
  grants: openMemoryStore(),
  clock: systemClock,
  notify: () => undefined,
  allowLoopback: true,
  through: emulatedTransport(`http://127.0.0.1:${port}`),
})
const source = { organisationId: 'org-bench', connectionId: `con-${round}`, appId: 'acme', stream: 'audit' }
const gathering = gatherEvents(store, source, systemClock)
const startedMs = performance.now()
await runStream(
  connection.stagesOf('audit', {
    positions: { read: async () => undefined, save: async () => undefined },
    write: async (result, batch) => {
      const events = eventsWithRecords(batch, result).map(({ event, record }) => ({
        ...{ uid: uidOf(event), event },
        raw: stringifyJson(record),
      }))
      await gathering.add(events, batch.position !== undefined)
    },
  }),
)
await gathering.flush()
const ms = performance.now() - startedMs
const everything = {
  fromMs: 0,
  toMs: Date.UTC(2099, 0),
  conditions: [{ field: 'connection', operator: 'is', values: [source.connectionId] }],
} as const
process.send?.({ events: await store.count(source.organisationId, everything), ms })
await Promise.all([connection.close(), store.close()])
process.disconnect?.()
