import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { fillOrganisation } from '../../src/api/testing/fill.ts'
import { openTestPlatform } from '../../src/api/testing/test-api.ts'
import { LIVE_TEXTS } from '../../src/lib/testing/live-texts.ts'
import { activityEvent } from '../../src/store/clickhouse/testing/events.ts'
import { launchBrowser } from './browser.ts'
import { servePortal } from './served.ts'
import { signInAs, watchPage } from './visit.ts'

/** Abuse test 11 in the portal: names of people that are markup, templates and addresses. */

const NAMES = Object.entries(LIVE_TEXTS)
const hasRun = (page: Page) => page.evaluate(() => (globalThis as { ran?: true }).ran === true)

async function opened(t: TestContext) {
  const platform = await openTestPlatform(t)
  const url = platform.options.publicUrl
  const api = await servePortal(t, platform)
  const admin = await api.signIn('customer')
  const organisationId = await fillOrganisation(platform, admin, 'LIVE')
  const { items } = (await admin('GET', '/api/v1/connections')).json as { items: { id: string }[] }
  const connectionId = items[0]?.id ?? ''
  const source = { organisationId, connectionId, appId: 'northwind-docs', stream: 'sign_ins' }
  await platform.stores.activity.append(
    source,
    NAMES.map(([kind, name]) =>
      activityEvent(kind, {
        timeMs: Date.now() - 60_000,
        with: {
          message: name,
          actor: { user: { uid: kind, name } },
          user: { name },
          src_endpoint: { ip: name },
        },
      }),
    ),
  )
  await platform.stores.control.within(organisationId, (tx) =>
    tx
      .updateTable('inventory')
      .set({ name: LIVE_TEXTS['image'] ?? '' })
      .execute(),
  )
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  page.on('dialog', (dialog) => assert.fail(dialog.message()))
  await signInAs(page, url, 'customer')
  return { page, context, url, connectionId }
}

test('names that are markup, templates or addresses are shown byte for byte and do nothing, in list, facets, event and accounts', async (t) => {
  const { page, context, url, connectionId } = await opened(t)
  const complaints = watchPage(page)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).origin))

  await page.goto(`${url}/activity?last=24h`)
  await page.getByTestId('events').waitFor()
  const list = await page.locator('body').evaluate((body) => body.textContent ?? '')
  assert.deepEqual(await spills(page), [], 'no direction reaches the words beside it')
  for (const [kind, name] of NAMES) assert.ok(list.split(name).length > 2, `${kind} in list and facets`)

  for (const [kind, name] of NAMES) {
    await page.goto(`${url}/activity/${connectionId}/${kind}`)
    const title = page.locator('h1').first()
    await title.waitFor()
    assert.equal(await title.evaluate((heading) => heading.textContent), name, kind)
    const fact = page.locator('dd a').first()
    assert.equal(await fact.evaluate((link) => link.textContent), name, kind)
    assert.equal(new URL((await fact.getAttribute('href')) ?? '', url).origin, url, kind)
    const shown = await page.getByTestId('json-Normalised (OCSF)').evaluate((code) => code.textContent ?? '')
    assert.deepEqual(await spills(page), [], kind)
    assert.equal((JSON.parse(shown) as { message: string }).message, name, kind)
  }
  await page.goto(`${url}/accounts`)
  await page
    .getByText(LIVE_TEXTS['image'] ?? '', { exact: true })
    .first()
    .waitFor()

  assert.equal(await hasRun(page), false)
  assert.deepEqual(complaints, [])
  assert.deepEqual([...new Set(asked)], [url], 'asked of nobody else')

  // Control: where markup is made of them, they run; and where it is made of them in a page of ours, its policy stops them.
  const live = NAMES.map(([, name]) => name).join('')
  const control = await context.newPage()
  await control.setContent(`<!doctype html>${live}`)
  assert.equal(await hasRun(control), true, 'control: they would run')
  assert.notDeepEqual(await spills(control), [], 'control: a direction would reach the rest')
  await page.evaluate((markup) => document.body.insertAdjacentHTML('beforeend', markup), live)
  await page.waitForFunction(() => document.querySelector('img[src="none:"]') !== null)
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.equal(await hasRun(page), false, 'the policy of the page stops them')
})

/** Texts with a character for direction whose innermost box is not a paragraph of its own for the browser's ordering. */
const spills = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const box = node.parentElement
      if (box === null || !/\p{Bidi_Control}/u.test(node.textContent ?? '')) continue
      const { display, unicodeBidi } = getComputedStyle(box)
      const isApart = display !== 'inline' || unicodeBidi.startsWith('isolate') || unicodeBidi === 'plaintext'
      const isAlone = box.childNodes.length === 1
      if (!(isApart && isAlone)) found.push(`${box.outerHTML.slice(0, 120)}`)
    }
    return found
  })
