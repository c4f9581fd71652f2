import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Ask, openTestPlatform, serveTestApi } from '../api/testing/test-api.ts'

const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform)

type Member = { id: string; name: string; role: string }
const members = async (ask: Ask) => ((await ask('GET', '/api/v1/members')).json as { items: Member[] }).items

test('the last admin is told so, and may go once there is another', async () => {
  const ada = await api.signIn('customer')
  const list = await members(ada)
  const own = list.find(({ role }) => role === 'admin')?.id
  const analyst = list.find(({ role }) => role === 'analyst')?.id
  const asked = [
    () => ada('PATCH', `/api/v1/members/${own}`, { body: { role: 'viewer' } }),
    () => ada('DELETE', `/api/v1/members/${own}`),
  ]
  for (const ask of asked) {
    const { status, text } = await ask()
    assert.equal(status, 409, text)
    assert.ok(text.includes('LAST_ADMIN') && text.includes('Make another member an admin first'), text)
  }
  assert.deepEqual(await members(ada), list)
  await ada('PATCH', `/api/v1/members/${analyst}`, { body: { role: 'admin' } })
  assert.equal((await asked[1]?.())?.status, 204)
  const left = await members(await api.signIn('analyst'))
  assert.deepEqual(
    left.filter(({ role }) => role === 'admin').map(({ id }) => id),
    [analyst],
  )
})
