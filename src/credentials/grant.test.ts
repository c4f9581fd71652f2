import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Secret } from '../lib/secret.ts'
import { isAlive, isFresh, NOTHING_KEPT, refreshAt } from './grant.ts'

const SECOND = 1000
const lives: readonly [lifeSeconds: number, refreshAfterSeconds: number][] = [
  [3600, 2880],
  [600, 480],
  [300, 240],
  [200, 140],
  [120, 60],
  [60, 30],
  [10, 5],
  [0, 0],
]
for (const [life, after] of lives) {
  test(`a token that lives ${life} s is replaced after ${after} s`, () => {
    assert.equal(refreshAt(5000, 5000 + life * SECOND), 5000 + after * SECOND)
  })
}

test('no token is replaced in the first half of its life, and none is kept to its end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (lifeMs) => {
      const at = refreshAt(0, lifeMs)
      return at >= lifeMs / 2 && at <= lifeMs * 0.8 && at < lifeMs
    }),
    { seed: 1 },
  )
})

test('a token without an end is fresh until it is refused', () => {
  const grant = { accessToken: new Secret('t'), kept: NOTHING_KEPT, generation: 1 }
  assert.ok(isFresh(grant, Number.MAX_SAFE_INTEGER))
  assert.ok(isAlive(grant, Number.MAX_SAFE_INTEGER))
})

test('a grant stored without the time of its replacement is replaced a minute before its end', () => {
  const grant = { accessToken: new Secret('t'), kept: NOTHING_KEPT, generation: 1, expiresAt: 100_000 }
  assert.ok(isFresh(grant, 39_999))
  assert.ok(!isFresh(grant, 40_000))
  assert.ok(isAlive(grant, 99_999))
  assert.ok(!isAlive(grant, 100_000))
  assert.ok(!isFresh({ ...grant, refreshAt: 200_000 }, 100_000))
})
