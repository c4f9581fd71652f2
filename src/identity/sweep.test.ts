import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestPlatform, signUp } from './testing/platform.ts'

const platform = await openTestPlatform({ after })
const { pool } = platform.control

/** Table, column of time, and how old what ended is. */
const ENDED = [
  ['identity.session', '"expiresAt"', '1 second'],
  ['identity.verification', '"expiresAt"', '1 second'],
  ['identity.invitation', '"expiresAt"', '31 days'],
  ['outbox', 'created_at', '31 days'],
] as const
const counts = async () => {
  const found: Record<string, number> = {}
  for (const [table] of [...ENDED, ['identity."rateLimit"'] as const])
    found[table] = Number((await pool.query(`select count(*)::int as count from ${table}`)).rows[0]?.count)
  return found
}

test('what has ended of people’s sign-in is deleted, and nothing before', async () => {
  const ada = await signUp(platform, platform.browser(), { name: 'Ada', email: 'ada@one.example' })
  const made = await ada.ask('POST', '/organization/create', { name: 'One', slug: 'one' })
  const organizationId = made.body['id']
  await ada.ask('POST', '/organization/invite-member', {
    organizationId,
    email: 'ben@one.example',
    role: 'viewer',
  })
  await ada.ask('POST', '/request-password-reset', { email: 'ada@one.example' })
  const before = await counts()
  assert.deepEqual(
    Object.entries(before).filter(([, count]) => count === 0),
    [],
    'there is something of each',
  )
  await platform.identity.sweep()
  assert.deepEqual(await counts(), before)
  for (const [table, column, age] of ENDED)
    await pool.query(`update ${table} set ${column} = now() - interval '${age}'`)
  await pool.query(
    `update identity."rateLimit" set "lastRequest" = extract(epoch from now() - interval '25 hours') * 1000`,
  )
  await platform.identity.sweep()
  assert.deepEqual(Object.values(await counts()), [0, 0, 0, 0, 0])
  assert.equal((await ada.ask('GET', '/get-session')).status, 200)
  assert.equal(await platform.identity.sessionOf(ada.headers()), undefined)
})
