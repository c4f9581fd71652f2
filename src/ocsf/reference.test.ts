import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ACTIONS } from './actions.ts'
import { renderActionsReference, renderOcsfReference } from './reference.ts'

test('docs/actions.md is what the table of actions says', () => {
  const page = readFileSync(new URL('../../docs/actions.md', import.meta.url), 'utf8')
  assert.equal(page, renderActionsReference())
  for (const { verb } of ACTIONS) assert.equal(page.split(`| \`${verb}\` |`).length, 2, verb)
})

test('the reference of attributes names what a class has, and leaves out what it has not', () => {
  const page = renderOcsfReference()
  assert.match(page, /## Authentication \(3002\)\n\nClass `authentication`\. Activities: .*logon/)
  assert.match(page, /\| `source\.ip` \| `src_endpoint\.ip` \|/)
  assert.match(page, /### accounts\n\n(?:\|.*\n)*\| `mfa` \| `user\.has_mfa` \|/)
  assert.ok(!page.includes('`unmapped.'))
  assert.match(
    page,
    /\| `status` of accounts \| active \(enabled, .*\), suspended .*, invited .*, locked .*, deleted .* \|\n/,
  )
  assert.match(page, /\| `factor\.type` \| .*OTP \(totp, .*WebAuthn/)
})
