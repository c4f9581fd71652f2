import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { softwareAuthenticator } from './testing/authenticator.ts'
import { openTestPlatform, signUp } from './testing/platform.ts'

const platform = await openTestPlatform({ after })
const { identity } = platform

test('a passkey is registered, opens a session without a password, and only for the challenge and page it was made for', async () => {
  const authenticator = softwareAuthenticator(platform.publicUrl)
  const owner = await signUp(platform, platform.browser(), { name: 'Ada', email: 'ada@p.example' })
  const offered = await owner.ask('GET', '/passkey/generate-register-options')
  assert.equal(offered.status, 200, JSON.stringify(offered.body))
  const challenge = String(offered.body['challenge'])
  const elsewhere = await owner.ask('POST', '/passkey/verify-registration', {
    response: authenticator.register(challenge, 'https://evil.example'),
    name: 'laptop',
  })
  assert.ok(elsewhere.status >= 400, 'a key made on another page is refused')
  const { body } = await owner.ask('GET', '/passkey/generate-register-options')
  const made = await owner.ask('POST', '/passkey/verify-registration', {
    response: authenticator.register(String(body['challenge'])),
    name: 'laptop',
  })
  assert.equal(made.status, 200, JSON.stringify(made.body))

  const browser = platform.browser()
  const asked = await browser.ask('GET', '/passkey/generate-authenticate-options')
  const stale = authenticator.signIn(challenge)
  assert.ok((await browser.ask('POST', '/passkey/verify-authentication', { response: stale })).status >= 400)
  assert.equal(await identity.sessionOf(browser.headers()), undefined)

  const again = await browser.ask('GET', '/passkey/generate-authenticate-options')
  assert.notEqual(again.body['challenge'], asked.body['challenge'])
  const response = authenticator.signIn(String(again.body['challenge']))
  const entered = await browser.ask('POST', '/passkey/verify-authentication', { response })
  assert.equal(entered.status, 200, JSON.stringify(entered.body))
  assert.equal((await identity.sessionOf(browser.headers()))?.email, 'ada@p.example')

  const replayed = platform.browser()
  assert.ok((await replayed.ask('POST', '/passkey/verify-authentication', { response })).status >= 400)
  assert.equal(await identity.sessionOf(replayed.headers()), undefined)
})

test('another person’s passkey is neither listed nor deleted', async () => {
  const stranger = await signUp(platform, platform.browser(), { name: 'Ben', email: 'ben@p.example' })
  const { rows } = await platform.control.pool.query('select id from identity.passkey')
  const { status } = await stranger.ask('POST', '/passkey/delete-passkey', { id: rows[0].id })
  assert.ok(status >= 400 && status < 500, String(status))
  assert.equal((await platform.control.pool.query('select id from identity.passkey')).rows.length, 1)
})
