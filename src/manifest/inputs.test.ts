import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConnector } from './compile.ts'
import { choosableAuth, inputsOf, nameOfAuth, settingsOfAuth } from './inputs.ts'
import { type Edit, edited } from './testing/acme.ts'

function inputs(auth: string | undefined, ...edits: readonly Edit[]) {
  const { connector, complaints } = loadConnector(edited(...edits))
  assert.ok(connector, JSON.stringify(complaints))
  return inputsOf(connector, auth)
}
const method = (yaml: string): Edit => ({
  from: '    - name: API token\n      apiKey: {}',
  to: `    - name: Other\n      ${yaml}`,
})
const url = 'tokenUrl: https://auth.acme.example/token'

const SECRETS: readonly [what: string, yaml: string, secrets: readonly string[]][] = [
  ['an API key', 'apiKey: {}', ['key']],
  [
    'an API key under another name',
    "apiKey: { send: { headers: { X-Key: '{{ secrets.hook }}' } } }",
    ['hook'],
  ],
  ['basic', 'basic: {}', ['username', 'password']],
  ['none', 'none: true', []],
  ['a signed token', 'jwt: { issuer: me }', ['private_key']],
  [
    'a login',
    "login: { request: { post: /login, form: { u: '{{ secrets.username }}', p: '{{ secrets.password }}' } }, token: response.body.token }",
    ['username', 'password'],
  ],
  [
    'hmac',
    "hmac: { hash: sha256, key: '{{ secrets.key }}', over: '{{ request.path }}', send: { headers: { X-Sign: '{{ token }}' } } }",
    ['key'],
  ],
  ['client credentials', `oauth2: { grant: client_credentials, ${url} }`, ['client_id', 'client_secret']],
  [
    'a public client',
    `oauth2: { grant: authorization_code, authorizationUrl: https://auth.acme.example/a, clientAuth: none, ${url} }`,
    ['client_id'],
  ],
  [
    'a client with a key',
    `oauth2: { grant: client_credentials, clientAuth: private_key_jwt, ${url} }`,
    ['client_id', 'private_key'],
  ],
  [
    'a password',
    `oauth2: { grant: password, ${url} }`,
    ['client_id', 'client_secret', 'username', 'password'],
  ],
  [
    'a pasted refresh token',
    `oauth2: { grant: refresh_token, ${url} }`,
    ['client_id', 'client_secret', 'refresh_token'],
  ],
  [
    'a service account',
    `oauth2: { grant: jwt_bearer, clientAuth: none, assertion: { issuer: me }, ${url} }`,
    ['private_key'],
  ],
  [
    'a service account whose key has another name',
    `oauth2: { grant: jwt_bearer, clientAuth: none, assertion: { issuer: me, key: '{{ secrets.key }}' }, ${url} }`,
    ['key'],
  ],
  [
    'an exchanged token',
    `oauth2: { grant: token_exchange, subjectToken: '{{ secrets.key }}', ${url} }`,
    ['client_id', 'client_secret', 'key'],
  ],
]
for (const [what, yaml, wanted] of SECRETS) {
  test(`${what} asks for ${wanted.join(', ') || 'nothing'}`, () => {
    const secrets = inputs('Other', method(yaml)).filter(({ isSecret }) => isSecret)
    assert.deepEqual(
      secrets.map(({ name }) => name).filter((name) => name !== 'hook' || wanted.includes('hook')),
      wanted,
    )
  })
}

test('settings come first, with their labels, and the first method is the default', () => {
  const [workspace, id] = inputs(undefined)
  assert.deepEqual(
    [workspace?.name, workspace?.title, workspace?.isSecret, workspace?.isOptional, workspace?.example],
    ['workspace', 'Workspace', false, false, 'contoso'],
  )
  assert.deepEqual([id?.name, id?.title, id?.isSecret], ['client_id', 'Client ID', true])
})

test('a method whose request another one signs asks for the secrets of both', () => {
  const secrets = inputs(
    'Other',
    method(`login: { request: { post: /login, auth: Signed }, token: response.body.token }
    - name: Signed
      jwt: { issuer: '{{ secrets.client_id }}' }`),
  ).filter(({ isSecret }) => isSecret)
  assert.deepEqual(secrets.map(({ name }) => name).toSorted(), ['client_id', 'hook', 'private_key'])
})

test('a method that only signs for another is not to be chosen, and what a method reads of the settings is known', () => {
  const { connector } = loadConnector(
    edited(
      method(`login: { request: { post: '/{{ settings.workspace }}/login', auth: Signed }, token: response.body.token }
    - name: Signed
      jwt: { issuer: me }`),
    ),
  )
  assert.deepEqual(choosableAuth(connector!).map(nameOfAuth), ['Sign in with Acme', 'Other'])
  const [signIn, other] = choosableAuth(connector!)
  assert.deepEqual(settingsOfAuth(connector!, signIn!), [])
  assert.deepEqual(settingsOfAuth(connector!, other!), ['workspace'])
})

test('a stream with a credential of its own asks for it as well', () => {
  const secrets = inputs('API token', method('apiKey: {}\n    - name: API token\n      basic: {}'), {
    from: 'request: { get: /users',
    to: 'request: { auth: Other, get: /users',
  }).filter(({ isSecret }) => isSecret)
  assert.deepEqual(secrets.map(({ name }) => name).toSorted(), ['hook', 'key', 'password', 'username'])
})

test('a setting with a default may be left out', () => {
  const [workspace] = inputs(undefined, { from: 'example: contoso', to: 'default: contoso' })
  assert.deepEqual([workspace?.isOptional, workspace?.default], [true, 'contoso'])
})

test('declared labels of secrets win, and a secret may be optional', () => {
  const hook = inputs('API token').find(({ name }) => name === 'hook')
  assert.deepEqual([hook?.title, hook?.isOptional], ['Webhook signing secret', true])
  const key = inputs('API token', {
    from: 'hook: {',
    to: 'key: { title: Personal token }\n    hook: {',
  }).find(({ name }) => name === 'key')
  assert.equal(key?.title, 'Personal token')
})

const TYPES: readonly [yaml: string, text: string, value: unknown][] = [
  ["pattern: '^[a-z]+$'", 'abc', 'abc'],
  ["pattern: '^[a-z]+$'", 'abc1', undefined],
  ['type: text', '', undefined],
  ['type: number', '1.5', 1.5],
  ['type: number', 'x', undefined],
  ['type: boolean', 'true', true],
  ['type: boolean', 'yes', undefined],
  ['type: choice, options: [eu, us]', 'eu', 'eu'],
  ['type: choice, options: [eu, us]', 'de', undefined],
  ['type: choices, options: [eu, us]', 'us, eu', ['us', 'eu']],
  ['type: choices, options: [eu, us]', 'us,de', undefined],
  ['type: host', 'Docs.Example.com', 'docs.example.com'],
  ['type: host', '127.0.0.1', undefined],
  ['type: host', 'https://docs.example.com', undefined],
]
for (const [yaml, text, value] of TYPES) {
  test(`a setting of ${yaml} reads ${JSON.stringify(text)} as ${JSON.stringify(value)}`, () => {
    const edits = [
      { from: '    workspace:\n', to: `    extra: { ${yaml} }\n    workspace:\n` },
      { from: 'per_page: 200', to: "per_page: '{{ settings.extra }}'" },
    ]
    const extra = inputs(undefined, ...edits).find(({ name }) => name === 'extra')
    assert.deepEqual(extra?.read(text), value)
  })
}
