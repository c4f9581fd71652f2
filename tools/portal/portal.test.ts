import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { faintTextOf } from './contrast.ts'
import { type RunningDemo, startDemo } from './platform.ts'
import {
  connectDemoApp,
  namelessOf,
  openScreen,
  overflowOf,
  screensOf,
  signInAs,
  waitForEvents,
  watchPage,
} from './visit.ts'

const WITHIN_MS = 60_000
const PHONE = { width: 390, height: 844 }

let demo: RunningDemo
let browser: Browser
let customer: BrowserContext
let connectionId: string

before(async () => {
  demo = await startDemo()
  browser = await launchBrowser()
  customer = await browser.newContext({ viewport: { width: 1440, height: 900 } })
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('a fresh start leads through a real consent to the first events within a minute', async (t) => {
  const page = await customer.newPage()
  const complaints = watchPage(page)
  await signInAs(page, demo.url, 'customer')
  const { consentedAt, ...connected } = await connectDemoApp(page, demo.url)
  connectionId = connected.connectionId
  const seenAt = await waitForEvents(page, demo.url, WITHIN_MS)
  t.diagnostic(`first event ${((seenAt - consentedAt) / 1000).toFixed(1)} s after the consent`)
  assert.ok(seenAt - consentedAt < WITHIN_MS)

  await page.getByTestId('events').locator('tbody a').first().click()
  const normalised = JSON.parse(await page.getByTestId('json-Normalised (OCSF)').innerText())
  assert.equal(normalised.metadata.version, '1.8.0')
  const received = JSON.parse(await page.getByTestId('json-As received').innerText())
  assert.ok(Object.keys(received).length > 0)
  assert.equal(received.metadata, undefined, 'the record as received is not the event')
  assert.deepEqual(complaints, [])
})

test('every screen fits a phone, names its controls, can be read in both schemes and has nothing to complain of', async () => {
  const screens = await screensOf(customer, demo.url, connectionId)
  const phone = await browser.newContext({ viewport: PHONE, storageState: await customer.storageState() })
  const page = await phone.newPage()
  const complaints = watchPage(page)
  for (const screen of screens) {
    await openScreen(page, demo.url, screen)
    assert.equal(await overflowOf(page), 0, `${screen.name} is wider than the phone`)
    assert.deepEqual(await namelessOf(page), [], `${screen.name} has controls without a name`)
    await page.addStyleTag({ content: '* { transition: none !important }' })
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await faintTextOf(page), [], `${screen.name} is faint in the ${colorScheme} scheme`)
    }
  }
  assert.deepEqual(complaints, [])

  // The same questions find what is wrong where something is.
  await page.setContent(
    '<div style="width: 900px; color: #999">wide</div><button></button><script>missing()</script><img src="/nothing.png">',
  )
  assert.ok((await overflowOf(page)) > 0)
  assert.deepEqual(await namelessOf(page), ['<button></button>'])
  assert.deepEqual(await faintTextOf(page), ['2.8 wide'])
  assert.notDeepEqual(complaints, [])
  await phone.close()
})

test('a connection is changed in place: its name, and what it is for', async () => {
  const page = await customer.newPage()
  const complaints = watchPage(page)
  await page.goto(`${demo.url}/apps/${connectionId}/change`)
  assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true, 'nothing is another yet')
  await page.getByLabel('Name of this connection').fill('Northwind of the harbour')
  await page.getByRole('checkbox', { name: /posture/ }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.waitForURL(/\/apps\/con_\w+$/)
  await page.getByRole('heading', { name: 'Northwind of the harbour' }).waitFor()
  await page.getByRole('tab', { name: 'Access' }).click()
  await page.getByText('audit:read').waitFor()
  assert.equal(await page.getByText('Security settings for posture management').count(), 0)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('a viewer is offered what they may, and told why the rest is refused', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await signInAs(page, demo.url, 'viewer')
  await page.getByRole('link', { name: 'Accounts' }).waitFor()
  for (const name of ['API keys', 'Webhooks', 'Audit trail', 'Settings'])
    assert.equal(await page.getByRole('link', { name }).count(), 0, name)
  await page.goto(`${demo.url}/apps/${connectionId}`)
  await page.getByRole('tab', { name: 'Streams' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Actions', exact: true }).count(), 0)
  await page.goto(`${demo.url}/api-keys`)
  await page.getByText('NOT_ALLOWED').waitFor()
  await context.close()
})

test('a platform that is gone is said to be gone, with a way to try again', async () => {
  const page = await customer.newPage()
  await page.goto(`${demo.url}/activity`)
  await page.getByTestId('events').waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByLabel('Events, in days').fill('200')
  await demo.stop()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The platform does not answer.').waitFor()
  await page.getByRole('link', { name: 'Activity' }).click()
  await page.getByRole('button', { name: 'Try again' }).first().waitFor()
})
