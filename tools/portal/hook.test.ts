import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { faintTextOf } from './contrast.ts'
import { startDemo } from './platform.ts'
import { connectDemoApp, namelessOf, overflowOf, signInAs, watchPage } from './visit.ts'

const SECRET = 'the-app-showed-this-once'

/** Delivers as the app does, to whatever address it was given. */
function deliver(address: string, secret: string): Promise<Response> {
  const [time, at] = [String(Math.floor(Date.now() / 1000)), new Date().toISOString()]
  const event = { id: 'psh_1', at, kind: 'malware.found', severity: 'high', title: 'Malware' }
  const body = JSON.stringify({ type: 'events', delivery: 'one', events: [event] })
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  const headers = { 'x-northwind-time': time, 'x-northwind-signature': `v1=${signature}` }
  return fetch(address, { method: 'POST', headers, body })
}

/** It fits, has names, and can be read, wide and narrow, light and dark. */
async function looksRight(page: Page, name: string): Promise<void> {
  await page.addStyleTag({ content: '* { transition: none !important; animation: none !important }' })
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    assert.equal(await overflowOf(page), 0, `${name} at ${width}`)
    assert.deepEqual(await namelessOf(page), [])
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await faintTextOf(page), [], `${name} ${colorScheme}`)
    }
  }
}

test('whoever connects an app that delivers is told where to, gives the secret, and sees the first delivery', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await context.newPage()
  const complaints = watchPage(page)
  await signInAs(page, demo.url, 'customer')
  const { connectionId } = await connectDemoApp(page, demo.url)

  const left = page.getByTestId('hooks-left')
  await left.getByText('Not set').waitFor()
  assert.equal(await page.getByTestId('hook').count(), 1, 'said once on a page')
  await looksRight(page, 'connected')
  await left.getByRole('button', { name: 'Copy the address' }).click()
  await left.getByRole('button', { name: 'copied' }).waitFor()
  const address = await page.evaluate('navigator.clipboard.readText()')
  assert.equal(address, `${demo.url}/hooks/${connectionId}/northwind/events`)

  // The app does not wait for us: what it sends before the secret is given is refused, and that is said.
  assert.equal((await deliver(String(address), SECRET)).status, 401)
  await page.goto(`${demo.url}/apps/${connectionId}`)
  const streams = page.getByTestId('streams')
  await streams.getByText('The app delivers, and the secret “Signing secret” is not given').waitFor()
  await looksRight(page, 'refused')

  await page.setViewportSize({ width: 1440, height: 900 })
  await streams.getByRole('link', { name: 'Give it' }).click()
  await page.getByTestId('input-hook').fill(SECRET)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.waitForURL(/\/apps\/con_\w+$/)
  const hook = streams.getByTestId('hook')
  await hook.getByText('Set', { exact: true }).waitFor()
  assert.equal((await page.content()).includes(SECRET), false)
  await streams.getByText('Waiting for first delivery').waitFor()
  assert.equal((await deliver(String(address), SECRET)).status, 200)
  await streams.getByText('Waiting for first delivery').waitFor({ state: 'detached' })
  await looksRight(page, 'delivered')
  assert.deepEqual(complaints, [])
})
