import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import { LIVE_TEXTS } from '../lib/testing/live-texts.ts'
import type { ActivityStore } from '../model/activity.ts'
import { openActivityStore } from '../store/clickhouse/activity-store.ts'
import { ALWAYS, activityEvent, sourceOf } from '../store/clickhouse/testing/events.ts'
import { withEngines } from '../store/engines/testing.ts'
import { openControlStore } from '../store/postgres/control-store.ts'
import type { Export } from './export.ts'
import { type Exports, openExports } from './exports.ts'

const ORGANISATION = 'org-exports'
const engines = await withEngines({ after })
const control = openControlStore({ url: engines.databaseUrl, migrations: 'sql' })
after(control.close)
await control.migrate()
const activity = openActivityStore({ url: engines.clickhouseUrl })
after(activity.close)
await activity.prepare()
await activity.append(
  sourceOf(ORGANISATION, 'con'),
  Array.from({ length: 500 }, (_, n) => activityEvent(`e-${n}`, { like: n })),
)
await activity.append(sourceOf('org-other', 'con'), [activityEvent('foreign')])

const clock = fakeClock(Date.now())
const folder = join(engines.directory, 'exports')
const told: Export[] = []
const open = (store: Pick<ActivityStore, 'count' | 'export'> = activity) =>
  openExports({ ...{ control, folder, clock }, activity: store, changed: (_, made) => void told.push(made) })
const ask = (exports: Exports, format: 'ndjson' | 'parquet' = 'ndjson') =>
  exports.create(
    { organisationId: ORGANISATION, createdBy: 'usr', format, query: { last: '24h' }, filter: ALWAYS },
    async () => undefined,
  )
async function done(exports: Exports, id: string): Promise<Export> {
  for (let n = 0; n < 300; n++) {
    const now = await exports.get(ORGANISATION, id)
    if (now?.state === 'done' || now?.state === 'failed') return now
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the export does not end')
}

test('an export holds every event of the query and no other, and says how far it is', async () => {
  const exports = await open()
  const { id } = await ask(exports)
  const made = await done(exports, id)
  assert.deepEqual([made.state, made.events, made.eventsExpected], ['done', 500, 500])
  const text = await readFile(join(folder, `${id}.ndjson`), 'utf8')
  const uids = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { metadata: { uid: string } }).metadata.uid)
  assert.deepEqual(new Set(uids), new Set(Array.from({ length: 500 }, (_, n) => `e-${n}`)))
  assert.equal(made.bytes, Buffer.byteLength(text))
  assert.ok(told.some(({ state }) => state === 'running') && told.some(({ state }) => state === 'done'))
  const file = await exports.file(ORGANISATION, id)
  assert.equal(file?.bytes, made.bytes)
  assert.equal(await exports.file('org-other', id), undefined, 'another organisation has no such export')
  await exports.close()
})

test('names that are formulas, markup or lines are in an export byte for byte, one event a line', async () => {
  const names = Object.values(LIVE_TEXTS)
  const make = (name: string) => activityEvent(`live-${name}`, { with: { actor: { user: { name } } } })
  await activity.append(sourceOf('org-live', 'con'), names.map(make))
  const exports = await open()
  const wanted = { createdBy: 'usr', format: 'ndjson', query: {}, filter: ALWAYS } as const
  const { id } = await exports.create({ organisationId: 'org-live', ...wanted }, async () => undefined)
  while ((await exports.get('org-live', id))?.state !== 'done')
    await new Promise((resolve) => setTimeout(resolve, 50))
  const lines = (await readFile(join(folder, `${id}.ndjson`), 'utf8')).trimEnd().split('\n')
  const held = lines.map(
    (line) => (JSON.parse(line) as { actor: { user: { name: string } } }).actor.user.name,
  )
  assert.deepEqual(held.toSorted(), names.toSorted())
  for (const line of lines) assert.ok([...line].every((character) => character >= ' '))
  // Control: written as they are, they would be lines of their own.
  assert.ok(names.join('\n').split('\n').length > names.length)
  await exports.close()
})

test('Parquet comes as Parquet', async () => {
  const exports = await open()
  const { id } = await ask(exports, 'parquet')
  assert.equal((await done(exports, id)).events, 500)
  const bytes = await readFile(join(folder, `${id}.parquet`))
  assert.equal(bytes.subarray(0, 4).toString(), 'PAR1')
  assert.equal(bytes.subarray(-4).toString(), 'PAR1')
  await exports.close()
})

test('what a process left half written the next one writes anew', async () => {
  let isCut = true
  const slow: Pick<ActivityStore, 'count' | 'export'> = {
    count: activity.count,
    export: async function* (...asked) {
      for await (const chunk of activity.export(...asked)) {
        yield chunk
        if (isCut) await new Promise((resolve) => setTimeout(resolve, 300))
      }
    },
  }
  const first = await open(slow)
  const { id } = await ask(first)
  while ((await first.get(ORGANISATION, id))?.state !== 'running')
    await new Promise((resolve) => setTimeout(resolve, 10))
  await assert.rejects(first.file(ORGANISATION, id), { code: 'EXPORT_UNREADY' })
  await first.close()
  assert.equal((await first.get(ORGANISATION, id))?.state, 'running')
  isCut = false
  const second = await open()
  assert.deepEqual([(await done(second, id)).events], [500])
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.part')),
    [],
  )
  await second.close()
})

test('two processes write each export once', async () => {
  told.length = 0
  const both = [await open(), await open()] as const
  const made = await Promise.all(Array.from({ length: 6 }, (_, n) => ask(both[n % 2]!)))
  for (const { id } of made) assert.equal((await done(both[0], id)).state, 'done')
  for (const { id } of made)
    assert.equal(told.filter((change) => change.id === id && change.state === 'done').length, 1)
  for (const exports of both) await exports.close()
})

test('an export that takes long is written by one process all the while', async () => {
  let begun = 0
  const slow = {
    count: activity.count,
    export: async function* (...asked: Parameters<ActivityStore['export']>) {
      begun += 1
      // A process that does nothing within a transaction for ten seconds loses it elsewhere.
      await new Promise((resolve) => setTimeout(resolve, 11_500))
      yield* activity.export(...asked)
    },
  }
  const both = [await open(slow), await open(slow)] as const
  const { id } = await ask(both[0])
  const asking = setInterval(() => void both[1].expire(), 1_000)
  assert.equal((await done(both[0], id)).state, 'done')
  clearInterval(asking)
  assert.equal(begun, 1)
  for (const exports of both) await exports.close()
})

test('an export that fails says why, keeps no file, and does not hold up the next', async () => {
  let isBroken = true
  const exports = await open({
    count: activity.count,
    export: async function* (...asked) {
      if (isBroken) throw new Error('ENOSPC')
      yield* activity.export(...asked)
    },
  })
  const failed = await done(exports, (await ask(exports)).id)
  assert.deepEqual([failed.state, failed.fault?.code], ['failed', 'PLATFORM_FAILED'])
  assert.ok(!JSON.stringify(failed).includes('ENOSPC'))
  isBroken = false
  assert.equal((await done(exports, (await ask(exports)).id)).state, 'done')
  await exports.close()
})

test('a file whose time is over is gone, with its row', async () => {
  const exports = await open()
  const { id } = await ask(exports)
  await done(exports, id)
  await writeFile(join(folder, 'somebody-elses'), '')
  await clock.sleep(8 * 86_400_000)
  await exports.expire()
  assert.equal(await exports.get(ORGANISATION, id), undefined)
  assert.deepEqual(await readdir(folder), ['somebody-elses'])
  await exports.close()
})
