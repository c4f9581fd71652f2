import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HabitVerdict, verdictOf } from './habit.ts'

const CASES: readonly (readonly [count: number, of: number, days: number, verdict: HabitVerdict])[] = [
  [0, 0, 0, 'unknown'],
  [0, 29, 20, 'unknown'],
  [29, 29, 20, 'unknown'],
  [0, 3000, 4, 'unknown'],
  [0, 30, 5, 'uncommon'],
  [1, 30, 5, 'usual'],
  [1, 49, 30, 'usual'],
  [1, 50, 30, 'uncommon'],
  [2, 99, 30, 'usual'],
  [2, 100, 30, 'uncommon'],
  [20, 1000, 30, 'uncommon'],
  [21, 1000, 30, 'usual'],
]
for (const [count, of, days, verdict] of CASES) {
  test(`${count} of ${of} events on ${days} days is ${verdict}`, () => {
    assert.equal(verdictOf({ count, of, days }), verdict)
  })
}
