import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonInner } from './json-string.ts'

const KINDS = [
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xff_ff }).map((unit) => String.fromCharCode(unit)) }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\u007f', '\u2028', '\ud800', '\udc00', '😀', 'ü', 'a'),
  }),
]

test('a text is written as JSON.stringify writes it, whatever it holds', () => {
  fc.assert(
    fc.property(fc.oneof(...KINDS), (text) => assert.equal(`"${jsonInner(text)}"`, JSON.stringify(text))),
    { seed: 20_261_123, numRuns: 2000 },
  )
})
