import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { type SealKey, seal, unseal } from './seal.ts'
import { countingBytes } from './testing/acme.ts'

const own: SealKey = { key: Buffer.alloc(32, 7), binding: 'app\nhosts' }
const PLAIN = 'a plain text'
const sealed = seal(PLAIN, own, countingBytes())
const parts = sealed.split(':')

test('what was sealed opens with the same key and binding', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.string(),
      (plain, key, binding) => {
        const opened = unseal(seal(plain, { key, binding }, countingBytes()), { key, binding })
        assert.deepEqual(opened, { plain })
      },
    ),
    { seed: 3 },
  )
})

test('nothing of the text or the key shows, and sealing twice gives two texts', () => {
  const random = countingBytes()
  const [one, two] = [seal(PLAIN, own, random), seal(PLAIN, own, random)]
  assert.notEqual(one, two)
  const shown = Buffer.concat(one.split(':').map((part) => Buffer.from(part, 'base64url')))
  for (const hidden of [Buffer.from(PLAIN), Buffer.from(own.key).subarray(0, 8)])
    assert.ok(!shown.includes(hidden))
})

test('no text with one bit flipped anywhere opens', () => {
  const bytes = Buffer.from(sealed)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    const text = flipped.toString('latin1')
    // Base64 has spare bits at its end: a text may differ and mean the same bytes.
    if (sameBytes(text)) continue
    assert.ok('problem' in unseal(text, own), `bit ${bit}`)
  }
})

test('a tag cut short is refused, however short', () => {
  const tag = Buffer.from(parts[4]!, 'base64url')
  for (let length = 0; length < 16; length++) {
    const cut = [...parts.slice(0, 4), tag.subarray(0, length).toString('base64url'), parts[5]].join(':')
    assert.deepEqual(unseal(cut, own), { problem: 'damaged' })
  }
})

test('parts of two sealed texts do not open together', () => {
  const other = seal('another text', own, (size) => randomBytes(size)).split(':')
  for (const index of [3, 4, 5]) {
    const mixed = parts.map((part, i) => (i === index ? other[i] : part)).join(':')
    assert.deepEqual(unseal(mixed, own), { problem: 'damaged' }, `part ${index}`)
  }
})

test('a text sealed for another app or other hosts does not open, also when it claims to be ours', () => {
  const theirs: SealKey = { ...own, binding: 'app\nother hosts' }
  const text = seal(PLAIN, theirs, countingBytes())
  assert.deepEqual(unseal(text, own), { problem: 'other binding' })
  const relabelled = [...parts.slice(0, 3), ...text.split(':').slice(3)].join(':')
  assert.deepEqual(unseal(relabelled, own), { problem: 'damaged' })
})

test('a text sealed with another key does not open, also when it claims to be ours', () => {
  const text = seal(PLAIN, { ...own, key: Buffer.alloc(32, 8) }, countingBytes())
  assert.deepEqual(unseal(text, own), { problem: 'other key' })
  const relabelled = [...parts.slice(0, 3), ...text.split(':').slice(3)].join(':')
  assert.deepEqual(unseal(relabelled, own), { problem: 'damaged' })
})

test('what is no sealed text at all is damaged', () => {
  for (const text of ['', '{}', sealed.slice(0, -1), `${sealed}x:`, sealed.replace('sealed-1', 'sealed-2')])
    assert.deepEqual(unseal(text, own), { problem: 'damaged' })
})

test('a key of another length is a setting to correct', () => {
  for (const length of [0, 16, 31, 33, 64])
    assert.throws(() => seal(PLAIN, { ...own, key: Buffer.alloc(length) }, countingBytes()), {
      code: 'SETTING_INVALID',
    })
})

function sameBytes(text: string): boolean {
  const other = text.split(':')
  if (other.length !== parts.length || other[0] !== parts[0]) return false
  const bytes = (list: readonly string[]) =>
    list.slice(3).map((part) => Buffer.from(part, 'base64url').toString('hex'))
  return other[1] === parts[1] && other[2] === parts[2] && String(bytes(other)) === String(bytes(parts))
}
