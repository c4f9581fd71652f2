import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import { PgBoss } from 'pg-boss'

/** A wake-up call for one stream. When it is read is written in its row; the call only makes somebody look. */
export type WakeUp = {
  readonly organisationId: string
  readonly connectionId: string
  readonly stream: string
}

export type Queue = {
  /** One call waits for a stream; more are not kept. */
  readonly wake: (...calls: readonly WakeUp[]) => Promise<void>
  /** Works on calls until closed, as many at once as there is `room` for. A call is made once: whoever dies over it is found by other means. */
  readonly onWake: (work: (call: WakeUp) => Promise<void>, ports: WakePorts) => void
  /** Calls for an organisation that was deleted. */
  readonly forget: (organisationId: string) => Promise<void>
  /** Runs `work` once a minute in one of all workers. */
  readonly everyMinute: (work: () => Promise<void>) => Promise<void>
  /** Waits for the work under way. */
  readonly close: () => Promise<void>
}

export type WakePorts = {
  readonly room: () => number
  readonly report: (error: unknown) => void
}

const WAKE = 'stream.wake'
const MINUTE = 'minute'
/** Asking twice a second costs an idle worker next to nothing; NOTIFY would hold a connection for each. */
const POLL_MS = 500
/** While the database does not answer. */
const RETRY_MS = 1_000
const MOST_AT_ONCE = 100
/** One waits for a stream at most, and the rest end by themselves. */
const MOST_FORGOTTEN = 10_000

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
    expireInSeconds: 60,
    retryLimit: 0,
    deleteAfterSeconds: 60,
    retentionSeconds: 600,
  })
  await boss.createQueue(MINUTE, { policy: 'singleton', expireInSeconds: 600, deleteAfterSeconds: 600 })
  const closing = new AbortController()
  let answering: Promise<void> = Promise.resolve()
  return {
    wake: async (...calls) => {
      if (calls.length > 0) await boss.insert(WAKE, calls.map(jobOf))
    },
    onWake: (work, ports) => {
      answering = answer(boss, work, { ...ports, signal: closing.signal })
    },
    forget: async (organisationId) => {
      const calls = await boss.findJobs<WakeUp>(WAKE, { data: { organisationId }, limit: MOST_FORGOTTEN })
      if (calls.length > 0)
        await boss.deleteJob(
          WAKE,
          calls.map(({ id }) => id),
        )
    },
    everyMinute: async (work) => {
      await boss.schedule(MINUTE, '* * * * *')
      await boss.work(MINUTE, { pollingIntervalSeconds: 10 }, async () => work())
    },
    close: async () => {
      closing.abort()
      await answering
      await boss.stop({ graceful: true, timeout: 20_000 })
    },
  }
}

const jobOf = (data: WakeUp) => ({ data, singletonKey: `${data.connectionId}/${data.stream}` })

type Answering = WakePorts & { readonly signal: AbortSignal }

/** Takes as many calls as there is room for, and again at once while there are more. */
async function answer(
  boss: PgBoss,
  work: (call: WakeUp) => Promise<void>,
  { room, report, signal }: Answering,
): Promise<void> {
  const underWay = new Set<Promise<void>>()
  const start = (call: WakeUp): void => {
    const ending = work(call)
      .catch(report)
      .finally(() => underWay.delete(ending))
    underWay.add(ending)
  }
  while (!signal.aborted) {
    const wanted = Math.min(room(), MOST_AT_ONCE)
    const calls = wanted > 0 ? await take(boss, wanted).catch(failed(report)) : []
    for (const call of calls ?? []) start(call)
    if (calls === undefined) await rest(RETRY_MS, signal)
    else if (wanted <= 0) await Promise.race([...underWay, rest(POLL_MS, signal)])
    else if (calls.length < wanted) await rest(POLL_MS, signal)
  }
  await Promise.all(underWay)
}

const failed = (report: WakePorts['report']) => (error: unknown) => {
  report(error)
  return undefined
}

async function take(boss: PgBoss, batchSize: number): Promise<readonly WakeUp[]> {
  const jobs = await boss.fetch<WakeUp>(WAKE, { batchSize })
  if (jobs.length > 0)
    await boss.deleteJob(
      WAKE,
      jobs.map(({ id }) => id),
    )
  return jobs.map(({ data }) => data)
}

const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined)
