import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestPlatform, PASSWORD, signUp } from './testing/platform.ts'

const platform = await openTestPlatform({ after })
const { identity, control } = platform
const first = { email: 'op@r.example', name: 'Omar', password: PASSWORD, organisation: 'Operations' }

test('the first administrator comes with the token of the console, once, and never again', async () => {
  const earlier = (await identity.firstRun.open())?.reveal() ?? ''
  const token = (await identity.firstRun.open())?.reveal() ?? ''
  assert.equal(await identity.firstRun.isOpen(), true)
  for (const wrong of ['', 'x', earlier, `${token} `])
    assert.deepEqual(await identity.firstRun.use({ ...first, token: wrong }), { refused: 'token' })

  await signUp(platform, platform.browser(), { name: 'Squatter', email: 'squatter@r.example' })
  const squatted = await identity.firstRun.use({ ...first, email: 'squatter@r.example', token })
  assert.deepEqual(squatted, { refused: 'email' }, 'whoever had the address before is not made the operator')

  const both = await Promise.all([
    identity.firstRun.use({ ...first, token }),
    identity.firstRun.use({ ...first, email: 'second@r.example', token }),
  ])
  const made = both.filter((outcome) => 'userId' in outcome)
  assert.equal(made.length, 1, 'of two at once one is made')

  const { rows } = await control.pool.query('select email from identity."user" where id = $1', [
    made[0]?.userId,
  ])
  const browser = platform.browser()
  const signedIn = await browser.ask('POST', '/sign-in/email', { email: rows[0].email, password: PASSWORD })
  assert.equal(signedIn.status, 200)
  const session = await identity.sessionOf(browser.headers())
  assert.deepEqual([session?.role, session?.kinds], ['admin', ['operator']])

  assert.equal(await identity.firstRun.isOpen(), false)
  assert.equal(await identity.firstRun.open(), undefined)
  await control.pool.query('delete from identity.organization; delete from identity."user"')
  assert.equal(
    await identity.firstRun.open(),
    undefined,
    'CVE-2026-28215: closed even when everybody is deleted',
  )
  assert.deepEqual(await identity.firstRun.use({ ...first, token }), { refused: 'token' })
})

test('the database holds no token', async () => {
  const { rows } = await control.pool.query('select * from first_run')
  assert.equal(rows.length, 1)
  assert.equal(rows[0].token_hash.length, 32)
})
