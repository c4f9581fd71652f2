import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../lib/secret.ts'
import type { Grant } from '../model/credential.ts'
import { NOTHING_KEPT } from './grant.ts'
import { openMemoryStore } from './memory-store.ts'

const grant = (generation: number): Grant => ({
  accessToken: new Secret('t'),
  kept: NOTHING_KEPT,
  generation,
})

test('updates see what the one before left, however many start at once', async () => {
  const store = openMemoryStore()
  const next = async (current: Grant | undefined) => {
    await Promise.resolve()
    return grant((current?.generation ?? 0) + 1)
  }
  const all = await Promise.all(Array.from({ length: 10 }, () => store.update(next)))
  assert.deepEqual(
    all.map(({ generation }) => generation),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
  assert.equal((await store.read())?.generation, 10)
})

test('an update that fails leaves what was there, and holds nobody up', async () => {
  const store = openMemoryStore(grant(1))
  await assert.rejects(
    store.update(() => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal((await store.read())?.generation, 1)
  assert.equal((await store.update(async () => grant(2))).generation, 2)
})
