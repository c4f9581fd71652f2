import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linkTarget } from './link-header.ts'

const CASES: [header: string | undefined, relation: string, expected: string | undefined][] = [
  [undefined, 'next', undefined],
  ['', 'next', undefined],
  ['<https://a.example/?p=2>; rel="next"', 'next', 'https://a.example/?p=2'],
  ['<https://a.example/?p=2>; rel=next', 'next', 'https://a.example/?p=2'],
  ['</?p=2>;rel=next', 'next', '/?p=2'],
  ['<a>; rel="prev", <b>; rel="next", <c>; rel="last"', 'next', 'b'],
  ['<a>; rel="prev",<b>;rel=next,<c>;rel=last', 'last', 'c'],
  ['<a>; rel="first next"', 'next', 'a'],
  ['<a>; REL="NEXT"', 'next', 'a'],
  ['<a>; title="x; rel=\\"next\\", <b>; rel=next"; rel="prev"', 'next', undefined],
  ['<a>; title="one, two"; rel="next"', 'next', 'a'],
  ['<a,b;c>; rel="next"', 'next', 'a,b;c'],
  ['<a>; rel="prev"; rel="next"', 'next', undefined],
  ['<a>; rel="nextish"', 'next', undefined],
  ['<a>; rel="https://rels.example/next"', 'https://rels.example/next', 'a'],
  ['<a>', 'next', undefined],
  ['a; rel="next"', 'next', undefined],
  ['<>; rel="next"', 'next', ''],
]
for (const [header, relation, expected] of CASES)
  test(`${relation} in ${header}`, () => assert.equal(linkTarget(header, relation), expected))

test('any header is read quickly and without an error', () => {
  const piece = fc.constantFrom('<', '>', ';', ',', ' ', '"', '\\', 'rel=', 'next', 'a', '=', '*')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      linkTarget(pieces.join(''), 'next')
    }),
    { seed: 5, numRuns: 500 },
  )
  const before = performance.now()
  for (const unit of ['<a>; a="', '<a>;a;', ' ;', '<', '<a>;a=\\"\\', '<a>;  '])
    linkTarget(unit.repeat(Math.ceil(8192 / unit.length)), 'next')
  assert.ok(performance.now() - before < 5000, 'backtracking would take minutes')
})
