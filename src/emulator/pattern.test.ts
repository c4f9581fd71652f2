import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { match, patternOf } from './pattern.ts'
import { template } from './testing/acme.ts'

const texts = (source: string, text: string) =>
  match(patternOf(template(source, 'a', 'b')), text)?.map((capture) => [capture.program.source, capture.text])

const CASES: readonly (readonly [source: string, text: string, expected: unknown])[] = [
  ['plain', 'plain', []],
  ['plain', 'other', undefined],
  ['{{ a }}', '', [['a', '']]],
  ['/groups/{{ a.id }}/members', '/groups/g1/members', [['a.id', 'g1']]],
  ['/groups/{{ a.id }}/members', '/groups/g1/owners', undefined],
  [
    'at:[{{ a }} TO {{b}}]',
    'at:[1 TO 2]',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    "{{ {'x': '}}'}.x }}-{{ a }}",
    '}}-z',
    [
      ["{'x': '}}'}.x", '}}'],
      ['a', 'z'],
    ],
  ],
  ['\\{{ {{ a }}', '{{ 5', [['a', '5']]],
  [
    '{{ a }}/x/{{ b }}/x',
    'p/x/q/x/x',
    [
      ['a', 'p'],
      ['b', 'q/x'],
    ],
  ],
]
for (const [source, text, expected] of CASES) {
  test(`${source} reads ${text}`, () => assert.deepEqual(texts(source, text), expected))
}

test('a text is split only where every part may stand', () => {
  const pattern = patternOf(template('https://h/{{ a }}/members', 'a'))
  const isSegment = (text: string) => !text.includes('/')
  assert.equal(match(pattern, 'https://h/a/b/members', isSegment), undefined)
})

test('what a template wrote is read again as what it was given', () => {
  const pattern = patternOf(template('from {{ a }} to {{ b }}.', 'a', 'b'))
  const word = fc.stringMatching(/^\w{0,12}$/)
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.deepEqual(
        match(pattern, `from ${a} to ${b}.`)?.map(({ text }) => text),
        [a, b],
      )
    }),
  )
})
