import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createClient } from '@clickhouse/client'
import { isFault } from '../../lib/fault.ts'
import { engineChecks } from './checks.ts'
import { judgeSpace } from './disk-space.ts'
import { findEngines } from './engines.ts'
import { checkDurableTables } from './fsync-check.ts'
import { checkDatabaseRole, roleDefect } from './role-check.ts'
import { withEngines } from './testing.ts'

const engines = await withEngines({ after })

test('a table that does not reach the disk before it acknowledges is refused by name', async (t) => {
  const client = createClient({ url: engines.clickhouseUrl })
  t.after(() => client.close())
  const both = 'SETTINGS fsync_after_insert = 1, fsync_part_directory = 1'
  await client.command({ query: `CREATE TABLE safe (a Int8) ENGINE = MergeTree ORDER BY a ${both}` })
  await checkDurableTables(engines.clickhouseUrl)
  await client.command({ query: 'CREATE TABLE lossy (a Int8) ENGINE = ReplacingMergeTree ORDER BY a' })
  await assert.rejects(
    checkDurableTables(engines.clickhouseUrl),
    (error) => isFault(error, 'STORE_UNSAFE') && error.message.startsWith('default.lossy:'),
  )
  const checks = await engineChecks({ directory: engines.directory })
  assert.match(checks.find(({ what }) => what === 'ClickHouse')?.found ?? '', /default\.lossy/)
  await client.command({
    query: 'ALTER TABLE lossy MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1',
  })
  await checkDurableTables(engines.clickhouseUrl)
})

test('a superuser is refused: row-level security does not hold for it', async (t) => {
  assert.equal(await roleDefect(engines.databaseUrl), undefined)
  const adminUrl = (await findEngines(engines.directory))?.adminUrl
  if (adminUrl === undefined) return t.skip('no superuser of this server is known')
  await assert.rejects(
    checkDatabaseRole(adminUrl),
    (error) => isFault(error, 'STORE_UNSAFE') && error.message.includes('superuser'),
  )
})

test('a server that does not answer is a fault that is tried again', async () => {
  await assert.rejects(checkDatabaseRole('postgres://a:b@127.0.0.1:1/x'), (error) =>
    isFault(error, 'STORE_UNAVAILABLE'),
  )
})

test('the checks of running engines are well', async () => {
  const checks = await engineChecks({ directory: engines.directory })
  assert.deepEqual(
    checks.filter(({ ok }) => !ok).filter(({ what }) => !what.startsWith('disk')),
    [],
  )
  assert.equal(checks.length, 4)
})

const GIB = 1024 ** 3
for (const [free, total, level] of [
  [50, 250, 'ok'],
  [3, 250, 'low'],
  [1.9, 250, 'full'],
  [1.9, 8, 'ok'],
  [1, 8, 'low'],
  [0.7, 8, 'full'],
] as const)
  test(`${free} GiB free of ${total} GiB is ${level}`, () => {
    assert.equal(judgeSpace(free * GIB, total * GIB).level, level)
  })
