import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import { openMemoryStore } from '../../src/credentials/memory-store.ts'
import { readRootKeys } from '../../src/credentials/root-keys.ts'
import { openVault } from '../../src/credentials/vault.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { loadConnector } from '../../src/manifest/compile.ts'
import { readManifest } from '../../src/manifest/read.ts'
import type { Connector } from '../../src/model/connector.ts'
import { openActivityStore } from '../../src/store/clickhouse/activity-store.ts'
import { openEngines } from '../../src/store/engines/engines.ts'
import { type ControlStore, openControlStore } from '../../src/store/postgres/control-store.ts'
import { openDataKeyRows } from '../../src/store/postgres/data-key-rows.ts'
import { openQueue } from '../../src/store/postgres/queue.ts'
import { openConnection } from '../../src/sync/connection.ts'
import { type OpeningPorts, openConnections } from '../../src/sync/open-connections.ts'
import { startWorker } from '../../src/sync/worker.ts'
import type { Figure } from './bench.ts'

export const name = 'schedule'

const CONNECTIONS = 10_000
const STREAMS = ['audit', 'users', 'groups', 'org', 'app_grants']
const EVERY_MS = 300_000
const CONCURRENCY = 8
const BURST_MS = 20_000
const IDLE_MS = 20_000
const SETTINGS = { workspace: 'acme', products: ['editor'], downloads: false }

/**
 * 10,000 connections of five streams whose apps have nothing new, one worker. First all of them are due at once, then each every five
 * minutes. The limit is the queue's own loop, which takes and completes jobs that do nothing, as many at once, on the same database.
 */
export async function run(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-bench-schedule-'))
  const engines = await openEngines({ directory, clickhouseUrl: 'none:', log: () => undefined })
  const control = openControlStore({ url: engines.databaseUrl, migrations: 'sql', maxConnections: 20 })
  try {
    await control.migrate()
    const connector = await northwind()
    await insertRows(control, connector)
    const limit = await bareLoop(control)
    const pid = await postgresPid(engines)
    const worker = await idleWorker(control, connector)
    await delay(2_000)
    const burst = await measure(control, pid, BURST_MS)
    await control.asPlatform((tx) =>
      sql`update stream set every_ms = ${EVERY_MS},
        next_run_at = now() + random() * ${EVERY_MS} * interval '1 millisecond'`.execute(tx),
    )
    await delay(2_000)
    const idle = await measure(control, pid, IDLE_MS)
    await worker.stop()
    const core = { unit: 'cores', limit: 1, limitWhat: 'one core' }
    return [
      {
        ...{ name: 'schedule: streams read', value: burst.runs, unit: 'runs/s', limit },
        ...{ limitWhat: 'bare queue, fetch and complete', ratio: burst.runs / limit },
      },
      {
        ...{ name: 'schedule: due and read on time', value: idle.runs, unit: 'runs/s' },
        limit: (CONNECTIONS * STREAMS.length * 1000) / EVERY_MS,
        ...{
          limitWhat: 'all that are due',
          ratio: (idle.runs * EVERY_MS) / (CONNECTIONS * STREAMS.length * 1000),
        },
      },
      { name: 'schedule: worker', value: idle.worker, ...core, ratio: 1 / idle.worker },
      { name: 'schedule: PostgreSQL', value: idle.postgres, ...core, ratio: 1 / idle.postgres },
    ]
  } finally {
    await control.close()
    await engines.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function northwind(): Promise<Connector> {
  const { connector } = loadConnector(await readManifest('connectors/northwind-docs'))
  if (connector === undefined) throw new Error('northwind-docs does not compile')
  return connector
}

async function insertRows(control: ControlStore, connector: Connector): Promise<void> {
  await control.asPlatform(async (tx) => {
    await sql`insert into connection (id, organisation_id, app_id, connector_digest, name, status, features, created_by)
      select 'con_' || n, 'org_' || n % 100, ${connector.app.id}, ${connector.digest}, 'Northwind ' || n, 'active', '{}', 'bench'
      from generate_series(1, ${sql.lit(CONNECTIONS)}) n`.execute(tx)
    for (const stream of STREAMS)
      await sql`insert into stream (organisation_id, connection_id, name, kind, feature, every_ms)
        select organisation_id, id, ${stream}, ${connector.streams[stream]?.kind}, 'activity', 3600000 from connection`.execute(
        tx,
      )
  })
  await control.pool.query('analyze')
}

/** Jobs a second that are taken and completed one by one. */
async function bareLoop({ pool }: ControlStore): Promise<number> {
  const boss = new PgBoss({
    db: { executeSql: async (text: string, values?: unknown[]) => pool.query(text, values) },
    schema: 'bare',
    supervise: false,
  })
  await boss.start()
  await boss.createQueue('bare')
  for (let part = 0; part < 20; part++)
    await boss.insert(
      'bare',
      Array.from({ length: 1_000 }, (_, n) => ({ data: { n } })),
    )
  let done = 0
  const startMs = performance.now()
  const loop = async (): Promise<void> => {
    while (performance.now() - startMs < BURST_MS) {
      const [job] = await boss.fetch('bare')
      if (job === undefined) return
      await boss.complete('bare', job.id)
      done++
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, loop))
  const seconds = (performance.now() - startMs) / 1000
  await boss.stop()
  return done / seconds
}

/** A worker whose apps answer at once that there is nothing new. */
async function idleWorker(control: ControlStore, connector: Connector) {
  const vault = await openVault({
    rootKeys: {
      keys: readRootKeys(randomBytes(32).toString('base64'), 'bench'),
      source: 'bench',
      isNew: false,
    },
    store: openDataKeyRows(control),
    clock: systemClock,
    random: randomBytes,
  })
  const empty = Buffer.from('{"entries":[],"users":[],"groups":[],"apps":[],"paging":{"pages":1},"links":{}}')
  const opening: OpeningPorts = {
    clock: systemClock,
    versionOf: async ({ organisationId, connectionId }) => {
      const row = await control.within(organisationId, (tx) =>
        tx.selectFrom('connection').select('updated_at').where('id', '=', connectionId).executeTakeFirst(),
      )
      return String(row?.updated_at.getTime())
    },
    open: async (_, notify) => ({
      connector,
      connection: openConnection({
        connector,
        input: { settings: SETTINGS, secrets: { key: new Secret('key') }, auth: 'API key' },
        grants: openMemoryStore(),
        clock: systemClock,
        notify,
        through:
          () =>
          async ({ url }) => ({ status: 200, headers: {}, body: empty, url }),
      }),
    }),
  }
  return startWorker({
    name: 'bench',
    queue: await openQueue(control.pool),
    ports: {
      ...{ control, vault, clock: systemClock, activity: openActivityStore({ url: 'http://127.0.0.1:9' }) },
      random: Math.random,
      tell: () => undefined,
      turned: async () => undefined,
    },
    connections: openConnections(opening),
    concurrency: CONCURRENCY,
    report: (error) => console.error(error),
  })
}

async function measure(control: ControlStore, postgres: number, forMs: number) {
  const before = await snapshot(control, postgres)
  await delay(forMs)
  const later = await snapshot(control, postgres)
  const seconds = (later.atMs - before.atMs) / 1000
  return {
    runs: (later.runs - before.runs) / seconds,
    worker: (later.worker - before.worker) / seconds,
    postgres: (later.postgres - before.postgres) / seconds,
  }
}

async function snapshot(control: ControlStore, postgres: number) {
  const { rows } = await control.asPlatform((tx) =>
    sql<{ done: number }>`select count(*) as done from run where state = 'done'`.execute(tx),
  )
  const { user, system } = process.cpuUsage()
  return {
    atMs: performance.now(),
    runs: rows[0]?.done ?? 0,
    worker: (user + system) / 1e6,
    postgres: await cpuSeconds(postgres),
  }
}

const TICKS = 100
/** Fields of /proc/PID/stat behind the name of the program. */
const PARENT = 1
const TIMES = [11, 12, 13, 14]

/** CPU of a process, its children, and those of them that have ended. */
async function cpuSeconds(pid: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  const stats = await Promise.all(
    pids.map(async (entry) => {
      const text = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      const isOwn = Number(entry) === pid
      if (!isOwn && Number(fields[PARENT]) !== pid) return 0
      // What ended children used stands in the parent alone.
      const times = isOwn ? TIMES : TIMES.slice(0, 2)
      return times.reduce((sum, at) => sum + Number(fields[at]), 0) / TICKS
    }),
  )
  return stats.reduce((sum, seconds) => sum + seconds, 0)
}

async function postgresPid(engines: Awaited<ReturnType<typeof openEngines>>): Promise<number> {
  const { postgres } = await engines.status()
  return postgres === 'external' ? 0 : (postgres.pid ?? 0)
}
