import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secondOpinion } from './second-opinion.ts'
import { HOUSE_PROFILES } from './tables.ts'
import { mutateEvent, randomEvent, randomNumbers } from './testing/random-event.ts'
import { validateEvent } from './validate.ts'
import type { OcsfEvent } from './write.ts'

const CLASSES = [
  2004, 2006, 3001, 3002, 3003, 3004, 3005, 3006, 4009, 5003, 5023, 6001, 6002, 6003, 6005, 6006, 6008,
]
const EVENTS_PER_CLASS = 80
const MUTATIONS = 3

/** A schema is made for one set of profiles, and takes no event that declares another. */
function declaresHouseProfiles({ metadata }: OcsfEvent): boolean {
  const { profiles } = metadata as { profiles?: unknown }
  return JSON.stringify(profiles) === JSON.stringify(HOUSE_PROFILES)
}

test('the table and ajv agree on thousands of random events, valid and broken', () => {
  const random = randomNumbers(20_261_123)
  const verdicts = { valid: 0, invalid: 0 }
  for (const classUid of CLASSES) {
    const opinion = secondOpinion(classUid)
    const judge = (event: OcsfEvent): void => {
      const errors = validateEvent(event).filter(
        // A schema cannot follow the paths of observables.
        ({ level, code }) => level === 'error' && code !== 'observable_name_invalid_reference',
      )
      const isOurs = errors.length === 0 && declaresHouseProfiles(event)
      const isValid = opinion(event)
      verdicts[isValid ? 'valid' : 'invalid']++
      assert.equal(isOurs, isValid, `${JSON.stringify({ event, errors, ajv: opinion.errors })}`)
    }
    for (let i = 0; i < EVENTS_PER_CLASS; i++) {
      const event = randomEvent(random, classUid)
      judge(event)
      for (let j = 0; j < MUTATIONS; j++) judge(mutateEvent(random, event))
    }
  }
  assert.ok(verdicts.valid > 1000 && verdicts.invalid > 1000, JSON.stringify(verdicts))
})
