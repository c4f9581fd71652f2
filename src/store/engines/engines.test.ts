import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Client } from 'pg'
import { isFault } from '../../lib/fault.ts'
import { findEngines, openEngines } from './engines.ts'
import { withEngines } from './testing.ts'

const engines = await withEngines({ after })

test('the official drivers work with the plain URLs', async () => {
  const database = new Client({ connectionString: engines.databaseUrl })
  await database.connect()
  const { rows } = await database.query(
    `select rolsuper, rolbypassrls, current_setting('fsync') as fsync, current_setting('data_checksums') as sums,
     current_setting('server_encoding') as encoding from pg_roles where rolname = current_user`,
  )
  await database.end()
  assert.deepEqual(rows, [
    { rolsuper: false, rolbypassrls: false, fsync: 'on', sums: 'on', encoding: 'UTF8' },
  ])
  const activity = createClient({ url: engines.clickhouseUrl })
  assert.deepEqual(await activity.ping(), { success: true })
  await activity.close()
})

test('nobody gets in without the password', async () => {
  const url = new URL(engines.databaseUrl)
  url.password = 'guess'
  const database = new Client({ connectionString: url.href })
  await assert.rejects(database.connect(), /password authentication failed/)
  const wrong = new URL(engines.clickhouseUrl)
  wrong.password = 'guess'
  const activity = createClient({ url: wrong.href, log: { level: ClickHouseLogLevel.OFF } })
  await assert.rejects(activity.query({ query: 'SELECT 1' }), { code: '516' })
  await activity.close()
})

test('a second instance is refused with the name of the holder, and another process finds the engines', async () => {
  await assert.rejects(
    openEngines({ directory: engines.directory, log: () => undefined }),
    (error) => isFault(error, 'STORE_IN_USE') && error.message.includes(`process ${process.pid}`),
  )
  const found = await findEngines(engines.directory)
  assert.equal(found?.databaseUrl, engines.databaseUrl)
  assert.equal(found?.clickhouseUrl, engines.clickhouseUrl)
  assert.equal((await stat(join(engines.directory, 'engines.json'))).mode & 0o777, 0o600)
})

test('the status names both processes and the disk', async () => {
  const { postgres, activity, disk } = await engines.status()
  assert.ok(postgres !== 'external' && postgres.state === 'ready' && postgres.restarts === 0)
  assert.ok(activity !== 'external' && activity.state === 'ready')
  assert.ok(disk.freeBytes > 0 && disk.freeBytes < disk.totalBytes)
})

test('root may keep its data in a folder that is closed to others', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('this process is not root')
  const closed = join(engines.directory, 'closed')
  await mkdir(closed, { mode: 0o700 })
  const inside = await openEngines({ directory: join(closed, 'data'), log: () => undefined })
  const database = new Client({ connectionString: inside.databaseUrl })
  await database.connect()
  await database.end()
  const activity = createClient({ url: inside.clickhouseUrl })
  assert.deepEqual(await activity.ping(), { success: true })
  await activity.close()
  await inside.close()
  assert.equal((await stat(closed)).mode & 0o777, 0o700)
})

test('once told that they are at work, the engines start while this process does nothing else', async () => {
  const directory = join(engines.directory, 'busy')
  const options = { directory, log: () => undefined }
  await (await openEngines(options)).close()
  const config = join(directory, 'activity', 'engine.xml')
  const postmaster = join(directory, 'postgres', 'data', 'postmaster.pid')
  rmSync(config)
  const areUp = (): boolean =>
    existsSync(config) && existsSync(postmaster) && readFileSync(postmaster, 'utf8').includes('ready')
  let wereUp = false
  const atWork = (): void => {
    const until = Date.now() + 20_000
    while (!wereUp && Date.now() < until) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
      wereUp = areUp()
    }
  }
  await (await openEngines({ ...options, atWork })).close()
  assert.ok(wereUp)
})
