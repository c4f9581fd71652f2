import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import type { OutgoingRequest } from '../model/transport.ts'
import { openAuthorizer } from './authorizer.ts'
import { API, acme, contextOf, inputOf } from './testing/acme.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const GET: OutgoingRequest = { method: 'GET', url: `${API}/v1/users?b=2&a=1`, headers: {} }
const POST: OutgoingRequest = {
  method: 'POST',
  url: `${API}/v1/search`,
  headers: { 'content-type': 'application/json' },
  body: '{"name":"Zoë"}',
}
const DATE = 'Mon, 23 Nov 2026 09:00:00 GMT'

function signed(parameters: object, request: OutgoingRequest, key = PEM): Promise<OutgoingRequest> {
  const plan = {
    name: 'http-signatures',
    with: { key: '{{ secrets.key }}', keyId: 'tenant/user/fingerprint', ...parameters },
  }
  return openAuthorizer(contextOf(acme({ profile: plan }), { input: inputOf({ key }) })).authorize(request)
}

function parametersOf({ headers }: OutgoingRequest): Record<string, string> {
  const text = headers['authorization'] ?? ''
  assert.ok(text.startsWith('Signature '))
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
}

test('a GET is signed over its target, host and date, with the key whose name is sent', async () => {
  const sent = await signed({}, GET)
  const { keyId, algorithm, headers, signature = '' } = parametersOf(sent)
  assert.deepEqual(
    [keyId, algorithm, headers],
    ['tenant/user/fingerprint', 'rsa-sha256', '(request-target) host date'],
  )
  assert.equal(sent.headers['date'], DATE)
  const base = (target: string) =>
    Buffer.from(`(request-target): get ${target}\nhost: api.acme.example\ndate: ${DATE}`)
  const bytes = Buffer.from(signature, 'base64')
  assert.ok(verify('sha256', base('/v1/users?b=2&a=1'), publicKey, bytes))
  assert.ok(
    !verify('sha256', base('/v1/users?b=2&a=2'), publicKey, bytes),
    'another request has another signature',
  )
  assert.deepEqual(sent.credentialHeaders, ['authorization'])
})

test('what tells about a body is signed where there is one: digest, hash, length in bytes and type', async () => {
  const headers = 'date (request-target) host content-length content-type x-content-sha256'
  const sent = await signed({ headers, version: '1' }, POST)
  const hash = createHash('sha256')
    .update(POST.body ?? '')
    .digest('base64')
  const base = [
    `date: ${DATE}`,
    '(request-target): post /v1/search',
    'host: api.acme.example',
    'content-length: 15',
    'content-type: application/json',
    `x-content-sha256: ${hash}`,
  ].join('\n')
  const { version, signature = '' } = parametersOf(sent)
  assert.equal(version, '1')
  assert.ok(verify('sha256', Buffer.from(base), publicKey, Buffer.from(signature, 'base64')))
  assert.equal(sent.headers['x-content-sha256'], hash)
  assert.equal('content-length' in sent.headers || 'host' in sent.headers, false, 'the sender writes these')
  assert.equal(parametersOf(await signed({ headers }, GET))['headers'], 'date (request-target) host')
})

test('a shared key signs as well', async () => {
  const sent = await signed({ algorithm: 'hmac-sha256', headers: 'date digest' }, POST, 'shared')
  const digest = `SHA-256=${createHash('sha256')
    .update(POST.body ?? '')
    .digest('base64')}`
  const made = createHmac('sha256', 'shared').update(`date: ${DATE}\ndigest: ${digest}`).digest('base64')
  assert.deepEqual([parametersOf(sent)['signature'], sent.headers['digest']], [made, digest])
})

const WRONG: readonly [what: string, parameters: object, key: string, code: string][] = [
  ['an algorithm that there is not', { algorithm: 'md5' }, PEM, 'MANIFEST_INVALID'],
  ['a key that is none', {}, 'no key', 'SETTING_INVALID'],
  ['a header that the request lacks', { headers: 'x-absent' }, PEM, 'REQUEST_INVALID'],
  ['a key ID with a line break', { keyId: 'a\nb' }, PEM, 'SETTING_INVALID'],
]
for (const [what, parameters, key, code] of WRONG)
  test(`${what} is ${code}`, () => assert.rejects(signed(parameters, GET, key), { code }))
