import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib'
import { boundedInflate, type Compression } from './bounded-inflate.ts'

const MIB = 1024 * 1024
const TEXT = Buffer.from('an honest answer')
const PACKED: [name: string, compression: Compression, bytes: Uint8Array][] = [
  ['gzip', 'gzip', gzipSync(TEXT)],
  [
    'two gzip members in a row',
    'gzip',
    Buffer.concat([gzipSync(TEXT.subarray(0, 5)), gzipSync(TEXT.subarray(5))]),
  ],
  ['deflate', 'deflate', deflateSync(TEXT)],
  ['deflate without its zlib wrapper', 'deflate', deflateRawSync(TEXT)],
  ['brotli', 'br', brotliCompressSync(TEXT)],
]

for (const [name, compression, bytes] of PACKED) {
  test(`${name} is unpacked`, async () =>
    assert.deepEqual(Buffer.from(await boundedInflate(bytes, compression, MIB)), TEXT))

  test(`${name} cut short is no answer`, () =>
    assert.rejects(boundedInflate(bytes.subarray(0, bytes.length - 3), compression, MIB), {
      code: 'SOURCE_UNAVAILABLE',
    }))
}

test('a bomb stops at a megabyte or a hundred times its size, and memory stays flat; unpacked without a bound it explodes', async () => {
  const zeros = new Uint8Array(100 * MIB)
  const bombs: [Compression, Uint8Array][] = [
    ['gzip', gzipSync(zeros)],
    ['br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ['deflate', deflateSync(zeros)],
  ]
  const before = process.memoryUsage().rss
  for (const [compression, bytes] of bombs)
    await assert.rejects(boundedInflate(bytes, compression, 50 * MIB), { code: 'ANSWER_TOO_LARGE' })
  assert.ok(process.memoryUsage().rss - before < 64 * MIB)
  assert.equal(gunzipSync(bombs[0]![1]).length, 100 * MIB)
})

test('the size limit holds whatever the ratio', () =>
  assert.rejects(boundedInflate(gzipSync(TEXT), 'gzip', 4), { code: 'ANSWER_TOO_LARGE' }))

test('no bytes are no bytes', async () =>
  assert.equal((await boundedInflate(new Uint8Array(), 'gzip', 4)).length, 0))
