import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ACTIONS } from './actions.ts'
import { lintEvent } from './lint.ts'
import { secondOpinion } from './second-opinion.ts'
import { buildEvent, NOW_MS } from './testing/build-event.ts'
import { MAPPING_ROWS } from './testing/mapping-rows.ts'
import { validateEvent } from './validate.ts'
import type { OcsfEvent } from './write.ts'

const fixtures = readFileSync(new URL('fixtures/mapping-events.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as OcsfEvent)

function assertFaultless(event: OcsfEvent): void {
  assert.deepEqual(validateEvent(event), [])
  const opinion = secondOpinion(event['class_uid'] as number)
  assert.ok(opinion(event), JSON.stringify(opinion.errors))
  assert.deepEqual(lintEvent(event, NOW_MS), [])
}

test('every row becomes an event that is valid, twice, and has nothing for the lint', async (t) => {
  for (const { row, typeUid, ...draft } of MAPPING_ROWS) {
    await t.test(row, () => {
      const { event, rejected } = buildEvent(draft)
      assert.deepEqual(rejected, [])
      assert.equal(event['type_uid'], typeUid)
      assertFaultless(event)
    })
  }
})

test('the rows cover the type of every hand-written mapping event but the inventories', () => {
  const covered = new Set(MAPPING_ROWS.map(({ typeUid }) => typeUid))
  const missing = fixtures
    .map((event) => event['type_uid'] as number)
    .filter((typeUid) => !covered.has(typeUid))
  assert.deepEqual(missing, [500302, 502302])
})

test('hand-written mapping events are valid, twice', () => {
  assert.equal(fixtures.length, 61)
  for (const event of fixtures) {
    assert.deepEqual(validateEvent(event), [])
    const { profiles = [] } = event['metadata'] as { profiles?: string[] }
    const opinion = secondOpinion(event['class_uid'] as number, profiles)
    assert.ok(opinion(event), JSON.stringify(opinion.errors))
  }
})

test('every action makes a valid event out of an actor alone, with nothing for the lint', async (t) => {
  for (const { verb } of ACTIONS) {
    await t.test(verb, () => {
      const { event } = buildEvent({
        action: verb,
        words: { 'actor.uid': 'u-1', 'actor.email': 'ada@example.com' },
      })
      assertFaultless(event)
    })
  }
})

test('every action makes a valid event out of nothing, unless it is about a mail', () => {
  for (const { verb, className } of ACTIONS.filter(({ className }) => className !== 'email_activity')) {
    const { event } = buildEvent({ action: verb })
    const errors = [...validateEvent(event), ...lintEvent(event, NOW_MS)].filter(
      ({ level }) => level === 'error',
    )
    assert.deepEqual(errors, [], `${verb} (${className})`)
  }
})
