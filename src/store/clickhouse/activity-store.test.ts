import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createClient } from '@clickhouse/client'
import { fakeClock } from '../../lib/clock.ts'
import { isFault } from '../../lib/fault.ts'
import { withEngines } from '../engines/testing.ts'
import { openActivityStore } from './activity-store.ts'
import { eventKey } from './event-key.ts'
import { ALWAYS, activityEvent, GOLDEN, START_MS, sourceOf } from './testing/events.ts'

const url = (await withEngines({ after }, { only: 'activity' })).clickhouseUrl
const store = openActivityStore({ url, clock: fakeClock(START_MS) })
await store.prepare()
after(() => store.close())

const uids = async (organisation: string) =>
  (await store.search(organisation, ALWAYS, { limit: 1000 })).rows.map(({ uid }) => uid)

test('every golden event comes back whole, with its record', async () => {
  const source = sourceOf('org-golden', 'con-1')
  const events = GOLDEN.map((event, i) => ({ uid: `g${i}`, event, raw: JSON.stringify({ i }) }))
  await store.append(source, events)
  assert.equal(await store.count('org-golden', ALWAYS), GOLDEN.length)
  for (const { uid, event, raw } of events) {
    const found = await store.event('org-golden', 'con-1', uid)
    assert.deepEqual(found?.event, event)
    assert.equal(found?.raw, raw)
    assert.equal(found?.timeMs, event['time'])
    assert.equal(found?.severity, event['severity'])
    assert.equal(found?.className, event['class_name'])
  }
})

test('a number beyond those of JavaScript comes back exactly', async () => {
  const odd = activityEvent('big', {
    with: { unmapped: { id: 2n ** 60n + 1n }, session: { uid: 2n ** 60n + 1n } },
  })
  await store.append(sourceOf('org-big', 'con-1'), [odd])
  assert.deepEqual((await store.event('org-big', 'con-1', 'big'))?.event, odd.event)
})

test('another organisation, another connection and another uid are nothing', async () => {
  await store.append(sourceOf('org-a', 'con-1'), [activityEvent('same', { like: 1 })])
  await store.append(sourceOf('org-a', 'con-2'), [activityEvent('same', { like: 2 })])
  await store.append(sourceOf('org-b', 'con-1'), [activityEvent('same', { like: 3 })])
  assert.deepEqual(await uids('org-a'), ['same', 'same'])
  assert.deepEqual(await uids('org-b'), ['same'])
  const whole = async (org: string, con: string) => (await store.event(org, con, 'same'))?.raw
  assert.equal(await whole('org-a', 'con-2'), '{"id":"same","like":2}')
  assert.equal(await whole('org-b', 'con-1'), '{"id":"same","like":3}')
  assert.equal(await whole('org-b', 'con-2'), undefined)
  assert.equal(await store.event('org-a', 'con-1', 'other'), undefined)
  assert.equal(await store.event('org-c', 'con-1', 'same'), undefined)
})

test('an event that returns with another time or content is shown once, as it was last', async () => {
  const source = sourceOf('org-changed', 'con-1')
  await store.append(source, [activityEvent('e1'), activityEvent('e2')])
  await store.append(source, [
    activityEvent('e1', { timeMs: START_MS - 40 * 86_400_000 }),
    activityEvent('e2'),
  ])
  assert.deepEqual(await uids('org-changed'), ['e2', 'e1'])
  await store.append(source, [activityEvent('e1', { timeMs: START_MS + 1000, like: 5 })])
  await store.append(source, [activityEvent('e1', { timeMs: START_MS + 1000, like: 5 })])
  assert.deepEqual(await uids('org-changed'), ['e1', 'e2'])
  assert.equal((await store.event('org-changed', 'con-1', 'e1'))?.raw, '{"id":"e1","like":5}')
})

test('a page of lines is followed by the next, whatever arrives in between', async () => {
  const source = sourceOf('org-pages', 'con-1')
  const at = (i: number) => activityEvent(`p${i}`, { timeMs: START_MS + Math.floor(i / 3) })
  await store.append(
    source,
    Array.from({ length: 20 }, (_, i) => at(i)),
  )
  const seen: string[] = []
  let next: string | undefined
  do {
    const page = await store.search('org-pages', ALWAYS, {
      limit: 3,
      ...(next !== undefined && { after: next }),
    })
    seen.push(...page.rows.map(({ uid }) => uid))
    await store.append(source, [activityEvent(`late${seen.length}`, { timeMs: START_MS + 1_000_000 })])
    next = page.next
  } while (next !== undefined)
  assert.equal(new Set(seen).size, 20)
  assert.equal(seen.length, 20)
})

test('a cursor of another query, or of nobody, is refused', async () => {
  await store.append(sourceOf('org-cursor', 'con-1'), [activityEvent('c1'), activityEvent('c2')])
  const { next } = await store.search('org-cursor', ALWAYS, { limit: 1 })
  assert.ok(next)
  const refused = (organisation: string, cursor: string, filter = ALWAYS) =>
    assert.rejects(store.search(organisation, filter, { limit: 1, after: cursor }), (error) =>
      isFault(error, 'QUERY_INVALID'),
    )
  await refused('org-a', next)
  await refused('org-cursor', next, { ...ALWAYS, text: 'other' })
  for (const forged of [
    '',
    'x',
    next.slice(0, -6),
    btoa('{}'),
    btoa('[1,2,3,4]'),
    btoa('["a",1e99,"b","c"]'),
  ])
    await refused('org-cursor', forged)
})

test('the key that is looked up is the key that the engine computes', async () => {
  const client = createClient({ url })
  for (const [connection, uid] of [
    ['con-1', 'a'],
    ['con-é', 'naïve\t\0😀'],
    ['', ''],
  ] as const) {
    const answer = await client.query({
      query:
        "select toString(reinterpretAsUInt64(substring(SHA1(concat({c:String}, '\\0', {u:String})), 1, 8))) as key",
      query_params: { c: connection, u: uid },
      format: 'JSONEachRow',
    })
    assert.deepEqual(await answer.json(), [{ key: String(eventKey(connection, uid)) }])
  }
  await client.close()
})

test('a table without fsync is refused at the start, and preparing again changes nothing', async () => {
  await store.prepare()
  const client = createClient({ url })
  await client.command({
    query: 'create table careless (a String) engine = MergeTree order by a settings fsync_after_insert = 0',
  })
  await assert.rejects(
    store.prepare(),
    (error) => isFault(error, 'STORE_UNSAFE') && /careless/.test(error.message),
  )
  await client.command({ query: 'drop table careless' })
  await client.close()
  await store.prepare()
})
