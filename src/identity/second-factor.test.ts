import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Browser } from './testing/browser.ts'
import { openTestPlatform, PASSWORD, signUp } from './testing/platform.ts'
import { base32, totp } from './testing/totp.ts'

const platform = await openTestPlatform({ after })
const { identity } = platform

async function enrol(name: string) {
  const email = `${name}@f.example`
  const browser = await signUp(platform, platform.browser(), { name, email })
  const { body: organisation } = await browser.ask('POST', '/organization/create', { name, slug: name })
  const { body } = await browser.ask('POST', '/two-factor/enable', { password: PASSWORD })
  const secret = base32(new URL(String(body['totpURI'])).searchParams.get('secret') ?? '')
  const verified = await browser.ask('POST', '/two-factor/verify-totp', { code: totp(secret) })
  assert.equal(verified.status, 200, JSON.stringify(verified.body))
  const backupCodes = body['backupCodes'] as string[]
  return { email, browser, secret, backupCodes, organisationId: String(organisation['id']) }
}
const signIn = (browser: Browser, email: string) =>
  browser.ask('POST', '/sign-in/email', { email, password: PASSWORD })

test('with a second factor a password opens nothing; the code does; both are in the trail', async () => {
  const { email, secret, organisationId } = await enrol('ada')
  const browser = platform.browser()
  const first = await signIn(browser, email)
  assert.equal(first.body['twoFactorRedirect'], true)
  assert.equal(await identity.sessionOf(browser.headers()), undefined, 'no session from the password alone')
  const wrong = await browser.ask('POST', '/two-factor/verify-totp', { code: '000000' })
  assert.equal(wrong.status, 401)
  assert.equal(await identity.sessionOf(browser.headers()), undefined)
  const right = await browser.ask('POST', '/two-factor/verify-totp', { code: totp(secret) })
  assert.equal(right.status, 200, JSON.stringify(right.body))
  assert.equal((await identity.sessionOf(browser.headers()))?.email, email)
  const actions = (await identity.audit.list(organisationId)).map(({ action }) => action).toReversed()
  assert.deepEqual(actions, ['organisation.create', 'two_factor.begin', 'two_factor.enable', 'session.begin'])
})

test('a backup code opens once', async () => {
  const { email, backupCodes } = await enrol('ben')
  const code = backupCodes[0]
  const browser = platform.browser()
  await signIn(browser, email)
  assert.equal((await browser.ask('POST', '/two-factor/verify-backup-code', { code })).status, 200)
  assert.ok(await identity.sessionOf(browser.headers()))
  const again = platform.browser()
  await signIn(again, email)
  assert.equal((await again.ask('POST', '/two-factor/verify-backup-code', { code })).status, 401)
  assert.equal(await identity.sessionOf(again.headers()), undefined)
})

test('GHSA-xg6x-h9c9-2m83: what the password step leaves in the browser is no session, cached or otherwise', async () => {
  const { email } = await enrol('cleo')
  const browser = platform.browser()
  const { setCookies } = await signIn(browser, email)
  const names = setCookies.filter((line) => !/max-age=0/i.test(line)).map((line) => line.split('=')[0])
  assert.deepEqual(names, ['fairlead.two_factor'])
  // Every cookie the answer named, even those it deletes, sent as an attacker would who keeps them.
  const kept = new Headers({ cookie: setCookies.map((line) => line.split(';')[0]).join('; ') })
  assert.equal(await identity.sessionOf(kept), undefined)
})

test('secrets of second factors and backup codes are sealed in the database', async () => {
  const { secret, backupCodes } = await enrol('dana')
  const { rows } = await platform.control.pool.query('select * from identity."twoFactor"')
  const dump = JSON.stringify(rows)
  assert.ok(rows.length > 0)
  for (const canary of [secret.toString(), secret.toString('base64'), ...backupCodes])
    assert.equal(dump.includes(canary), false)
})
