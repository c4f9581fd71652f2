import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { query } from 'chdb'
import { fakeClock } from '../../lib/clock.ts'
import { isFault } from '../../lib/fault.ts'
import { withEngines } from '../engines/testing.ts'
import { openActivityStore } from './activity-store.ts'
import { openEngine } from './engine.ts'
import { activityEvent, START_MS, sourceOf } from './testing/events.ts'
import { wholeAnswer } from './whole-answer.ts'

const { clickhouseUrl } = await withEngines({ after }, { only: 'activity' })
const store = openActivityStore({ url: clickhouseUrl, clock: fakeClock(START_MS) })
await store.prepare()
after(() => store.close())

const COUNT = 3000
const source = sourceOf('org-export', 'con-1')
const events = Array.from({ length: COUNT }, (_, i) =>
  activityEvent(`x${i}`, { timeMs: START_MS + i, like: i }),
)
await store.append(source, events)
await store.append(source, [activityEvent('x7', { timeMs: START_MS + COUNT, like: 1 })])
await store.append(sourceOf('org-other', 'con-1'), [activityEvent('theirs', { timeMs: START_MS })])
const filter = { fromMs: START_MS, toMs: START_MS + COUNT + 1, conditions: [] }

test('NDJSON has every event once, canonical, oldest first', async () => {
  const text = Buffer.concat(await Array.fromAsync(store.export('org-export', filter, 'ndjson'))).toString(
    'utf8',
  )
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  const expected = [
    ...events.filter(({ uid }) => uid !== 'x7'),
    activityEvent('x7', { timeMs: START_MS + COUNT, like: 1 }),
  ]
  assert.deepEqual(
    lines,
    expected.map(({ event }) => event),
  )
})

test('Parquet is one whole file that the engine reads back', async () => {
  const file = Buffer.concat(await Array.fromAsync(store.export('org-export', filter, 'parquet')))
  assert.equal(file.subarray(0, 4).toString(), 'PAR1')
  assert.equal(file.subarray(-4).toString(), 'PAR1')
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-parquet-'))
  try {
    const path = join(directory, 'export.parquet')
    await writeFile(path, file)
    const read = query(
      `select count(), uniqExact(uid), toUnixTimestamp64Milli(min(time)), countIf(JSONExtractString(event, 'metadata', 'uid') = uid) from file('${path}', Parquet)`,
      'CSV',
    )
    assert.equal(read.trim(), `${COUNT},${COUNT},${START_MS},${COUNT}`)
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a reader that stops early ends the export, and the store goes on', async () => {
  for await (const chunk of store.export('org-export', filter, 'ndjson')) {
    assert.ok(chunk.length > 0)
    break
  }
  assert.equal(await store.count('org-export', filter), COUNT)
})

test('an answer that breaks off in the middle is a fault, and never a shorter export', async () => {
  const engine = openEngine(clickhouseUrl)
  const broken = engine.stream({
    sql: 'select throwIf(number = 400000), number from numbers(500000) format TabSeparatedRaw',
    params: {},
  })
  await assert.rejects(Array.fromAsync(broken), (error) => isFault(error, 'STORE_UNAVAILABLE'))
  await engine.close()
  const text = 'some rows\r\n__exception__\r\ntag1\r\nCode: 1\r\n'
  for (let size = 1; size <= text.length; size++) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
      Buffer.from(text.slice(i * size, i * size + size)),
    )
    await assert.rejects(Array.fromAsync(wholeAnswer(Readable.from(chunks), 'tag1')), (error) =>
      isFault(error, 'STORE_UNAVAILABLE'),
    )
    const control = await Array.fromAsync(wholeAnswer(Readable.from(chunks), 'tag2'))
    assert.equal(Buffer.concat(control).toString(), text)
  }
})

test('a long export passes through in constant memory, at the pace of its reader', async () => {
  const engine = openEngine(clickhouseUrl)
  const long = engine.stream({
    sql: "select repeat('x', 1000) from numbers(300000) format TabSeparatedRaw",
    params: {},
  })
  let bytes = 0
  let peak = 0
  const before = process.memoryUsage().rss
  for await (const chunk of long) {
    bytes += chunk.length
    if (bytes % 7 === 0) await setTimeout(1)
    peak = Math.max(peak, process.memoryUsage().rss - before)
  }
  assert.equal(bytes, 300_000 * 1001)
  assert.ok(peak < 150_000_000, `${peak} bytes for an export of ${bytes}`)
  await engine.close()
})
