import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { Secret } from '../lib/secret.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import { chooseMethod } from './method.ts'
import { openClient } from './oauth-client.ts'
import { AUTH, acme, contextOf, inputOf, START_MS, TOKEN_URL } from './testing/acme.ts'
import { type Presented, tokenRequest } from './token-request.ts'

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const SECRETS = {
  client_id: 'id',
  client_secret: 's&cret',
  username: 'ann',
  password: 'p w',
  private_key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  key: 'a subject token',
}
type Params = Readonly<Record<string, string>>

async function requestFor(
  oauth2: object,
  presented: Presented,
  secrets: Params = SECRETS,
): Promise<OutgoingRequest & { readonly params: Params }> {
  const plan = { tokenUrl: TOKEN_URL, authorizationUrl: AUTH, deviceUrl: AUTH, ...oauth2 }
  const connector = acme({ oauth2: plan }, { settings: { region: {} } })
  const method = chooseMethod(connector)
  assert.equal(method.kind, 'oauth2')
  const context = contextOf(connector, { input: inputOf(secrets, { region: 'eu' }) })
  const request = await tokenRequest(openClient(method.plan, context), presented)
  const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded'
  const params = isForm
    ? Object.fromEntries(new URLSearchParams(request.body))
    : JSON.parse(request.body ?? '')
  return { ...request, params }
}

const CLIENT = { client_id: 'id', client_secret: 's&cret' }
const scopes = { always: ['a'], accounts: ['b'], respond: ['c'] }
const code = new Secret('the code')
const verifier = new Secret('v')

const grants: readonly [oauth2: object, presented: Presented, params: Params][] = [
  [
    { grant: 'authorization_code', scopes },
    { grant: 'authorization_code', code, redirectUri: 'http://127.0.0.1:1/callback', verifier },
    {
      grant_type: 'authorization_code',
      code: 'the code',
      redirect_uri: 'http://127.0.0.1:1/callback',
      code_verifier: 'v',
      ...CLIENT,
    },
  ],
  [
    { grant: 'client_credentials', scopes },
    { grant: 'client_credentials' },
    { grant_type: 'client_credentials', scope: 'a b', ...CLIENT },
  ],
  [
    { grant: 'client_credentials', scopes, scopeSeparator: ',' },
    { grant: 'client_credentials' },
    { grant_type: 'client_credentials', scope: 'a,b', ...CLIENT },
  ],
  [
    { grant: 'password' },
    { grant: 'password' },
    { grant_type: 'password', username: 'ann', password: 'p w', ...CLIENT },
  ],
  [
    { grant: 'refresh_token', scopes },
    { grant: 'refresh_token', token: code },
    { grant_type: 'refresh_token', refresh_token: 'the code', ...CLIENT },
  ],
  [
    { grant: 'device_code', clientAuth: 'none' },
    { grant: 'device_code', code },
    { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'the code', client_id: 'id' },
  ],
  [
    { grant: 'token_exchange', subjectToken: '{{ secrets.key }}' },
    { grant: 'token_exchange' },
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'a subject token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      ...CLIENT,
    },
  ],
]
for (const [oauth2, presented, params] of grants) {
  test(`${JSON.stringify(oauth2)} presents ${presented.grant} as its standard says`, async () => {
    const request = await requestFor(oauth2, presented)
    assert.deepEqual(request.params, params)
    assert.equal(request.method, 'POST')
    assert.equal(request.url, TOKEN_URL)
    assert.equal(request.headers['accept'], 'application/json')
  })
}

test('a service account signs an assertion for a delegated subject, with the scopes in it', async () => {
  const assertion = { issuer: '{{ secrets.client_id }}', subject: 'admin@acme.example', keyId: 'k1' }
  const oauth2 = { grant: 'jwt_bearer', clientAuth: 'none', scopes, assertion }
  const { client_id: _unused, ...secrets } = SECRETS
  const { params } = await requestFor(
    { ...oauth2, assertion: { ...assertion, issuer: 'robot' } },
    { grant: 'jwt_bearer' },
    secrets,
  )
  const { assertion: token = '', ...others } = params
  assert.deepEqual(others, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', scope: 'a b' })
  const { payload } = await jwtVerify(token, createPublicKey(key), { currentDate: new Date(START_MS) })
  const { iss, sub, aud, scope } = payload
  assert.deepEqual(
    { iss, sub, aud, scope },
    { iss: 'robot', sub: 'admin@acme.example', aud: TOKEN_URL, scope: 'a b' },
  )
  assert.equal(decodeProtectedHeader(token).kid, 'k1')
})

test('client_secret_basic encodes what must not stand in the pair, and nothing else', async () => {
  const oauth2 = { grant: 'client_credentials', clientAuth: 'basic' }
  const secrets = { client_id: 'a-b_c.d~e:f', client_secret: 'x+/= y' }
  const request = await requestFor(oauth2, { grant: 'client_credentials' }, secrets)
  const pair = Buffer.from((request.headers['authorization'] ?? '').slice(6), 'base64').toString()
  assert.equal(pair, 'a-b_c.d~e%3Af:x%2B%2F%3D+y')
  assert.deepEqual(request.params, { grant_type: 'client_credentials' })
  assert.deepEqual(request.credentialHeaders, ['authorization'])
})

for (const clientAuth of ['private_key_jwt', 'client_secret_jwt'] as const) {
  test(`${clientAuth} proves the client with an assertion of its own for the token endpoint`, async () => {
    const secrets = { ...SECRETS, client_secret: 'x'.repeat(32) }
    const { params } = await requestFor(
      { grant: 'client_credentials', clientAuth },
      { grant: 'client_credentials' },
      secrets,
    )
    const verifier =
      clientAuth === 'private_key_jwt' ? createPublicKey(key) : new TextEncoder().encode('x'.repeat(32))
    const { payload } = await jwtVerify(params['client_assertion'] ?? '', verifier, {
      currentDate: new Date(START_MS),
    })
    const { iss, sub, aud, exp, jti } = payload
    assert.deepEqual(
      { iss, sub, aud, exp },
      { iss: 'id', sub: 'id', aud: TOKEN_URL, exp: START_MS / 1000 + 60 },
    )
    assert.ok(jti)
    assert.equal(params['client_assertion_type'], 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    assert.equal(params['client_secret'], undefined)
  })
}

test('the manifest adds parameters and headers, and sends the request as JSON where the app wants that', async () => {
  const request = await requestFor(
    {
      grant: 'client_credentials',
      tokenBody: 'json',
      tokenParams: { audience: 'https://api', region: '{{ settings.region }}', grant_type: 'special' },
      tokenHeaders: { 'X-Client': '{{ secrets.client_id }}', Accept: '*/*' },
    },
    { grant: 'client_credentials' },
  )
  assert.deepEqual(request.params, {
    ...CLIENT,
    grant_type: 'special',
    audience: 'https://api',
    region: 'eu',
  })
  assert.deepEqual(request.headers, { accept: '*/*', 'content-type': 'application/json', 'x-client': 'id' })
  assert.deepEqual(request.credentialHeaders, ['x-client', 'accept'])
})

test('a refresh goes to its own address with its own parameters where the manifest has them', async () => {
  const oauth2 = {
    grant: 'refresh_token',
    refreshUrl: `${AUTH}/refresh`,
    tokenParams: { both: '1' },
    refreshParams: { only: '2' },
  }
  const request = await requestFor(oauth2, { grant: 'refresh_token', token: code })
  assert.equal(request.url, `${AUTH}/refresh`)
  assert.equal(request.params['both'], '1')
  assert.equal(request.params['only'], '2')
  const first = await requestFor({ ...oauth2, grant: 'client_credentials' }, { grant: 'client_credentials' })
  assert.equal(first.url, TOKEN_URL)
  assert.equal(first.params['only'], undefined)
})

const missing: readonly [oauth2: object, presented: Presented, secrets: Params, message: RegExp][] = [
  [{ grant: 'client_credentials' }, { grant: 'client_credentials' }, { client_secret: 's' }, /"client_id"/],
  [{ grant: 'client_credentials' }, { grant: 'client_credentials' }, { client_id: 'i' }, /"client_secret"/],
  [{ grant: 'password' }, { grant: 'password' }, CLIENT, /"username"/],
  [
    { grant: 'client_credentials', clientAuth: 'private_key_jwt' },
    { grant: 'client_credentials' },
    CLIENT,
    /"private_key"/,
  ],
]
for (const [oauth2, presented, secrets, message] of missing) {
  test(`${JSON.stringify(oauth2)} without a secret it needs says which: ${message.source}`, async () => {
    await assert.rejects(requestFor(oauth2, presented, secrets), { code: 'SETTING_MISSING', message })
  })
}
