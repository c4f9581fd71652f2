import { addReceivedStreams } from '../connect/received.ts'
import { storedConnections } from '../connect/stored.ts'
import { newId } from '../lib/id.ts'
import { maintain } from '../sync/maintenance.ts'
import { openConnections } from '../sync/open-connections.ts'
import { sharedClock } from '../sync/shared-clock.ts'
import { startWorker, type Worker } from '../sync/worker.ts'
import { deletionPorts, eraseDeleted } from './deletion.ts'
import type { Platform } from './open-platform.ts'

const DELIVER_MS = 2_000

/** Starts what works without being asked: reading streams, sending webhooks, and once a minute what keeps the house in order. */
export async function startWork(platform: Platform): Promise<Worker> {
  const { queue, stores, channel, webhooks, exports, identity, clock, log } = platform
  const report = (error: unknown): void =>
    log({ level: 'error', engine: 'worker', message: error instanceof Error ? error.message : String(error) })
  const shared = await sharedClock(stores.control, clock)
  const worker = await startWorker({
    name: newId('wrk', clock.now()),
    ...{ queue, report },
    ports: { ...portsOf(platform), clock: shared },
    connections: openConnections(storedConnections({ ...platform.connect, clock: shared })),
    concurrency: platform.options.concurrency,
  })
  const dayOf = new Map<string, number>()
  await queue.everyMinute(async () => {
    await maintain(
      {
        control: stores.control,
        ...{ activity: stores.activity, clock, sweepSignIn: identity.sweep },
        silent: ({ organisationId, connectionId, stream, lastEventAt }) => {
          channel.tell({ kind: 'stream', organisationId, connectionId, stream })
          const data = { connectionId, stream, lastEventAt: lastEventAt.toISOString() }
          return webhooks.tell(organisationId, 'stream.silent', data)
        },
      },
      dayOf,
    ).catch(report)
    await exports.expire().catch(report)
    await eraseDeleted(deletionPorts(platform), report).catch(report)
  })
  const catchingUp = addReceivedStreams(platform.connect).catch(report)
  const stopping = new AbortController()
  const delivering = (async () => {
    while (!stopping.signal.aborted) {
      await webhooks.deliverDue().catch(report)
      await clock.sleep(DELIVER_MS, stopping.signal).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all([worker.stop(), delivering, catchingUp])
    },
  }
}

function portsOf({ stores, clock, channel, webhooks }: Platform): Parameters<typeof startWorker>[0]['ports'] {
  const { control, activity, vault, engines } = stores
  return {
    ...{ control, activity, vault, clock },
    random: Math.random,
    ...(engines.status !== undefined && {
      isFull: async () => (await engines.status?.())?.disk.level === 'full',
    }),
    tell: ({ organisationId, connectionId, stream }) =>
      channel.tell({ kind: 'stream', organisationId, connectionId, stream }),
    turned: async ({ organisationId, connectionId, stream }, turn) => {
      channel.tell({ kind: 'connection', organisationId, connectionId })
      const detail = turn.to === 'failed' ? { fault: turn.fault } : { failures: turn.failures }
      await webhooks.tell(organisationId, `stream.${turn.to}`, { connectionId, stream, ...detail })
    },
  }
}
