import { setTimeout as delay } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Pool } from 'pg'
import { openEngines } from '../engines.ts'

/**
 * A program for tests that kill: opens the engines of the directory named, writes numbers into both without an end, and prints
 * every number that was acknowledged (`postgres 17`, `activity 17`) and, once a second and at first, the processes (`pids 1 2`).
 */
const [directory = '', first = '0'] = process.argv.slice(2)
const engines = await openEngines({
  directory,
  log: ({ level, engine, message }) => {
    if (level !== 'info') process.stderr.write(`${engine} ${level} ${message}\n`)
  },
})
const pool = new Pool({ connectionString: engines.databaseUrl, max: 1 })
pool.on('error', () => undefined)
const activity = createClient({
  url: engines.clickhouseUrl,
  request_timeout: 20_000,
  log: { level: ClickHouseLogLevel.OFF },
})

const TARGETS: Readonly<
  Record<string, { prepare: () => Promise<unknown>; write: (n: number) => Promise<unknown> }>
> = {
  postgres: {
    prepare: () => pool.query('create table if not exists written (n bigint primary key)'),
    write: (n) => pool.query('insert into written values ($1) on conflict do nothing', [n]),
  },
  activity: {
    prepare: () =>
      activity.command({
        query:
          'CREATE TABLE IF NOT EXISTS written (n UInt64) ENGINE = ReplacingMergeTree ORDER BY n SETTINGS fsync_after_insert = 1, fsync_part_directory = 1',
      }),
    write: (n) => activity.insert({ table: 'written', values: [{ n }], format: 'JSONEachRow' }),
  },
}

async function tellPids(): Promise<void> {
  const { postgres, activity } = await engines.status()
  const pid = (status: typeof postgres) => (status === 'external' ? 0 : (status.pid ?? 0))
  process.stdout.write(`pids ${pid(postgres)} ${pid(activity)}\n`)
}

async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const isDone = await work().then(
      () => true,
      () => false,
    )
    if (isDone) return
    await delay(20)
  }
}

for (const [name, { prepare, write }] of Object.entries(TARGETS)) {
  const run = async (): Promise<void> => {
    await untilDone(prepare)
    for (let n = Number(first); ; n++) {
      await untilDone(() => write(n))
      process.stdout.write(`${name} ${n}\n`)
    }
  }
  run()
}
await tellPids()
setInterval(tellPids, 100)
