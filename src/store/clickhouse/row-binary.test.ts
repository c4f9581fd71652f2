import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { withEngines } from '../engines/testing.ts'
import { openEngine } from './engine.ts'
import { binaryRows, type ColumnType, toBinary } from './row-binary.ts'

const { clickhouseUrl } = await withEngines({ after }, { only: 'activity' })
const engine = openEngine(clickhouseUrl)
after(() => engine.close())
await engine.command({
  sql: `create table every_type (n UInt32, s LowCardinality(String), list Array(String), tiny UInt8, sign Int8, big UInt64, at DateTime64(3, 'UTC'))
    engine = MergeTree order by n settings fsync_after_insert = 1`,
  params: {},
})
const TYPES: Readonly<Record<string, ColumnType>> = {
  ...{ n: 'UInt32', s: 'String', list: 'Array(String)', tiny: 'UInt8', sign: 'Int8' },
  ...{ big: 'UInt64', at: 'DateTime64(3)' },
}
const columns = Object.keys(TYPES)
const types = Object.values(TYPES)

const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    'ä',
    'x'.repeat(40),
    'x'.repeat(41),
    `${'x'.repeat(39)}ß`,
    '\0\n"\\\t',
    '😀'.repeat(50),
    'y'.repeat(20_000),
  ),
)
const rowOf = fc.tuple(
  words,
  fc.array(words, { maxLength: 200 }),
  fc.nat({ max: 255 }),
  fc.integer({ min: -128, max: 127 }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.integer({ min: 0, max: Date.UTC(2100, 0) - 1 }),
)

test('every value arrives as it was', async () => {
  let token = 0
  await fc.assert(
    fc.asyncProperty(fc.array(rowOf, { minLength: 1, maxLength: 20 }), async (values) => {
      await engine.command({ sql: 'truncate table every_type', params: {} })
      const rows = values.map((row, n) => [n, ...row])
      await engine.insert('every_type', { columns, rows: toBinary(types, rows), token: `every${token++}` })
      const found = await engine.rows<Record<string, unknown>>({
        sql: `select n, hex(s) as s, arrayMap(x -> hex(x), list) as list, tiny, sign, toString(big) as big, toUnixTimestamp64Milli(at) as at from every_type order by n`,
        params: {},
      })
      const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase()
      assert.deepEqual(
        found.map((row) => ({ ...row, at: Number(row['at']) })),
        values.map(([s, list, tiny, sign, big, at], n) => ({
          ...{ n, s: hex(s), list: list.map(hex), tiny, sign, big: String(big), at },
        })),
      )
    }),
    { numRuns: 40 },
  )
})

test('rows that are not wanted are left out, and no row is torn where a chunk ends', async () => {
  const rows = binaryRows(['UInt32', 'String'])
  const text = (n: number) => String.fromCharCode(97 + (n % 26)).repeat((n * 7919) % 9000)
  const many = Array.from({ length: 1000 }, (_, n) => n)
  for (const n of many) rows.add([n, text(n)])
  const isWanted = (n: number) => n % 5 !== 3
  const pieces = rows.pieces(isWanted)
  assert.deepEqual(
    Buffer.concat(pieces),
    Buffer.concat(many.filter(isWanted).flatMap((n) => toBinary(['UInt32', 'String'], [[n, text(n)]]))),
  )
  assert.ok(rows.pieces().length < 10, 'neighbours are one piece')
})
