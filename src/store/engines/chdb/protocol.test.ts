import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { withEngines } from '../testing.ts'

const engines = await withEngines({ after }, { only: 'activity' })
const quiet = { log: { level: ClickHouseLogLevel.OFF } }
const client = createClient({ url: engines.clickhouseUrl, ...quiet })
after(() => client.close())

const rows = async <T>(query: string, query_params: Record<string, unknown> = {}): Promise<T[]> =>
  (await client.query({ query, query_params, format: 'JSONEachRow' })).json<T>()
const collect = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(stream))
/** Running statements but the one that asks. */
const running = (): Promise<unknown[]> =>
  rows(`SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%'`)
const SLOW = 'SELECT max(sipHash64(number)) FROM numbers(200000000000)'

test('parameters are bound, whatever is in them', async () => {
  const text = `it's \\ "quoted"\n\ttab {x:String} --`
  const [row] = await rows(
    'SELECT {a:String} AS a, {b:Array(String)} AS b, {c:Nullable(String)} AS c, {d:DateTime64(3)} AS d, {e:UInt64} AS e',
    { a: text, b: [text, ''], c: null, d: new Date(1_700_000_000_123), e: 2n ** 63n },
  )
  assert.deepEqual(row, {
    a: text,
    b: [text, ''],
    c: null,
    d: '2023-11-14 22:13:20.123',
    e: '9223372036854775808',
  })
})

test('a parameter that is not given is an error, even when the one before gave it', async () => {
  for (let i = 0; i < 9; i++) await rows('SELECT {tenant:String} AS t', { tenant: 'one' })
  await assert.rejects(rows('SELECT {tenant:String} AS t'), { code: '456' })
})

test('statements at once do not see the parameters of each other', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const [row] = await rows<{ v: string }>('SELECT {v:String} AS v, sleep(0.002)', { v: `v${i}` })
      return row?.v === `v${i}`
    }),
  )
  assert.equal(answers.filter(Boolean).length, 200)
})

test('settings hold for one statement; one that does not exist spoils nothing', async () => {
  const setting = async (settings?: Record<string, string>): Promise<unknown> => {
    const answer = await client.query({
      query: `SELECT getSetting('max_block_size') AS v`,
      format: 'JSONEachRow',
      ...(settings === undefined ? {} : { clickhouse_settings: settings }),
    })
    return (await answer.json<{ v: string }>())[0]?.v
  }
  const usual = await setting()
  assert.equal(await setting({ max_block_size: '1234' }), 1234)
  assert.equal(await setting(), usual)
  await assert.rejects(setting({ no_such_setting: '1' }), { code: '115' })
  assert.equal(await setting(), usual)
})

test('every statement has a ceiling of time and of memory', async () => {
  const [row] = await rows(
    `SELECT getSetting('max_execution_time') AS t, getSetting('max_memory_usage') > 0 AS m, getSetting('async_insert') AS a`,
  )
  assert.deepEqual(row, { t: 120, m: 1, a: false })
  const above = await client.query({
    query: `SELECT getSetting('max_execution_time') AS t`,
    format: 'JSONEachRow',
    clickhouse_settings: { max_execution_time: 0 },
  })
  assert.deepEqual(await above.json(), [{ t: 900 }])
  await assert.rejects(client.query({ query: SLOW, clickhouse_settings: { max_execution_time: 1 } }), {
    code: '159',
  })
  await assert.rejects(
    client.query({
      query: 'SELECT groupArray(toString(number)) FROM numbers(50000000)',
      clickhouse_settings: { max_memory_usage: '50000000' },
    }),
    { code: '241' },
  )
})

test('rows are inserted from values, from a stream, and compressed', async (t) => {
  await client.command({
    query:
      'CREATE TABLE fill (n UInt64, s String, d DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY n',
  })
  await client.insert({ table: 'fill', values: [{ n: 1, s: 'ä\n"' }], format: 'JSONEachRow' })
  await client.insert({
    table: 'fill',
    columns: ['n', 's'],
    values: [{ n: 2, s: 'b' }],
    format: 'JSONEachRow',
  })
  await client.insert({
    table: 'fill',
    values: Readable.from(Array.from({ length: 5000 }, (_, i) => ({ n: i + 3, s: 'x'.repeat(100) }))),
    format: 'JSONEachRow',
  })
  const packed = createClient({
    url: engines.clickhouseUrl,
    compression: { request: true, response: true },
    ...quiet,
  })
  t.after(() => packed.close())
  await packed.insert({ table: 'fill', values: [{ n: 9000, s: 'p' }], format: 'JSONEachRow' })
  const answer = await packed.query({ query: 'SELECT count() AS c, max(n) AS m FROM fill', format: 'JSON' })
  assert.deepEqual((await answer.json()).data, [{ c: '5003', m: '9000' }])
  await assert.rejects(
    client.insert({ table: 'fill', values: [{ n: 'no number' }], format: 'JSONEachRow' }),
    { code: '27' },
  )
  await client.command({
    query: 'INSERT INTO fill (n, s) SELECT number + 10000, toString(number) FROM numbers(10)',
  })
  await client.command({ query: "INSERT INTO fill (n, s) VALUES (20000, 'file(x)')" })
  assert.deepEqual(await rows('SELECT count() AS c FROM fill WHERE n >= 10000'), [{ c: '11' }])
})

test('rows in a binary format arrive as they are, a default fills what they lack, and nothing stays in the spool', async () => {
  await client.command({
    query: "CREATE TABLE bytes (n UInt8, s String, d String DEFAULT 'given') ENGINE = MergeTree ORDER BY n",
  })
  const put = async (query: string, body: Buffer) => {
    const { stream } = await client.exec({ query, values: Readable.from([body], { objectMode: false }) })
    for await (const _ of stream) void _
  }
  await put(
    'INSERT INTO bytes (n, s) FORMAT RowBinary',
    Buffer.from([7, 4, 0xff, 0x00, 0xc3, 0x0a, 8, 2, 0x22, 0x5c]),
  )
  const { stream } = await client.exec({ query: 'SELECT * FROM bytes FORMAT Parquet' })
  await put('INSERT INTO bytes FORMAT Parquet', Buffer.concat(await Array.fromAsync(stream)))
  assert.deepEqual(await rows('SELECT n, hex(s) AS s, d, count() AS c FROM bytes GROUP BY ALL ORDER BY n'), [
    { n: 7, s: 'FF00C30A', d: 'given', c: '2' },
    { n: 8, s: '225C', d: 'given', c: '2' },
  ])
  await assert.rejects(put('INSERT INTO bytes (n, s) FORMAT RowBinary', Buffer.from([7, 4, 1])), {
    code: '33',
  })
  await assert.rejects(put('INSERT INTO bytes (n, s) VALUES', Buffer.from("(1, 'lost')")), { code: '62' })
  assert.deepEqual(readdirSync(join(engines.directory, 'activity', 'spool')), [])
})

test('results are streamed, as rows and as Parquet', async () => {
  const answer = await client.query({ query: 'SELECT number FROM numbers(300000)', format: 'JSONEachRow' })
  let count = 0
  for await (const chunk of answer.stream()) count += chunk.length
  assert.equal(count, 300_000)
  const { stream } = await client.exec({
    query: 'SELECT number, {p:String} AS p FROM numbers(100000) FORMAT Parquet',
    query_params: { p: 'q' },
  })
  const parquet = await collect(stream)
  assert.equal(parquet.subarray(0, 4).toString(), 'PAR1')
  assert.equal(parquet.subarray(-4).toString(), 'PAR1')
  const small = await client.exec({ query: 'SELECT 1 AS a FORMAT JSONCompactEachRow' })
  assert.equal((await collect(small.stream)).toString(), '[1]\n')
  const plain = await client.exec({ query: 'SELECT 1, 2' })
  assert.equal((await collect(plain.stream)).toString(), '1\t2\n')
})

test('a failure before the first row has a code and a status; one after it fails the stream', async () => {
  await assert.rejects(rows('SELECT nothing'), { code: '47' })
  await assert.rejects(rows('SELECT FROM WHERE'), { code: '62' })
  await assert.rejects(rows('SELECT * FROM no_such_table'), { code: '60' })
  const answer = await client.query({
    query: 'SELECT throwIf(number = 290000) AS t FROM numbers(300000) SETTINGS max_block_size = 1000',
    format: 'JSONEachRow',
  })
  await assert.rejects(
    async () => {
      for await (const chunk of answer.stream()) for (const row of chunk) row.json()
    },
    { code: '395' },
  )
  const bare = await fetch(engines.clickhouseUrl.replace(/\/\/.*@/, '//'), {
    method: 'POST',
    body: 'SELECT 1',
  })
  assert.equal(bare.status, 403)
  assert.equal(bare.headers.get('x-clickhouse-exception-code'), '516')
})

// The engine is told at once that nobody waits. At times it does not obey; then its process is given up, and starts again.
test('a statement that nobody waits for does not outlive its time limit by much', {
  timeout: 60_000,
}, async () => {
  const leaving = new AbortController()
  const clickhouse_settings = { max_execution_time: 4 }
  const refused = Array.from({ length: 3 }, () =>
    assert.rejects(client.query({ query: SLOW, abort_signal: leaving.signal, clickhouse_settings })),
  )
  while ((await running()).length === 0) await delay(10)
  await delay(300)
  leaving.abort()
  await Promise.all(refused)
  const leftMs = performance.now()
  while ((await running().catch(() => ['starting again'])).length > 0) await delay(100)
  const tookMs = performance.now() - leftMs
  assert.ok(tookMs < 30_000, `${tookMs} ms`)
})

test('more statements than connections wait for their turn', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => rows(`SELECT ${i} AS i, sleep(0.02)`)),
  )
  assert.equal(answers.length, 40)
})

test('a database of its own in the URL', async () => {
  await client.command({ query: 'CREATE DATABASE other' })
  const url = new URL(engines.clickhouseUrl)
  url.pathname = '/other'
  const other = createClient({ url: url.href, ...quiet })
  await other.command({ query: 'CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a' })
  assert.deepEqual(await rows(`SELECT database FROM system.tables WHERE name = 't'`), [{ database: 'other' }])
  await other.close()
})
