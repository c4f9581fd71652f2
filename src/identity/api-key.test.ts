import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '../lib/secret.ts'
import { apiKeyHasher, isApiKeyShaped, newApiKey, shownPartOf } from './api-key.ts'

test('a new key has its shape, a checksum, and is never the same twice', () => {
  const keys = Array.from({ length: 200 }, () => newApiKey().reveal())
  assert.equal(new Set(keys).size, 200)
  for (const key of keys) {
    assert.equal(key.length, 52)
    assert.ok(isApiKeyShaped(key), key)
  }
})

test('one wrong, missing or swapped character is noticed without asking anybody', () => {
  const key = newApiKey().reveal()
  for (let i = 0; i < key.length; i++) {
    const other = key[i] === 'x' ? 'y' : 'x'
    assert.equal(isApiKeyShaped(key.slice(0, i) + other + key.slice(i + 1)), false, `character ${i}`)
    assert.equal(isApiKeyShaped(key.slice(0, i) + key.slice(i + 1)), false, `without character ${i}`)
    const swapped = key.slice(0, i) + (key[i + 1] ?? '') + key[i] + key.slice(i + 2)
    assert.equal(isApiKeyShaped(swapped), swapped === key, `swapped at ${i}`)
  }
})

for (const text of [
  '',
  'fl_',
  'Bearer',
  `fl_${'0'.repeat(49)}`,
  `${newApiKey().reveal()}\n`,
  `x${newApiKey().reveal()}`,
])
  test(`${JSON.stringify(text.slice(0, 12))} is no key`, () => assert.equal(isApiKeyShaped(text), false))

test('the shown part leaves more than 200 bits unsaid', () => {
  const key = newApiKey().reveal()
  assert.equal(shownPartOf(key), key.slice(0, 9))
})

test('what is kept depends on the secret, and the key does not print itself', () => {
  const key = newApiKey()
  const [a, b] = [new Secret('one'), new Secret('two')].map((secret) => apiKeyHasher(secret)(key.reveal()))
  assert.equal(a?.length, 32)
  assert.notDeepEqual(a, b)
  assert.equal(inspect({ key }).includes(key.reveal()), false)
})
