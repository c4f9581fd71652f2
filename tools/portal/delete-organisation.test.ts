import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launchBrowser } from './browser.ts'
import { faintTextOf } from './contrast.ts'
import { startDemo } from './platform.ts'
import { namelessOf, overflowOf, signInAs, watchPage } from './visit.ts'

const NAME = 'Harbour Bank'

test('an organisation is deleted by its name, and whoever did it is told where they stand', async (t) => {
  const demo = await startDemo()
  t.after(demo.stop)
  const browser = await launchBrowser()
  t.after(() => browser.close())

  const operator = await (await browser.newContext()).newPage()
  await signInAs(operator, demo.url, 'operator')
  await operator.goto(`${demo.url}/settings`)
  await operator.getByRole('heading', { name: 'How long things are kept' }).waitFor()
  assert.equal(await operator.getByRole('heading', { name: 'Delete the organisation' }).count(), 0)

  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage()
  const complaints = watchPage(page)
  await signInAs(page, demo.url, 'customer')
  await page.goto(`${demo.url}/settings`)
  await page.getByRole('button', { name: `Delete ${NAME}…` }).click()
  const sure = page.getByRole('button', { name: 'Delete for good' })
  await sure.waitFor()
  await page.addStyleTag({ content: '* { transition: none !important; animation: none !important }' })
  assert.equal(await overflowOf(page), 0)
  assert.deepEqual(await namelessOf(page), [])
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await faintTextOf(page), [], colorScheme)
  }
  const typed = page.getByLabel('Type the organisation’s name')
  for (const wrong of ['', 'harbour bank', `${NAME}s`]) {
    await typed.fill(wrong)
    assert.ok(await sure.isDisabled(), wrong)
  }
  await typed.fill(NAME)
  await sure.click()
  await page.getByRole('heading', { name: 'You belong to no organisation' }).waitFor()
  assert.deepEqual(await namelessOf(page), [])
  assert.deepEqual(complaints, [])
})
