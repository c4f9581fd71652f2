import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConnector } from '../manifest/compile.ts'
import { chooseMethod, type OAuthPlan } from './method.ts'
import { missingScopes, readScopes, requestedScopes, scopesToAsk } from './scopes.ts'
import { acme, TOKEN_URL } from './testing/acme.ts'

function planWith(scopes: object): OAuthPlan {
  const method = chooseMethod(acme({ oauth2: { grant: 'client_credentials', tokenUrl: TOKEN_URL, scopes } }))
  assert.equal(method.kind, 'oauth2')
  return method.plan
}

const plan = planWith({
  always: ['openid', 'base'],
  accounts: ['users:read'],
  activity: ['audit:read', 'base'],
  posture: ['settings:read'],
  respond: ['users:write'],
})

test('only the scopes of the chosen features are asked for, each once, and acting only when chosen', () => {
  assert.deepEqual(requestedScopes(plan, ['activity']), ['openid', 'base', 'audit:read'])
  assert.deepEqual(requestedScopes(plan), ['openid', 'base', 'users:read', 'audit:read', 'settings:read'])
  assert.deepEqual(requestedScopes(plan, ['respond']), ['openid', 'base', 'users:write'])
})

const granted: readonly [value: unknown, separator: string, scopes: readonly string[] | undefined][] = [
  ['a b', ' ', ['a', 'b']],
  ['a,b', ' ', ['a', 'b']],
  ['a, b', ',', ['a', 'b']],
  ['a+b', '+', ['a', 'b']],
  ['a+b', ' ', ['a+b']],
  [['a', 'b', 7, ''], ' ', ['a', 'b']],
  ['', ' ', []],
  [undefined, ' ', undefined],
  [7, ' ', undefined],
]
for (const [value, separator, scopes] of granted) {
  test(`the scopes granted by ${JSON.stringify(value)} (between them ${JSON.stringify(separator)}) are read`, () => {
    assert.deepEqual(readScopes(value, separator), scopes)
  })
}

test('a scope that was asked for and not granted is missing', () => {
  assert.deepEqual(missingScopes(plan, { scopes: ['base', 'users:read'] }), ['audit:read', 'settings:read'])
  assert.deepEqual(missingScopes(plan, { scopes: ['base', 'users:read'] }, ['accounts']), [])
  assert.deepEqual(missingScopes(plan, { scopes: [] }, ['accounts']), ['base', 'users:read'])
})

test('nothing is missing when the app does not say what it granted', () => {
  assert.deepEqual(missingScopes(plan, {}), [])
})

test('a scope counts as granted with the address of its API before it, and whatever its case', () => {
  const long = planWith({ accounts: ['https://api.acme.example/auth/directory.read', 'Groups.Read'] })
  assert.deepEqual(missingScopes(long, { scopes: ['Directory.Read', 'groups.read'] }), [])
  assert.deepEqual(missingScopes(long, { scopes: ['irectory.read', 'x.groups.read'] }), [
    'https://api.acme.example/auth/directory.read',
    'Groups.Read',
  ])
})

test('a stream may need more than its feature: asked for when the stream is there and its feature chosen', () => {
  const { connector, complaints } = loadConnector({
    'connector.yaml': `
fairlead: 1
app: { id: acme, name: Acme, vendor: Acme, version: 1.0.0 }
connect:
  settings: { audited: { title: Audited, type: boolean, default: false } }
  hosts: [api.acme.example]
  baseUrl: https://api.acme.example
  auth:
    - oauth2: { grant: client_credentials, tokenUrl: "https://api.acme.example/token", scopes: { accounts: ["users:read"], activity: ["audit:read"] } }
  check: { request: { get: /me } }
streams:
  tokens: { kind: tokens, scopes: ["tokens:read"], request: { get: /tokens }, key: record.id }
  audit:
    kind: activity
    scopes: ["audit:all"]
    when: settings.audited
    request: { get: /audit, query: { since: "{{ format(window.start, 'iso') }}" } }
    key: record.id
    window: { time: record.at }
    map: { otherwise: { action: other } }
`,
  })
  assert.ok(connector, JSON.stringify(complaints))
  const method = chooseMethod(connector)
  assert.equal(method.kind, 'oauth2')
  const asked = (features: readonly ('accounts' | 'activity')[], audited: boolean) =>
    scopesToAsk(method.plan, { connector, input: { settings: { audited }, secrets: {} }, features })
  assert.deepEqual(asked(['accounts'], true), ['users:read', 'tokens:read'])
  assert.deepEqual(asked(['activity'], true), ['audit:read', 'audit:all'])
  assert.deepEqual(asked(['activity'], false), ['audit:read'])
})
