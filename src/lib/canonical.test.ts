import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from './canonical.ts'

test('the order in which keys were written does not matter, the order of a list does', () => {
  assert.equal(canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } }), '{"a":{"c":"x","d":null},"b":[2,1]}')
  assert.equal(
    canonicalJson({ a: { c: 'x', d: null }, b: [2, 1] }),
    canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } }),
  )
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]))
})

test('an absent value and a missing key are the same', () => {
  assert.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}')
})
