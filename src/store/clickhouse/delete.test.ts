import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createClient } from '@clickhouse/client'
import { fakeClock } from '../../lib/clock.ts'
import { withEngines } from '../engines/testing.ts'
import { openActivityStore } from './activity-store.ts'
import { ALWAYS, activityEvent, START_MS, sourceOf } from './testing/events.ts'

const { clickhouseUrl } = await withEngines({ after }, { only: 'activity' })
const store = openActivityStore({ url: clickhouseUrl, clock: fakeClock(START_MS) })
await store.prepare()
after(() => store.close())

const DAY_MS = 86_400_000
const events = (days: number) =>
  Array.from({ length: days }, (_, i) => activityEvent(`d${i}`, { timeMs: START_MS - i * DAY_MS, like: i }))
const uids = async (organisation: string) =>
  (await store.search(organisation, ALWAYS, { limit: 1000 })).rows.map(
    ({ connection, uid }) => `${connection}/${uid}`,
  )

/** Every table, asked past the store: what is left of an organisation anywhere. */
async function left(organisation: string, condition = '1'): Promise<number> {
  const client = createClient({ url: clickhouseUrl })
  let rows = 0
  for (const table of ['activity', 'activity_key']) {
    const answer = await client.query({
      query: `select count() as n from ${table} where organisation = {o:String} and ${condition}`,
      query_params: { o: organisation },
      format: 'JSONEachRow',
    })
    rows += Number((await answer.json<{ n: string }>())[0]?.n)
  }
  await client.close()
  return rows
}

test('what happened before a moment is gone from every table, and nothing else', async () => {
  for (const organisation of ['org-old', 'org-kept'])
    await store.append(sourceOf(organisation, 'con-1'), events(60))
  await store.deleteBefore('org-old', START_MS - 20 * DAY_MS)
  assert.equal((await uids('org-old')).length, 21)
  assert.equal(await store.event('org-old', 'con-1', 'd21'), undefined)
  assert.ok(await store.event('org-old', 'con-1', 'd20'))
  assert.equal(await left('org-old'), 42)
  assert.equal((await uids('org-kept')).length, 60)
})

test('a connection goes with its records; it may come back', async () => {
  for (const connection of ['con-1', 'con-2']) await store.append(sourceOf('org-two', connection), events(3))
  await store.append(sourceOf('org-two', 'con-1'), [activityEvent('d0', { like: 9 })])
  await store.deleteConnection('org-two', 'con-1')
  assert.deepEqual(await uids('org-two'), ['con-2/d0', 'con-2/d1', 'con-2/d2'])
  assert.equal(await store.event('org-two', 'con-1', 'd0'), undefined)
  assert.equal(await left('org-two', `connection = 'con-1'`), 0)
  await store.append(sourceOf('org-two', 'con-1'), events(1))
  assert.deepEqual(await uids('org-two'), ['con-2/d0', 'con-1/d0', 'con-2/d1', 'con-2/d2'])
})

test('an organisation goes whole, and no other', async () => {
  for (const organisation of ['org-gone', 'org-here'])
    await store.append(sourceOf(organisation, 'con-1'), events(5))
  await store.deleteOrganisation('org-gone')
  assert.deepEqual(await uids('org-gone'), [])
  assert.equal(await left('org-gone'), 0)
  assert.equal((await uids('org-here')).length, 5)
})
