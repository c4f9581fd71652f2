import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestPlatform, PASSWORD } from './testing/platform.ts'

const platform = await openTestPlatform({ after }, { isDemo: true })
const { identity } = platform

test('the demo’s people are made once, and each is one click away', async () => {
  const people = (await identity.demo?.ensure()) ?? []
  assert.deepEqual(await identity.demo?.ensure(), people, 'a second start changes nothing')
  assert.equal(new Set(people.map(({ organisationId }) => organisationId)).size, 3)
  for (const { key, name, role, organisationId } of people) {
    const browser = platform.browser()
    assert.equal((await browser.ask('POST', '/demo/sign-in', { person: key })).status, 200)
    const principal = await identity.principalOf(browser.headers())
    assert.ok(!('refused' in principal), key)
    assert.deepEqual([principal.name, principal.role, principal.organisationId], [name, role, organisationId])
  }
})

test('nobody else is, and without the demo nobody can be one of them', async () => {
  for (const person of ['root', '', undefined, { key: 'operator' }])
    assert.equal((await platform.browser().ask('POST', '/demo/sign-in', { person })).status, 404)
  const elsewhere = { origin: 'https://evil.example' }
  const foreign = await platform.browser().ask('POST', '/demo/sign-in', { person: 'operator' }, elsewhere)
  assert.equal(foreign.status, 403, 'not from another page')
  const guess = { email: 'omar@fairlead.example', password: PASSWORD }
  assert.equal((await platform.browser().ask('POST', '/sign-in/email', guess)).status, 401)
})
