import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueAt, withValueAt } from './json-path.ts'

test('a value is found by keys and indexes, and only among own properties', () => {
  assert.equal(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b']), 1)
  assert.equal(valueAt({ a: 1 }, ['constructor']), undefined)
  assert.equal(valueAt({ a: 1 }, ['a', 'toString']), undefined)
  assert.equal(valueAt('text', []), 'text')
})

test('a value is put in a copy, in its place, and the original stays as it is', () => {
  const before = { first: 1, deep: { list: [1, 2] }, last: 3 }
  const after = withValueAt(before, ['deep', 'list', 1], 9)
  assert.deepEqual(after, { first: 1, deep: { list: [1, 9] }, last: 3 })
  assert.deepEqual(Object.keys(after as object), ['first', 'deep', 'last'])
  assert.deepEqual(before.deep.list, [1, 2])
})

test('what lacks on the way is made, and undefined takes the key away', () => {
  assert.deepEqual(withValueAt({}, ['a', 'b'], 1), { a: { b: 1 } })
  assert.deepEqual(withValueAt(undefined, ['a'], 1), { a: 1 })
  assert.deepEqual(withValueAt({ a: 1, b: 2 }, ['a'], undefined), { b: 2 })
  assert.equal(withValueAt({ a: 1 }, [], 'whole'), 'whole')
})
