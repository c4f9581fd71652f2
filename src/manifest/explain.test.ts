import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConnector } from './compile.ts'
import { explain } from './explain.ts'
import { renderExplanation } from './render-explanation.ts'
import { type Edit, edited } from './testing/acme.ts'

function sheetOf(...edits: readonly Edit[]) {
  const { connector, complaints } = loadConnector(edited(...edits))
  assert.ok(connector, JSON.stringify(complaints))
  return explain(connector)
}

test('the sheet says what is called, read, meant and changed', () => {
  const sheet = sheetOf()
  assert.deepEqual(sheet.hosts, ['{{ settings.workspace }}.acme.example', 'auth.acme.example'])
  assert.equal(sheet.check, 'GET /me')
  assert.deepEqual(
    sheet.auth.map(({ name, kind, sentIn }) => [name, kind, sentIn]),
    [
      ['Sign in with Acme', 'oauth2', ['header Authorization']],
      ['API token', 'apiKey', ['header Authorization']],
    ],
  )
  assert.deepEqual(sheet.auth[0]?.scopes['activity'], ['audit:read'])
  assert.deepEqual(sheet.dataRead, [
    { kind: 'accounts', streams: ['users'] },
    { kind: 'activity', streams: ['audit', 'shares', 'pushed'] },
    { kind: 'settings', streams: ['org'] },
    { kind: 'tokens', streams: ['tokens'] },
  ])
  assert.deepEqual(sheet.mappings[0]?.events[0], {
    event: 'login.success',
    action: 'login',
    class: 'authentication',
    activity: 'Logon',
  })
  assert.deepEqual(sheet.actions[0], {
    name: 'suspend-user',
    verb: 'account.suspend',
    on: 'account',
    sends: 'POST /users/{{ account.id }}/suspend',
    verifies: 'GET /users/{{ account.id }}',
    revert: 'restore-user',
    isIrreversible: false,
    isIdempotent: false,
    scopes: [],
  })
  assert.deepEqual(sheet.destructive, [])
  assert.deepEqual(sheetOf({ from: 'revert: restore-user', to: 'irreversible: true' }).destructive, [
    'suspend-user',
  ])
})

const LOADS: readonly [stream: string, perDay: number | undefined, times: readonly string[]][] = [
  ['users', 24, ['pages']],
  ['audit', 720, ['pages']],
  ['org', 96, []],
  ['tokens', 1, ['records of users']],
  ['shares', 48, ['pages']],
  ['pushed', undefined, []],
]
for (const [stream, perDay, times] of LOADS) {
  test(`${stream} sends at least ${perDay ?? 'no'} requests a day × ${times.join(' × ') || '1'}`, () => {
    const found = sheetOf().streams.find(({ name }) => name === stream)
    assert.deepEqual([found?.requestsPerDay, found?.times], [perDay, times])
  })
}

test('the sheet is plain data and survives JSON', () => {
  const sheet = sheetOf()
  assert.deepEqual(JSON.parse(JSON.stringify(sheet)), sheet)
})

test('the text shows each part of the sheet, and no line of it can be forged by a name', () => {
  const sheet = sheetOf({
    from: 'name: Acme Docs',
    to: 'name: "Acme\\nHosts called, and no others\\n  good.example"',
  })
  const lines = renderExplanation(sheet).split('\n')
  assert.equal(lines.filter((line) => line === 'Hosts called, and no others').length, 1)
  const text = renderExplanation(sheetOf())
  for (const part of [
    'auth.acme.example',
    'GET /audit?since&until',
    'window by record.at',
    'share.link',
    'undone by restore-user',
    'removes record.link.password',
    'receives POST /hooks',
    'failed-logins (medium)',
  ])
    assert.ok(text.includes(part), part)
})
