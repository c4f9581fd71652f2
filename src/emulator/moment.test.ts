import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Instant } from '../model/expression.ts'
import { momentOf } from './moment.ts'
import { program } from './testing/acme.ts'

const AT = Date.UTC(2026, 10, 18, 9, 30, 15)
const at = (moment: Instant) => ({ window: { start: moment } })

const FORMATS = [
  "format(window.start, 'iso')",
  "format(window.start, 'unix')",
  "format(window.start, 'unixMs')",
  "format(window.start - duration('5m'), 'iso')",
  "string(int(format(window.start, 'unix')) - 3600)",
  'window.start',
  "format(window.start, 'yyyy-MM-dd HH:mm:ss')",
  "format(window.start, 'yyyyMMddHHmmss')",
]
for (const source of FORMATS) {
  test(`the moment that ${source} wrote is found`, () => {
    const wrote = program(source, 'window')
    const value = wrote.evaluate(at(new Instant(AT)))
    const text = value instanceof Instant ? new Date(value.ms).toISOString() : String(value)
    assert.equal(momentOf(wrote, text, at), AT, text)
  })
}

test('a text that no moment gives is no moment', () => {
  const wrote = program("format(window.start, 'iso')", 'window')
  for (const text of ['', 'yesterday', '2026-11-18', '1795000000'])
    assert.equal(momentOf(wrote, text, at), undefined, text)
})
