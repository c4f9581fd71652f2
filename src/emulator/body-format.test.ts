import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type Format, readBody, writeBody } from './body-format.ts'

const ROWS = [
  { id: '1', name: 'Ada, "the first"', note: 'two\nlines' },
  { id: '2', name: '', note: 'ä;b' },
]
const round = (value: unknown, format: Format) => readBody(String(writeBody(value, format).body), format)

test('what is written in each format reads as the same again', () => {
  assert.deepEqual(round({ list: [1, null, 'x'] }, { as: 'json' }), { list: [1, null, 'x'] })
  assert.deepEqual(round(ROWS, { as: 'ndjson' }), ROWS)
  assert.deepEqual(round(ROWS, { as: 'csv' }), ROWS)
  assert.deepEqual(round(ROWS, { as: 'csv', delimiter: ';', columns: ['id', 'name', 'note'] }), ROWS)
  assert.equal(round('a text', { as: 'text' }), 'a text')
  const users = {
    users: {
      '@total': '2',
      user: [
        { '@id': '1', name: 'A & B' },
        { '@id': '2', name: '<C>' },
      ],
    },
  }
  assert.deepEqual(round(users, { as: 'xml', lists: ['user'] }), users)
})

test('integers beyond 2^53 pass unharmed', () => {
  assert.deepEqual(round({ id: 9_007_199_254_740_993n }, { as: 'json' }), { id: 9_007_199_254_740_993n })
})

test('an element of a list in XML is a list even when it stands alone', () => {
  const source = '<users><user id="1"><![CDATA[<Ada>]]></user></users>'
  assert.deepEqual(readBody(source, { as: 'xml', lists: ['user'] }), {
    users: { user: [{ '@id': '1', '#text': '<Ada>' }] },
  })
})

test('a file that is gzip itself is sent as gzip', () => {
  const { body } = writeBody(ROWS, { as: 'ndjson', gzip: true })
  assert.deepEqual(readBody(gunzipSync(body).toString(), { as: 'ndjson' }), ROWS)
})

test('any rows survive CSV', () => {
  const rows = fc.array(fc.record({ a: fc.string({ minLength: 1 }), b: fc.string() }), {
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(rows, (list) => {
      // A row whose cells are blank is an empty line, and csv-parse trims a byte order mark.
      fc.pre(list.every(({ a }) => a.trim() !== '' && !a.startsWith('\ufeff')))
      assert.deepEqual(
        round(list, { as: 'csv' }),
        list.map((row) => ({ ...row })),
      )
    }),
  )
})
