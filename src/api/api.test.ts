import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestApi } from './testing/test-api.ts'

const api = await openTestApi({ after })
const admin = await api.signIn('customer')

test('who asks is told who they are', async () => {
  const { status, json } = await admin('GET', '/api/v1/me')
  assert.equal(status, 200)
  assert.equal((json as { role: string }).role, 'admin')
})

test('every list answers, also when it is empty', async () => {
  for (const path of Object.keys(api.document.paths).filter(
    (path) => !path.includes('{') && !path.endsWith('/events'),
  )) {
    if (api.document.paths[path]?.['get'] === undefined) continue
    const { status, text } = await admin('GET', path)
    assert.equal(status, 200, `${path}: ${text}`)
  }
})
