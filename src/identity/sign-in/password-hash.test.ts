import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPasswordHash } from './password-hash.ts'

test('a password is verified, another is not, and no hash comes twice', async () => {
  const { hash, verify } = openPasswordHash()
  const [one, two] = await Promise.all([hash('correct horse'), hash('correct horse')])
  assert.notEqual(one, two)
  assert.equal(await verify({ hash: one, password: 'correct horse' }), true)
  assert.equal(await verify({ hash: one, password: 'wrong horse' }), false)
})

test('a flood is refused beyond its queue, the rest is served, and then everybody again', async () => {
  const { hash } = openPasswordHash({ atOnce: 2, waiting: 3 })
  const flood = await Promise.allSettled(Array.from({ length: 12 }, () => hash('x')))
  assert.equal(flood.filter(({ status }) => status === 'fulfilled').length, 5)
  for (const outcome of flood) if (outcome.status === 'rejected') assert.equal(outcome.reason.statusCode, 503)
  assert.ok(await hash('x'))
})

test('control: without a limit every one of them is hashed at once', async () => {
  const { hash } = openPasswordHash({ atOnce: Number.POSITIVE_INFINITY })
  const flood = await Promise.allSettled(Array.from({ length: 12 }, () => hash('x')))
  assert.equal(flood.filter(({ status }) => status === 'fulfilled').length, 12)
})
