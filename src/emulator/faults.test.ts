import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FaultRule, parseFault, strikes } from './faults.ts'

const TEXTS: readonly (readonly [text: string, expected: FaultRule | undefined])[] = [
  ['429', { fault: '429' }],
  ['429:0.1', { fault: '429', probability: 0.1 }],
  ['truncated@3', { fault: 'truncated', at: [3] }],
  ['401@2,7/users', { fault: '401', at: [2, 7], stream: 'users' }],
  ['slow:1', { fault: 'slow', probability: 1 }],
  ['429:2', undefined],
  ['418', undefined],
  ['', undefined],
]
for (const [text, expected] of TEXTS) {
  test(`--fault ${text || '(nothing)'}`, () => assert.deepEqual(parseFault(text), expected))
}

const hits = (rule: FaultRule, stream = 'users') =>
  Array.from({ length: 1000 }, (_, at) => at + 1).filter(
    (count) => strikes([rule], { seed: 's', count, stream }).size > 0,
  )

test('a fault strikes where it is told to', () => {
  assert.deepEqual(hits({ fault: '500', at: [2, 5] }), [2, 5])
  assert.deepEqual(hits({ fault: '500', at: [2], stream: 'groups' }), [])
  assert.equal(hits({ fault: '500' }).length, 1000)
})

test('a fault with a probability strikes about so often, and with one seed at the same requests', () => {
  const rule: FaultRule = { fault: '500', probability: 0.1 }
  assert.ok(Math.abs(hits(rule).length - 100) < 40)
  assert.deepEqual(hits(rule), hits(rule))
})
