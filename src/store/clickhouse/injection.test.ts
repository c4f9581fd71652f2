import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fakeClock } from '../../lib/clock.ts'
import { isFault } from '../../lib/fault.ts'
import { ACTIVITY_FIELDS, type ActivityField, type ActivityOperator } from '../../model/activity.ts'
import { withEngines } from '../engines/testing.ts'
import { openActivityStore } from './activity-store.ts'
import { matching } from './query.ts'
import { ALWAYS, activityEvent, START_MS, sourceOf } from './testing/events.ts'

const { clickhouseUrl } = await withEngines({ after }, { only: 'activity' })
const store = openActivityStore({ url: clickhouseUrl, clock: fakeClock(START_MS) })
await store.prepare()
after(() => store.close())

const NAUGHTY = [
  `' or 1=1 --`,
  `') or organisation != '`,
  `'; drop table activity; select '`,
  `\\' or 1=1 /*`,
  `"; delete from activity where 1; --`,
  '{organisation:String}',
  '{p0:String}',
  '%27%20or%201%3D1',
  '\\N',
  '\0',
  'a\tb\nc\rd',
  '😀\u202e\ud800',
  '`activity`',
  "' INTO OUTFILE '/tmp/x",
  '%',
  '_',
  '.*',
  '[',
  'x'.repeat(500),
] as const
const OPERATORS: readonly ActivityOperator[] = ['is', 'not', 'startsWith', 'contains', 'exists', 'missing']

await store.append(sourceOf('org-other', 'con-1'), [activityEvent('theirs')])

test('what the app wrote is found as data, and finds nothing else', async () => {
  const named = NAUGHTY.map((text, i) =>
    activityEvent(`n${i}${text}`, { with: { actor: { user: { name: text, uid: `u${i}` } } } }),
  )
  await store.append(sourceOf('org-naughty', `con-'1`), named)
  for (const [i, text] of NAUGHTY.entries()) {
    const found = await store.search(
      'org-naughty',
      { ...ALWAYS, conditions: [{ field: 'actor', operator: 'is', values: [text] }] },
      { limit: 10 },
    )
    assert.deepEqual(
      found.rows.map(({ actorUid }) => actorUid),
      [`u${i}`],
      JSON.stringify(text),
    )
    assert.equal(
      (await store.event('org-naughty', `con-'1`, named[i]!.uid))?.raw,
      named[i]!.raw.toWellFormed(),
    )
  }
})

for (const field of ACTIVITY_FIELDS) {
  test(`no text in a condition on ${field} is SQL`, async () => {
    for (const operator of OPERATORS) {
      const filter = { ...ALWAYS, conditions: [{ field, operator, values: NAUGHTY }] }
      const { rows } = await store.search('org-naughty', filter, { limit: 100 })
      assert.ok(rows.every(({ uid }) => uid !== 'theirs'))
      if (operator === 'is') assert.equal(rows.length, field === 'actor' ? NAUGHTY.length : 0)
    }
    assert.equal(await store.count('org-other', ALWAYS), 1)
  })
}

test('no free text, organisation, connection, uid or cursor is SQL', async () => {
  for (const text of NAUGHTY) {
    assert.equal(await store.count(text, ALWAYS), 0)
    assert.equal(await store.event(text, text, text), undefined)
    const { rows } = await store.search('org-other', { ...ALWAYS, text: `${text} nobody` }, { limit: 10 })
    assert.deepEqual(rows, [])
    const cursor = store.search('org-other', ALWAYS, { limit: 10, after: text })
    await assert.rejects(cursor, (error) => isFault(error, 'QUERY_INVALID'))
    await store.deleteConnection('org-naughty', text)
  }
  assert.equal(await store.count('org-naughty', ALWAYS), NAUGHTY.length)
})

test('fields, operators and limits that no type allows are refused', async () => {
  const refused = (work: Promise<unknown>) => assert.rejects(work, (error) => isFault(error, 'QUERY_INVALID'))
  for (const text of [...NAUGHTY, 'organisation', 'toString', '__proto__']) {
    const field = text as ActivityField
    await refused(
      store.count('org-other', { ...ALWAYS, conditions: [{ field, operator: 'exists', values: [] }] }),
    )
    await refused(store.facets('org-other', ALWAYS, [field], 5))
    const operator = text as ActivityOperator
    await refused(
      store.count('org-other', { ...ALWAYS, conditions: [{ field: 'ip', operator, values: [] }] }),
    )
    const number = text as unknown as number
    await refused(store.search('org-other', ALWAYS, { limit: number }))
    await refused(store.histogram('org-other', ALWAYS, number))
    await refused(store.facets('org-other', ALWAYS, ['ip'], number))
  }
  await refused(store.count('org-other', { ...ALWAYS, fromMs: Number.NaN }))
  await refused(
    store.count('org-other', {
      ...ALWAYS,
      text: Array.from({ length: 2000 }, (_, i) => `word${i}`).join(' '),
    }),
  )
})

test('the organisation is the first condition of every query, and text is never part of it', () => {
  for (const field of ACTIVITY_FIELDS)
    for (const operator of OPERATORS) {
      const conditions = [{ field, operator, values: ['NEEDLE'] }]
      const { sql, params } = matching('NEEDLE', { ...ALWAYS, conditions, text: 'NEEDLE' })
      assert.match(sql, /^from activity prewhere organisation = \{organisation:String\} and /)
      assert.doesNotMatch(sql, /needle/i)
      assert.equal(params['organisation'], 'NEEDLE')
    }
})
