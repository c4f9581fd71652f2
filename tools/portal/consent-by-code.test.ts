import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openTestPlatform } from '../../src/api/testing/test-api.ts'
import { openProvider } from '../../src/connect/testing/provider.ts'
import { consentAt } from '../../src/credentials/testing/authorization-server.ts'
import type { Catalog } from '../../src/platform/catalog.ts'
import { faintTextOf } from './contrast.ts'
import { openPhone, servePortal } from './served.ts'
import { namelessOf, overflowOf, watchPage } from './visit.ts'

/** The platform with one app that is connected by a code, at a real authorization server, and a browser on a phone. */
async function opened(t: TestContext) {
  const { server, connector, way, clock, offset } = await openProvider(t, 'any', { grant: 'device_code' })
  const catalog: Catalog = {
    ...{ all: () => [connector], get: () => connector, warm: async () => undefined },
    find: (id) => (id === 'acme' ? connector : undefined),
  }
  const platform = await openTestPlatform(t, { catalog, clock, wayTo: () => way })
  const url = platform.options.publicUrl
  await servePortal(t, platform)
  const { page } = await openPhone(t, url)
  return { server, url, page, offset }
}

const codeOn = async (page: Page) => {
  const code = page.getByTestId('user-code')
  await code.waitFor()
  return { text: (await code.innerText()).trim(), link: await page.getByRole('link', { name: 'Open Acme' }) }
}

test('the wizard shows a code, goes on by itself, and says what became of a code that failed', async (t) => {
  const { server, url, page, offset } = await opened(t)
  const complaints = watchPage(page)
  await page.goto(`${url}/catalog/acme/connect`)
  await page.getByTestId('next').click()
  await page.getByText('you are shown a code').waitFor()
  await page.getByTestId('input-client_id').fill('web')
  await page.getByTestId('create').click()
  const first = await codeOn(page)
  assert.match(first.text, /^[A-Z]{4}-[A-Z]{4}$/)
  assert.match((await first.link.getAttribute('href')) ?? '', /\/device\?user_code=/)
  assert.match(await page.getByRole('timer').innerText(), /good for (10:00|9:\d\d) minutes/)
  assert.equal(await overflowOf(page), 0)
  assert.deepEqual(await namelessOf(page), [])
  await page.addStyleTag({ content: '* { transition: none !important; animation: none !important }' })
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await faintTextOf(page), [], colorScheme)
  }

  // A page that is opened anew goes on with the same code.
  await page.reload()
  assert.equal((await codeOn(page)).text, first.text)
  await consentAt((await first.link.getAttribute('href')) ?? '', server, 'deny')
  await page.getByText('CONSENT_REFUSED').waitFor()
  await page.getByTestId('new-code').click()

  const second = await codeOn(page)
  assert.notEqual(second.text, first.text)
  offset.ms += 601_000
  await page.getByText('CONSENT_EXPIRED').waitFor()
  await page.getByTestId('new-code').click()

  const third = await codeOn(page)
  await consentAt((await third.link.getAttribute('href')) ?? '', server)
  await page.waitForURL(/\/apps\/con_/)
  await page.getByText('Acme is connected').waitFor()
  assert.deepEqual(complaints, [])
})
