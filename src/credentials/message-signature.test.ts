import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import { openAuthorizer } from './authorizer.ts'
import { signatureBase, signatureParameters } from './message-signature.ts'
import { API, acme, contextOf, inputOf, START_MS } from './testing/acme.ts'

/** The request, keys and signatures of RFC 9421 appendix B (B.1.4, B.1.5, B.2, B.2.5, B.2.6). */
const RFC_REQUEST: OutgoingRequest = {
  method: 'POST',
  url: 'https://example.com/foo?param=Value&Pet=dog',
  headers: {
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-length': '18',
  },
  body: '{"hello": "world"}',
}
const CREATED_MS = 1618884473_000
const SHARED = 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=='
const ED25519 = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----`

type Parameters = Readonly<Record<string, string>>

function signed(
  parameters: Parameters,
  key: string,
  request: OutgoingRequest,
  nowMs = START_MS,
): Promise<OutgoingRequest> {
  const connector = acme({ profile: { name: 'http-message-signatures', with: parameters } })
  return openAuthorizer(contextOf(connector, { input: inputOf({ key }), clock: fakeClock(nowMs) })).authorize(
    request,
  )
}

test('HMAC signatures are those of RFC 9421 B.2.5', async () => {
  const parameters = {
    key: '{{ base64.decode(secrets.key) }}',
    keyId: 'test-shared-secret',
    components: 'date @authority content-type',
    label: 'sig-b25',
  }
  const { headers, credentialHeaders } = await signed(parameters, SHARED, RFC_REQUEST, CREATED_MS)
  assert.equal(
    headers['signature-input'],
    'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
  )
  assert.equal(headers['signature'], 'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:')
  assert.deepEqual(credentialHeaders, ['signature-input', 'signature'])
})

test('Ed25519 signatures are those of RFC 9421 B.2.6', async () => {
  const parameters = {
    key: '{{ secrets.key }}',
    keyId: 'test-key-ed25519',
    algorithm: 'ed25519',
    components: 'date @method @path @authority content-type content-length',
    label: 'sig-b26',
  }
  const { headers } = await signed(parameters, ED25519, RFC_REQUEST, CREATED_MS)
  assert.equal(
    headers['signature'],
    'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
  )
})

test('every component is taken from the request as RFC 9421 section 2.2 says', () => {
  const components = ['@method', '@target-uri', '@authority', '@scheme', '@path', '@query', 'date']
  const parameters = signatureParameters(components, { created: 1, keyid: 'a"\\b' })
  assert.equal(
    signatureBase({ ...RFC_REQUEST, url: 'https://EXAMPLE.com:443/a%2Fb?' }, components, parameters),
    [
      '"@method": POST',
      '"@target-uri": https://example.com/a%2Fb?',
      '"@authority": example.com',
      '"@scheme": https',
      '"@path": /a%2Fb',
      '"@query": ?',
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@signature-params": ("@method" "@target-uri" "@authority" "@scheme" "@path" "@query" "date");created=1;keyid="a\\"\\\\b"',
    ].join('\n'),
  )
})

test('a request with a body covers its digest, one without does not', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const parameters = { key: '{{ secrets.key }}', algorithm: 'ed25519', tag: 'a tag' }
  const get: OutgoingRequest = { method: 'GET', url: `${API}/users?a=1`, headers: {} }
  for (const request of [get, { ...get, method: 'POST', body: 'x' } as const]) {
    const sent = await signed(parameters, key, request)
    const { 'signature-input': input = '', signature = '', 'content-digest': digest } = sent.headers
    const list = request.body === undefined ? '' : ' "content-digest"'
    const covered = `("@method" "@authority" "@path" "@query"${list});created=${START_MS / 1000};tag="a tag"`
    assert.equal(input, `sig1=${covered}`)
    const body = createHash('sha256').update('x').digest('base64')
    assert.equal(digest, request.body === undefined ? undefined : `sha-256=:${body}:`)
    const names = [...covered.matchAll(/"(@?[a-z-]+)"/g)].map(([, name]) => name ?? '')
    const base = signatureBase(sent, names, covered)
    assert.ok(verify(null, Buffer.from(base), publicKey, Buffer.from(signature.slice(6, -1), 'base64')))
  }
})

test('a date that is to be signed and absent is added', async () => {
  const sent = await signed({ key: '{{ secrets.key }}', components: 'date' }, 'k', {
    method: 'GET',
    url: API,
    headers: {},
  })
  assert.equal(sent.headers['date'], 'Mon, 23 Nov 2026 09:00:00 GMT')
})

const mistakes: readonly [parameters: Parameters, code: string][] = [
  [{ key: '{{ secrets.key }}', components: 'x-absent' }, 'REQUEST_INVALID'],
  [{ key: '{{ secrets.key }}', components: 'constructor' }, 'REQUEST_INVALID'],
  [{ key: '{{ secrets.key }}', algorithm: 'rsa' }, 'MANIFEST_INVALID'],
  [{ key: '{{ secrets.key }}', algorithm: 'ed25519' }, 'SETTING_INVALID'],
  [{ key: '{{ secrets.key }}', keyId: 'a\nb' }, 'SETTING_INVALID'],
  [{ algorithm: 'hmac-sha256' }, 'SETTING_INVALID'],
]
for (const [parameters, code] of mistakes) {
  test(`a signature with ${JSON.stringify(parameters)} is ${code}`, async () => {
    await assert.rejects(signed(parameters, 'k', RFC_REQUEST), { code })
  })
}
