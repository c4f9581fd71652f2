import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPath, merged, type PathTree, remainder } from './remainder.ts'

type Path = readonly (string | number)[]

function left(value: unknown, ...paths: readonly Path[]): unknown {
  const taken: PathTree = new Map()
  for (const path of paths) addPath(taken, path)
  return remainder(value, taken)
}

const RECORD = { id: 7, actor: { id: 'a', name: 'Ada', seat: null }, tags: ['x', { deep: 1 }], none: {} }

const CASES: readonly [what: string, paths: readonly Path[], expected: unknown][] = [
  [
    'nothing taken: all but nulls and what is empty',
    [],
    { id: 7, actor: { id: 'a', name: 'Ada' }, tags: ['x', { deep: 1 }] },
  ],
  ['a member', [['id'], ['tags']], { actor: { id: 'a', name: 'Ada' } }],
  ['a nested member', [['id'], ['tags'], ['actor', 'id']], { actor: { name: 'Ada' } }],
  ['all members of an object', [['id'], ['tags'], ['actor', 'id'], ['actor', 'name']], undefined],
  ['an object as a whole, and again a part of it', [['actor'], ['actor', 'id'], ['tags']], { id: 7 }],
  ['an item: the list stays whole', [['id'], ['actor'], ['tags', 0]], { tags: ['x', { deep: 1 }] }],
  ['all items', [['id'], ['actor'], ['tags', 0], ['tags', 1, 'deep']], undefined],
  [
    'a path that leads nowhere',
    [['actor', 'id', 'x'], ['other'], ['tags']],
    { id: 7, actor: { id: 'a', name: 'Ada' } },
  ],
]

for (const [what, paths, expected] of CASES)
  test(`what is left of a record: ${what}`, () => assert.deepEqual(left(RECORD, ...paths), expected))

test('what is left is JSON: big integers become text, and infinite numbers nothing', () => {
  assert.deepEqual(left({ big: 2n ** 60n, list: [1n, null], odd: Number.POSITIVE_INFINITY }), {
    big: '1152921504606846976',
    list: [1],
  })
})

test('parts that need no change are shared with the record, not copied', () => {
  const actor = { name: 'Ada' }
  const rest = left({ id: 1, actor }, ['id']) as { actor: unknown }
  assert.equal(rest.actor, actor)
})

test('a record that names its members like parts of every object is only data', () => {
  const record = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"a":1},"toString":"x"}')
  const rest = left(record) as Record<string, unknown>
  assert.deepEqual(rest['constructor'], { a: 1 })
  assert.equal(Object.getPrototypeOf(rest), Object.prototype)
  assert.equal('polluted' in {}, false)
})

test('two objects become one, and the first keeps its values', () => {
  assert.deepEqual(merged({ a: 1, b: { c: 2 } }, { a: 9, b: { d: 3 }, e: 4 }), {
    a: 1,
    b: { c: 2, d: 3 },
    e: 4,
  })
  assert.deepEqual(merged(undefined, { a: 1 }), { a: 1 })
  assert.deepEqual(merged({ a: 1 }, undefined), { a: 1 })
})
