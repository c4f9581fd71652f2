import { setTimeout } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'

/** Fills in and consents as a person does; the browser is on the connection's page afterwards. */
export async function connectDemoApp(
  page: Page,
  url: string,
): Promise<{ readonly connectionId: string; readonly consentedAt: number }> {
  await page.goto(`${url}/apps`)
  await page.getByTestId('to-catalog').click()
  await page.getByTestId('app-northwind-docs').click()
  await page.getByTestId('connect').click()
  await page.getByTestId('next').click()
  for (const [name, value] of Object.entries(GIVEN)) {
    const field = page.getByTestId(`input-${name}`)
    if ((await field.count()) > 0) await field.fill(value)
  }
  await page.getByTestId('create').click()
  await page.getByRole('button', { name: 'Allow' }).click()
  const consentedAt = Date.now()
  await page.waitForURL(/\/apps\/con_/)
  const connectionId = /\/apps\/(con_\w+)/.exec(page.url())?.[1] ?? ''
  return { connectionId, consentedAt }
}

/** The invented app's consent page knows every client but those that begin with `wrong`. */
const GIVEN = { workspace: 'acme', client_id: 'fairlead-demo', client_secret: 'a-secret-of-the-demo' }

export async function signInAs(page: Page, url: string, person: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByTestId(`person-${person}`).click()
  await page.waitForURL(/\/apps$/)
}

/** Waits until the explorer shows an event. @returns when it did */
export async function waitForEvents(page: Page, url: string, timeoutMs: number): Promise<number> {
  const endMs = Date.now() + timeoutMs
  while (Date.now() < endMs) {
    await page.goto(`${url}/activity?last=30d`)
    const first = page.getByTestId('events').locator('tbody tr').first()
    const isThere = await first.waitFor({ timeout: 1_500 }).then(
      () => true,
      () => false,
    )
    if (isThere) return Date.now()
  }
  throw new Error(`no event after ${timeoutMs} ms`)
}

/** What a page must not say: errors on its console, failures of its own, answers that are errors. */
export function watchPage(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`${page.url()}: ${answer.status()} ${answer.url()}`)
  })
  return complaints
}

type Item = { readonly id: string; readonly uid: string; readonly connection: string }

const FILLED_MS = 30_000

export type Screen = {
  readonly name: string
  readonly path: string
  /** Before it is opened. */
  readonly arrange?: (page: Page) => Promise<unknown>
  /** Once it is there. */
  readonly prepare?: (page: Page) => Promise<void>
  /** The platform refuses it something, and is meant to. */
  readonly isRefused?: boolean
  /** It is looked at while it still loads. */
  readonly isUnsettled?: boolean
}

/** Every screen, once the first sync has brought something for each to show. */
export async function screensOf(
  context: BrowserContext,
  url: string,
  connectionId: string,
): Promise<readonly Screen[]> {
  const first = async (path: string): Promise<Item> => {
    const endMs = Date.now() + FILLED_MS
    while (Date.now() < endMs) {
      const answer = await context.request.get(`${url}/api/v1/${path}`)
      const { items } = (await answer.json()) as { items: readonly Item[] }
      if (items[0] !== undefined) return items[0]
      await setTimeout(500)
    }
    throw new Error(`${path}: still nothing`)
  }
  const event = await first('activity?limit=1&where=status:is:Failure')
  const account = await first('accounts?limit=1&admin=true')
  const grant = await first('accounts?limit=1&kind=grants')
  return [
    { name: 'catalog', path: '/catalog' },
    { name: 'listing', path: '/catalog/northwind-docs' },
    { name: 'connect', path: '/catalog/northwind-docs/connect' },
    {
      name: 'connect-details',
      path: '/catalog/northwind-docs/connect',
      prepare: (page) => page.getByTestId('next').click(),
    },
    { name: 'apps', path: '/apps' },
    { name: 'instance', path: `/apps/${connectionId}` },
    ...['runs', 'quarantine', 'access'].map((tab) => ({
      name: `instance-${tab}`,
      path: `/apps/${connectionId}?tab=${tab}`,
    })),
    { name: 'instance-change', path: `/apps/${connectionId}/change` },
    { name: 'activity', path: '/activity?last=30d' },
    { name: 'activity-filtered', path: '/activity?last=30d&where=["status:is:Failure"]' },
    { name: 'activity-none', path: '/activity?last=1h&text=nothing-has-this-word' },
    { name: 'event', path: `/activity/${event.connection}/${encodeURIComponent(event.uid)}` },
    { name: 'accounts', path: '/accounts' },
    { name: 'accounts-none', path: '/accounts?search=nobody-has-this-name' },
    { name: 'account', path: `/accounts/${account.id}` },
    { name: 'grant', path: `/inventory/${grant.id}` },
    { name: 'inventory', path: '/inventory' },
    { name: 'inventory-settings', path: '/inventory?kind=settings' },
    { name: 'members', path: '/members' },
    { name: 'members-invite', path: '/members', prepare: (page) => page.getByTestId('invite').click() },
    { name: 'api-keys', path: '/api-keys' },
    {
      name: 'api-keys-new',
      path: '/api-keys',
      prepare: (page) => page.getByTestId('create-key').first().click(),
    },
    { name: 'webhooks', path: '/webhooks' },
    {
      name: 'webhooks-new',
      path: '/webhooks',
      prepare: (page) => page.getByTestId('create-webhook').first().click(),
    },
    { name: 'audit', path: '/audit', prepare: (page) => page.getByTestId('verify').click() },
    { name: 'settings', path: '/settings' },
    { name: 'profile', path: '/profile' },
  ]
}

/** Opens a screen and waits until nothing is loading. */
export async function openScreen(page: Page, url: string, screen: Screen): Promise<void> {
  await screen.arrange?.(page)
  await page.goto(`${url}${screen.path}`)
  if (screen.isUnsettled === true) await page.locator('[role=status][aria-label]').waitFor()
  else await settled(page)
  if (screen.prepare === undefined) return
  await screen.prepare(page)
  await settled(page)
}

async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForSelector('[role=status][aria-label]', { state: 'detached' })
}

/** How many pixels wider than the window the page is; what scrolls in its own box does not count. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as Window
    return document.documentElement.scrollWidth - document.documentElement.clientWidth
  })

/** Controls that have no name for whoever does not see them: each as its markup. */
export const namelessOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as Window
    return [...document.querySelectorAll('button, a[href], input:not([type=hidden]), textarea')]
      .filter((control) => control.checkVisibility() && control.closest('[aria-hidden=true]') === null)
      .filter(
        (control) =>
          (control.textContent ?? '').trim() === '' &&
          !control.hasAttribute('aria-label') &&
          !control.hasAttribute('aria-labelledby') &&
          (control.labels?.length ?? 0) === 0 &&
          control.querySelector('[aria-label], img[alt]:not([alt=""])') === null,
      )
      .map((control) => control.outerHTML.slice(0, 200))
  })

/** As much of the browser's window as is asked here. */
type Window = {
  readonly document: {
    readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number }
    readonly querySelectorAll: (selector: string) => Iterable<Control>
  }
}
type Control = {
  readonly textContent: string | null
  readonly outerHTML: string
  readonly labels?: { readonly length: number } | null
  readonly hasAttribute: (name: string) => boolean
  readonly querySelector: (selector: string) => unknown
  readonly closest: (selector: string) => unknown
  readonly checkVisibility: () => boolean
}
