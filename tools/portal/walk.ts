/** `node tools/portal/walk.ts FOLDER`: walks through the portal as the demo's customer and keeps a picture of every screen. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { faintTextOf } from './contrast.ts'
import { startDemo } from './platform.ts'
import { statesOf } from './states.ts'
import {
  connectDemoApp,
  namelessOf,
  openScreen,
  overflowOf,
  type Screen,
  screensOf,
  signInAs,
  waitForEvents,
  watchPage,
} from './visit.ts'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const
const SCHEMES = ['light', 'dark'] as const
const MOVEMENT_MS = 400
/** Before anything is connected. */
const EMPTY = ['apps', 'activity', 'accounts', 'inventory', 'members'] as const
const TALL_PX = 3000

const folder = process.argv[2]
if (folder === undefined) {
  process.stderr.write('node tools/portal/walk.ts FOLDER\n')
  process.exit(2)
}
const say = (text: string): void => void process.stdout.write(`${text}\n`)
await mkdir(folder, { recursive: true })
const demo = await startDemo()
const browser = await launchBrowser()
try {
  await walk(browser, demo.url, folder)
} finally {
  await browser.close()
  await demo.stop()
}

async function walk(browser: Browser, url: string, folder: string): Promise<void> {
  const context = await browser.newContext({ viewport: SIZES[0] })
  const page = await context.newPage()
  const complaints = watchPage(page)
  await signInAs(page, url, 'customer')
  for (const name of EMPTY) {
    await openScreen(page, url, { name, path: `/${name}` })
    await picture(page, join(folder, `empty-${name}.png`))
  }
  const { connectionId, consentedAt } = await connectDemoApp(page, url)
  await page.locator('h1').waitFor()
  await picture(page, join(folder, 'first-sync.png'))
  const seconds = ((await waitForEvents(page, url, 60_000)) - consentedAt) / 1000
  say(`first event ${seconds.toFixed(1)} s after the consent`)
  const screens = await screensOf(context, url, connectionId)
  const states = statesOf(connectionId)
  const session = await context.storageState()
  for (const viewport of SIZES)
    for (const colorScheme of SCHEMES) {
      const look = await browser.newContext({ viewport, colorScheme, storageState: session })
      await pictures(await look.newPage(), {
        url,
        folder,
        suffix: `${viewport.width}-${colorScheme}`,
        screens: isLook(viewport.width, colorScheme) ? [...screens, ...states] : screens,
      })
      await look.close()
    }
  for (const complaint of complaints) say(`console: ${complaint}`)
}

/** States are looked at once in each scheme and once at each width. */
function isLook(width: number, colorScheme: string): boolean {
  return (width === SIZES[0].width) === (colorScheme === SCHEMES[0])
}

type Look = {
  readonly url: string
  readonly folder: string
  readonly suffix: string
  readonly screens: readonly Screen[]
}

async function pictures(page: Page, { url, folder, suffix, screens }: Look): Promise<void> {
  const complaints = watchPage(page)
  const expected = new Set<string>()
  for (const screen of screens) {
    const known = complaints.length
    await openScreen(page, url, screen)
    await picture(page, join(folder, `${screen.name}-${suffix}.png`))
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    const overflow = await overflowOf(page)
    if (overflow > 0) say(`${screen.name} at ${suffix}: ${overflow} px too wide`)
    for (const text of await faintTextOf(page)) say(`${screen.name} at ${suffix}: faint: ${text}`)
    for (const control of await namelessOf(page)) say(`${screen.name} at ${suffix}: no name: ${control}`)
    if (screen.isRefused === true) for (const complaint of complaints.slice(known)) expected.add(complaint)
  }
  await page.context().clearCookies()
  await page.goto(`${url}/sign-in`)
  await page.getByTestId('person-customer').waitFor()
  await picture(page, join(folder, `sign-in-${suffix}.png`))
  for (const complaint of complaints) if (!expected.has(complaint)) say(`console: ${complaint}`)
}

/** The whole page once nothing moves; of a long list only what the window shows. */
async function picture(page: Page, path: string): Promise<void> {
  await page.waitForTimeout(MOVEMENT_MS)
  const box = await page.locator('html').boundingBox()
  await page.screenshot({ path, fullPage: (box?.height ?? 0) < TALL_PX })
}
