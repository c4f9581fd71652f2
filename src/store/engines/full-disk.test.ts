import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Pool } from 'pg'
import { openEngines } from './engines.ts'

const run = promisify(execFile)

test('a full disk refuses work, keeps what was acknowledged, and needs no hand afterwards', async (t) => {
  const disk = await mkdtemp(join(tmpdir(), 'fairlead-full-'))
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=220m,mode=755', 'tmpfs', disk]).then(
    () => true,
    () => false,
  )
  if (!mounted) {
    await rm(disk, { recursive: true })
    return t.skip('NOT RUN: a small disk can only be mounted by root')
  }
  const engines = await openEngines({ directory: join(disk, 'data'), log: () => undefined })
  const activity = createClient({ url: engines.clickhouseUrl, log: { level: ClickHouseLogLevel.OFF } })
  const pool = new Pool({ connectionString: engines.databaseUrl, max: 1 })
  pool.on('error', () => undefined)
  t.after(async () => {
    await Promise.all([activity.close(), pool.end()])
    await engines.close()
    await run('umount', [disk])
    await rm(disk, { recursive: true })
  })
  await activity.command({
    query:
      'CREATE TABLE event (n UInt64, s String) ENGINE = MergeTree ORDER BY n SETTINGS fsync_after_insert = 1, fsync_part_directory = 1',
  })
  await pool.query('create table row (n int primary key, s text)')
  const acknowledged = { row: [] as number[], event: [] as number[] }
  let refused = 0
  const write = async (n: number): Promise<void> => {
    const s = randomBytes(20_000).toString('hex')
    const [row, event] = await Promise.allSettled([
      pool.query('insert into row values ($1, $2)', [n, s]),
      activity.insert({ table: 'event', values: [{ n, s }], format: 'JSONEachRow' }),
    ])
    if (row.status === 'fulfilled') acknowledged.row.push(n)
    if (event.status === 'fulfilled') acknowledged.event.push(n)
    if (row.status === 'rejected' && event.status === 'rejected') refused += 1
  }
  for (let n = 0; n < 20; n++) await write(n)
  assert.equal((await engines.status()).disk.level, 'ok')

  const ballast = join(disk, 'ballast')
  await assert.rejects(writeFile(ballast, Buffer.alloc(220 * 1024 * 1024)), { code: 'ENOSPC' })
  assert.equal((await engines.status()).disk.level, 'full')
  let n = 100
  for (; n < 140; n++) await write(n)
  assert.ok(refused > 0, 'control: the disk was not full')
  const answer = await activity.query({ query: 'SELECT count() AS c FROM event', format: 'JSONEachRow' })
  assert.ok(Number((await answer.json<{ c: string }>())[0]?.c) >= 20, 'it can be read while it is full')

  await rm(ballast)
  const reached = { row: acknowledged.row.length, event: acknowledged.event.length }
  const until = Date.now() + 30_000
  while (acknowledged.row.length === reached.row || acknowledged.event.length === reached.event) {
    assert.ok(Date.now() < until, 'work did not resume')
    await write(n++)
    await delay(50)
  }
  const { rows } = await pool.query<{ n: number }>('select n from row')
  const held = new Set(rows.map((row) => row.n))
  assert.deepEqual(
    acknowledged.row.filter((wanted) => !held.has(wanted)),
    [],
  )
  const events = await activity.query({ query: 'SELECT n FROM event', format: 'JSONCompactEachRow' })
  const kept = new Set((await events.json<[string]>()).map(([number]) => Number(number)))
  assert.deepEqual(
    acknowledged.event.filter((wanted) => !kept.has(wanted)),
    [],
  )
})
