import { existsSync } from 'node:fs'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Not those that come with the package: they switch off what a page of ours must stand, such as the origin of requests. */
const ARGUMENTS = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
]

/** A browser without a window: the one that comes from npm, or one that is installed. */
export async function launchBrowser(): Promise<Browser> {
  const installed = INSTALLED.find((path) => existsSync(path))
  const executablePath = await chromium.executablePath().catch(() => installed)
  if (executablePath === undefined) throw new Error('there is no browser on this machine')
  return playwright.launch({ executablePath, args: ARGUMENTS })
}
