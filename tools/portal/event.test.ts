import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fillOrganisation } from '../../src/api/testing/fill.ts'
import { openTestPlatform } from '../../src/api/testing/test-api.ts'
import { activityEvent } from '../../src/store/clickhouse/testing/events.ts'
import { launchBrowser } from './browser.ts'
import { faintTextOf } from './contrast.ts'
import { servePortal } from './served.ts'
import { namelessOf, overflowOf, signInAs, watchPage } from './visit.ts'

const DAY_MS = 86_400_000

/** The platform with what two people did: one for a month, one for the first time. */
async function opened(t: TestContext) {
  const platform = await openTestPlatform(t)
  const url = platform.options.publicUrl
  const api = await servePortal(t, platform)
  const admin = await api.signIn('customer')
  const organisationId = await fillOrganisation(platform, admin, 'EVENT')
  const { items } = (await admin('GET', '/api/v1/connections')).json as { items: { id: string }[] }
  const connectionId = items[0]?.id ?? ''
  const signIn = (uid: string, email: string, { ip = '192.0.2.1', daysAgo = 0 } = {}) =>
    activityEvent(uid, {
      timeMs: Date.now() - 60_000 - daysAgo * DAY_MS,
      with: {
        ...{ actor: { user: { email_addr: email } }, user: { email_addr: email } },
        src_endpoint: { ip, location: { country: 'NL' }, autonomous_system: { number: 64_500 } },
      },
    })
  const source = { organisationId, connectionId, appId: 'northwind-docs', stream: 'sign_ins' }
  await platform.stores.activity.append(source, [
    signIn('odd', 'ada@acme.example', { ip: '203.0.113.9' }),
    ...Array.from({ length: 60 }, (_, i) => signIn(`e${i}`, 'ada@acme.example', { daysAgo: 1 + (i % 20) })),
    signIn('first', 'new@acme.example'),
  ])
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await signInAs(page, url, 'customer')
  return { page, addressOf: (uid: string) => `${url}/activity/${connectionId}/${uid}` }
}

test('the event page marks what is uncommon for its user, quietly says the rest, and of a new user nothing', async (t) => {
  const { page, addressOf } = await opened(t)
  const complaints = watchPage(page)
  await page.goto(addressOf('odd'))
  await page.getByText('Compared with what ada@acme.example did').waitFor()
  const factOf = (label: string) =>
    page.locator('dl > div').filter({ has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) })
  assert.match(await factOf('IP address').innerText(), /203\.0\.113\.9\s+uncommon\s+never in 60 events/i)
  assert.match(await factOf('Country').innerText(), /Netherlands\s+60 of 60 events/)
  assert.match(await factOf('AS number').innerText(), /64500\s+60 of 60 events/)
  assert.equal(await page.getByText('uncommon', { exact: true }).count(), 1)
  await factOf('Country').getByText('60 of 60 events').focus()
  await page.getByText(/first seen .*, last seen /).waitFor()
  assert.equal(await overflowOf(page), 0)
  assert.deepEqual(await namelessOf(page), [])
  await page.addStyleTag({ content: '* { transition: none !important; animation: none !important }' })
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await faintTextOf(page), [], colorScheme)
  }

  await page.goto(addressOf('first'))
  await page.getByText('Not enough history of new@acme.example').waitFor()
  assert.equal(await page.getByText('uncommon', { exact: true }).count(), 0)
  assert.equal(await page.getByText(/of \d+ events/).count(), 0)
  assert.deepEqual(complaints, [])
})
