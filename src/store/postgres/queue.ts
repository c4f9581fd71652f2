import type { Pool } from 'pg'
import { PgBoss } from 'pg-boss'

/** A wake-up call for one stream. When it is read is written in its row; the call only makes somebody look. */
export type WakeUp = {
  readonly organisationId: string
  readonly connectionId: string
  readonly stream: string
}

export type Queue = {
  /** At most one call for now and one for later wait for a stream; one more is not kept. */
  readonly wake: (call: WakeUp, atMs?: number) => Promise<void>
  /** Works on calls, so many at once, until closed. A call that throws is made again. */
  readonly onWake: (work: (call: WakeUp) => Promise<void>, concurrency: number) => Promise<void>
  /** Runs `work` once a minute in one of all workers. */
  readonly everyMinute: (work: () => Promise<void>) => Promise<void>
  /** Waits for the work under way. */
  readonly close: () => Promise<void>
}

const WAKE = 'stream.wake'
const MINUTE = 'minute'
/** After so long without a sign of life from its worker a call is made again. */
const HEARTBEAT_SECONDS = 30
/** Polling twice a second costs an idle worker next to nothing; NOTIFY would hold a connection for each. */
const POLL_SECONDS = 0.5

/** Opens the queue in a schema of its own, made at the first start. */
export async function openQueue(pool: Pool): Promise<Queue> {
  const boss = new PgBoss({
    db: { executeSql: async (text: string, values?: unknown[]) => pool.query(text, values) },
    schema: 'queue',
  })
  // The next call says what is wrong.
  boss.on('error', () => undefined)
  await boss.start()
  await boss.createQueue(WAKE, {
    policy: 'short',
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: 3600,
    retryLimit: 3,
    retryDelay: 2,
    deleteAfterSeconds: 60,
    retentionSeconds: 40 * 24 * 3600,
  })
  await boss.createQueue(MINUTE, { policy: 'singleton', expireInSeconds: 600, deleteAfterSeconds: 600 })
  return {
    wake: async (call, atMs) => {
      await boss.send(WAKE, call, {
        singletonKey: `${call.connectionId}/${call.stream}${atMs === undefined ? '/now' : ''}`,
        ...(atMs !== undefined && { startAfter: new Date(atMs) }),
      })
    },
    onWake: async (work, concurrency) => {
      await boss.work<WakeUp>(
        WAKE,
        { localConcurrency: concurrency, pollingIntervalSeconds: POLL_SECONDS },
        async (jobs) => {
          for (const { data } of jobs) await work(data)
        },
      )
    },
    everyMinute: async (work) => {
      await boss.schedule(MINUTE, '* * * * *')
      await boss.work(MINUTE, { pollingIntervalSeconds: 10 }, async () => work())
    },
    close: () => boss.stop({ graceful: true, timeout: 20_000 }),
  }
}
