import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { serveTestApi, type TestApi } from '../../src/api/testing/test-api.ts'
import type { Platform } from '../../src/platform/open-platform.ts'
import { launchBrowser } from './browser.ts'
import { signInAs } from './visit.ts'

/** The portal, built where it is older than its sources, with the API of a platform, at the platform's own address. */
export function servePortal(t: TestContext, platform: Platform): Promise<TestApi> {
  assert.equal(spawnSync(process.execPath, ['tools/portal.ts'], { stdio: 'inherit' }).status, 0)
  const port = Number(new URL(platform.options.publicUrl).port)
  return serveTestApi(t, platform, { portal: resolve('portal/dist'), port })
}

/** A browser on a phone, with the demo's customer signed in. */
export async function openPhone(t: TestContext, url: string) {
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await signInAs(page, url, 'customer')
  return { context, page }
}
