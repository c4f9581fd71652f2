import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createClient } from '@clickhouse/client'
import { Client } from 'pg'
import { isFault } from '../../lib/fault.ts'
import { backup, restore } from './backup.ts'
import { openEngines } from './engines.ts'
import { withEngines } from './testing.ts'

const engines = await withEngines({ after })
const log = (): void => undefined
const target = join(engines.directory, 'kept')

async function numbers(urls: { databaseUrl: string; clickhouseUrl: string }) {
  const database = new Client({ connectionString: urls.databaseUrl })
  await database.connect()
  const { rows } = await database.query(
    'select max(n)::int as position, count(*)::int as count from position',
  )
  await database.end()
  const activity = createClient({ url: urls.clickhouseUrl })
  const answer = await activity.query({
    query: 'SELECT max(n)::Int32 AS newest FROM event',
    format: 'JSONEachRow',
  })
  const [event] = await answer.json<{ newest: number }>()
  await activity.close()
  return { ...(rows[0] as { position: number; count: number }), newest: event?.newest ?? -1 }
}

test('a backup under a writing load is restored with every position behind its events', async (t) => {
  const database = new Client({ connectionString: engines.databaseUrl })
  await database.connect()
  const activity = createClient({ url: engines.clickhouseUrl })
  t.after(() => Promise.all([database.end(), activity.close()]))
  await database.query('create table position (n int primary key)')
  await activity.command({
    query:
      'CREATE TABLE event (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS fsync_after_insert = 1, fsync_part_directory = 1',
  })
  // As the pipeline does: the event first, then the position.
  let isWriting = true
  let last = -1
  const writing = (async () => {
    for (let n = 0; isWriting; n++) {
      await activity.insert({ table: 'event', values: [{ n }], format: 'JSONEachRow' })
      await database.query('insert into position values ($1)', [n])
      last = n
    }
  })()
  while (last < 20) await new Promise((resolve) => setTimeout(resolve, 5))
  const before = last
  await backup({ directory: engines.directory, target, log })
  isWriting = false
  await writing

  const directory = join(engines.directory, 'second')
  await restore({ source: target, directory, log })
  const second = await openEngines({ directory, log })
  t.after(second.close)
  const { position, count, newest } = await numbers(second)
  assert.ok(position >= before, `${position} is older than ${before}, acknowledged before the backup began`)
  assert.ok(position <= newest, `position ${position} is ahead of the events, ${newest}`)
  assert.equal(count, position + 1)
  assert.notEqual(new URL(second.databaseUrl).password, new URL(engines.databaseUrl).password)
  // It goes on from where it was.
  const again = new Client({ connectionString: second.databaseUrl })
  await again.connect()
  await again.query('insert into position values ($1)', [position + 1])
  await again.end()
})

test('a backup holds no password and no key', async () => {
  const files = (await readdir(target, { recursive: true })).map(String)
  assert.deepEqual(
    files.filter((name) => /password|\.key$|engines\.json/.test(name)),
    [],
  )
  assert.deepEqual((await readdir(target)).toSorted(), ['activity', 'backup.json', 'postgres'])
})

test('what is no backup, or has stores already, is refused', async () => {
  await assert.rejects(
    restore({ source: target, directory: engines.directory, log }),
    (error) => isFault(error, 'STORE_IN_USE') && error.message.includes('postgres'),
  )
  await assert.rejects(backup({ directory: engines.directory, target, log }), (error) =>
    isFault(error, 'SETTING_INVALID'),
  )
  await assert.rejects(
    backup({ directory: join(engines.directory, 'nothing'), target: join(engines.directory, 'void'), log }),
    (error) => isFault(error, 'SETTING_INVALID'),
  )
  const broken = join(engines.directory, 'broken')
  await mkdir(broken)
  await assert.rejects(
    restore({ source: broken, directory: join(engines.directory, 'third'), log }),
    (error) => isFault(error, 'SETTING_INVALID'),
  )
})

test('a damaged backup leaves no half platform behind', async () => {
  const label = join(target, 'postgres', 'global', 'pg_control')
  const whole = await readFile(label)
  await writeFile(label, whole.subarray(0, 100))
  const directory = join(engines.directory, 'fourth')
  await assert.rejects(restore({ source: target, directory, log }), (error) =>
    isFault(error, 'STORE_UNAVAILABLE'),
  )
  assert.deepEqual(
    (await readdir(directory)).filter((name) => name !== 'restoring'),
    [],
  )
  await writeFile(label, whole)
  await restore({ source: target, directory, log })
  assert.deepEqual((await readdir(directory)).toSorted(), ['activity', 'postgres'])
  await rm(directory, { recursive: true })
})
