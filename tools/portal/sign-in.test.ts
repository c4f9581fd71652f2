import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openTestPlatform } from '../../src/api/testing/test-api.ts'
import { base32, totp } from '../../src/identity/testing/totp.ts'
import { listOutbox } from '../../src/mail/outbox.ts'
import { openPhone, servePortal } from './served.ts'
import { namelessOf, signInAs } from './visit.ts'

const PASSWORD = 'correct horse battery staple'

/** The platform at localhost, a name that browsers make passkeys for, with a page on a phone. */
async function opened(t: TestContext) {
  const platform = await openTestPlatform(t)
  const url = platform.options.publicUrl
  await servePortal(t, platform)
  const { context, page } = await openPhone(t, url)
  return { platform, url, page, context }
}

async function signOut(page: Page, url: string): Promise<void> {
  await page.context().clearCookies()
  await page.goto(`${url}/sign-in`)
}
const isIn = (page: Page) => page.waitForURL(/\/apps$/)

test('a passkey made in the portal opens it; one that was removed does not, nor does a device without one', async (t) => {
  const { url, page, context } = await opened(t)
  const devices = await context.newCDPSession(page)
  await devices.send('WebAuthn.enable')
  const options = {
    ...({ protocol: 'ctap2', transport: 'internal' } as const),
    ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    automaticPresenceSimulation: true,
  }
  const { authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', { options })
  const keys = async () => (await devices.send('WebAuthn.getCredentials', { authenticatorId })).credentials

  await page.goto(`${url}/profile`)
  await page.getByLabel('Name of a new passkey').fill('My laptop')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const remove = page.getByRole('button', { name: 'Remove My laptop' })
  await remove.waitFor()
  const [key] = await keys()
  await page.getByLabel('Name of a new passkey').fill('Again')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('This device has a passkey of yours already').waitFor()
  assert.deepEqual([key?.rpId, key?.isResidentCredential], ['localhost', true])
  assert.deepEqual(await namelessOf(page), [])

  await signOut(page, url)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await isIn(page)
  assert.equal((await keys())[0]?.signCount, (key?.signCount ?? 0) + 1)

  await page.goto(`${url}/profile`)
  await remove.click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await remove.waitFor({ state: 'detached' })
  await signOut(page, url)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByText('PASSKEY_NOT_FOUND').waitFor()
  assert.equal(new URL(page.url()).pathname, '/sign-in')
  assert.equal((await keys()).length, 1, 'the device still has it: the platform refused')

  await devices.send('WebAuthn.clearCredentials', { authenticatorId })
  await page.reload()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByText('No passkey was chosen').waitFor()
})

test('a code of an authenticator is asked for after the password; a backup code stands in for it, once', async (t) => {
  const { platform, url, page } = await opened(t)
  await page.goto(`${url}/profile`)
  await page.getByRole('button', { name: 'Set one by letter' }).click()
  await page.getByText('A letter is on its way').waitFor()
  const [letter] = await listOutbox(platform.stores.control)
  await page.goto(/https?:\S+/.exec(letter?.text ?? '')?.[0] ?? '')
  await page.getByRole('textbox', { name: 'New password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Set it' }).click()
  await page.getByText('Your password was set').waitFor()
  const withPassword = async () => {
    await signOut(page, url)
    await page.getByLabel('E-mail').fill(letter?.to ?? '')
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await signInAs(page, url, 'customer')
  await page.goto(`${url}/profile`)
  await page.getByRole('textbox', { name: 'Your password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await page.getByRole('button', { name: 'Copy the codes' }).waitFor()
  const shown = await page.locator('pre').allInnerTexts()
  const secret = base32((shown[0] ?? '').replaceAll(' ', ''))
  const [backup = ''] = (shown[1] ?? '').split(/\s+/)
  const type = async (code: string) => {
    await page.getByLabel('Digit 1 of 6').click()
    await page.keyboard.type(code)
  }
  await type(totp(secret))
  await page.getByText('The second factor is on').waitFor()

  await withPassword()
  await page.getByText('The six digits that your authenticator shows').waitFor()
  await type(totp(secret, Date.now() - 3_600_000))
  await page.getByText('INVALID_CODE').waitFor()
  assert.equal(await page.getByLabel('Digit 6 of 6').inputValue(), '', 'what was wrong is not sent again')
  assert.equal(new URL(page.url()).pathname, '/sign-in')
  await type(totp(secret))
  await isIn(page)

  for (const opens of [true, false]) {
    await withPassword()
    await page.getByRole('button', { name: 'Use a backup code' }).click()
    await page.getByLabel('A backup code').fill(backup)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    if (opens) await isIn(page)
    else await page.getByText('INVALID_BACKUP_CODE').waitFor()
  }
  assert.equal(new URL(page.url()).pathname, '/sign-in')
})
