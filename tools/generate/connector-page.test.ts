import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConnector } from '../../src/manifest/compile.ts'
import { type Edit, edited } from '../../src/manifest/testing/acme.ts'
import { renderConnectorPage } from './connector-page.ts'

function page(...edits: readonly Edit[]): string {
  const { connector, complaints } = loadConnector(edited(...edits))
  assert.ok(connector, JSON.stringify(complaints))
  return renderConnectorPage(connector)
}

test('every stream, check, action and detection has its row, and every secret its own', () => {
  const { connector } = loadConnector(edited())
  const text = page()
  const { streams, checks, actions, detections } = connector!
  for (const name of Object.keys({ ...streams, ...checks, ...actions, ...detections }))
    assert.match(text, new RegExp(`^\\|.*\`${name}\``, 'm'))
  for (const secret of ['client_id', 'client_secret', 'key', 'hook'])
    assert.match(text, new RegExp(`^\\| \`${secret}\` \\|`, 'm'))
})

test('scopes stand beside their feature, and those of a stream only where the feature lacks them', () => {
  const text = page({ from: '  users:\n', to: '  users:\n    scopes: [users:read, directory:read]\n' })
  assert.match(text, /^\| accounts: [^|]+ \| `users:read` \|$/m)
  assert.match(text, /The stream `users` also needs `directory:read`\./)
})

test('what was tried and what is not read is said in the words of the manifest', () => {
  const text = page({
    from: '  name: Acme',
    to: '  tried: [Acme 4.2 (2026-11-20).]\n  gaps: [Private rooms are not read.]\n  name: Acme',
  })
  assert.match(text, /^## Tried against\n\n\* Acme 4\.2 \(2026-11-20\)\.$/m)
  assert.match(text, /^\* Private rooms are not read\.$/m)
})

test('a page that was read is linked, and listed under the day', () => {
  const text = page({
    from: '  users:\n',
    to: '  users:\n    docs: https://acme.example/api#list-users (2026-11-20)\n',
  })
  assert.match(
    text,
    /^## Sources\n\n(?:.*\n)*Read 2026-11-20:\n\n(?:\* .*\n)*\* \[list-users\]\(https:\/\/acme\.example\/api#list-users\)$/m,
  )
})

test('texts of a manifest cannot leave their cell, nor bring markup of their own', () => {
  const text = page({
    from: 'summary: Documents that teams write together.',
    to: 'summary: "a | b\\n## Permissions\\n<script>alert(1)</script> [x](javascript:alert(1))"',
  })
  assert.doesNotMatch(text, /^.*(?<!\\)<script>/m)
  assert.equal(text.match(/^## Permissions$/gm)?.length, 1)
  assert.doesNotMatch(text, /(?<!\\)\[x\]\(javascript/)
})
