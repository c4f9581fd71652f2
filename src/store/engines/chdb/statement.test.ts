import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { withEngines } from '../testing.ts'
import { readStatement } from './statement.ts'

const engines = await withEngines({ after }, { only: 'activity' })
const client = createClient({ url: engines.clickhouseUrl, log: { level: ClickHouseLogLevel.OFF } })
after(() => client.close())

const target = join(engines.directory, 'stolen')
const PASSWD = `'/etc/passwd', 'LineAsString'`

const REFUSED: readonly string[] = [
  `SELECT * FROM file(${PASSWD})`,
  `SELECT * FROM \`file\`(${PASSWD})`,
  `SELECT * FROM "file" /* here */ (${PASSWD})`,
  `SELECT file('/etc/passwd')`,
  `SELECT * FROM FILE(${PASSWD})`,
  `SELECT 1 INTO OUTFILE '${target}'`,
  `SELECT 1 INTO/**/OUTFILE '${target}' FORMAT CSV`,
  `SELECT 1; SELECT 1 INTO OUTFILE '${target}'`,
  `SELECT 1;; SELECT 2`,
  `SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')`,
  `SELECT * FROM s3('http://127.0.0.1:1/a', 'CSV')`,
  `SELECT * FROM remote('127.0.0.1', 'system', 'one')`,
  `SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')`,
  `SELECT * FROM executable('x', 'TSV', 'a String')`,
  `SELECT * FROM sqlite('/etc/passwd', 'x')`,
  `INSERT INTO FUNCTION file('${target}', 'CSV', 'a Int8') VALUES (1)`,
  `INSERT INTO t FROM INFILE '/etc/passwd' FORMAT LineAsString`,
  `CREATE TABLE x (a String) ENGINE = File('CSV')`,
  `CREATE TABLE x (a String) ENGINE File(CSV, '/etc/passwd')`,
  `CREATE TABLE x (a String) ENGINE = URL('http://127.0.0.1:1/', CSV)`,
  `CREATE DATABASE x ENGINE = PostgreSQL('127.0.0.1:1', 'a', 'b', 'c')`,
  `CREATE TABLE x (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = local, path = '/tmp/x/')`,
  `CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(FILE(path '/etc/passwd' format 'CSV')) LAYOUT(FLAT()) LIFETIME(1)`,
  `CREATE FUNCTION f AS (x) -> x`,
  `CREATE NAMED COLLECTION c AS a = 1`,
  `CREATE USER u`,
  `SET max_memory_usage = 0`,
  `SYSTEM SHUTDOWN`,
  `ATTACH TABLE x FROM '/tmp' (a Int8) ENGINE = MergeTree ORDER BY a`,
  `BACKUP DATABASE default TO File('${target}')`,
  `(SELECT * FROM file(${PASSWD}))`,
  ``,
  `-- SELECT`,
]

for (const sql of REFUSED)
  test(`refused: ${sql || '(nothing)'}`, async () => {
    await assert.rejects(client.command({ query: sql }), (error: { code?: string }) =>
      ['497', '62'].includes(error.code ?? ''),
    )
    assert.equal(existsSync(target), false)
  })

test('control: without the gate the engine would read and write files', async () => {
  const { Session } = await import('chdb')
  const session = new Session(join(engines.directory, 'control'))
  assert.match(session.query(`SELECT * FROM \`file\`(${PASSWD}) LIMIT 1`), /root/)
  session.query(`SELECT 1 INTO OUTFILE '${target}-control'`)
  assert.ok(existsSync(`${target}-control`))
  session.close()
})

const ALLOWED: readonly string[] = [
  `SELECT 'INTO OUTFILE; file(x)' AS a`,
  `SELECT /* file( */ 1 -- ; SELECT 2`,
  `SELECT 1;`,
  `WITH 1 AS x SELECT x FROM numbers(3)`,
  `SELECT format('{}', 'a') AS file`,
  `SELECT count() FROM system.tables`,
  `EXPLAIN SELECT 1`,
  `SHOW DATABASES`,
  `SELECT name FROM system.tables WHERE engine LIKE '%MergeTree'`,
  `CREATE TABLE IF NOT EXISTS y (a Int8) ENGINE = ReplacingMergeTree ORDER BY a`,
  `ALTER TABLE y DELETE WHERE a = 1`,
  `INSERT INTO y SELECT number FROM numbers(3)`,
  `DESCRIBE TABLE y`,
  `OPTIMIZE TABLE y FINAL`,
  `DELETE FROM y WHERE a = 2`,
  `DROP TABLE y`,
]
for (const sql of ALLOWED)
  test(`runs: ${sql}`, async () => {
    await client.command({ query: sql })
  })

test('a statement is read without being run', () => {
  const none = new Set<string>()
  assert.deepEqual(readStatement(`SELECT {a:String}, '{b:Int8}' FORMAT JSON`, none), {
    kind: 'read',
    isQuery: true,
    format: { name: 'JSON', at: 30 },
    parameters: ['a'],
  })
  assert.equal(readStatement('INSERT INTO t FORMAT JSONEachRow', none).kind, 'insert')
  assert.equal(readStatement('SELECT 1', none).format, undefined)
})
