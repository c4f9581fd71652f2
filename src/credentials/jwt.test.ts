import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { openAuthorizer } from './authorizer.ts'
import { acme, contextOf, GET_USERS, inputOf, START_MS } from './testing/acme.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
const ed25519 = generateKeyPairSync('ed25519').privateKey
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const SHARED = 'a shared secret that is long enough for every hash: 0123456789abcdef'

function tokenOf(jwt: object, key: string) {
  const context = contextOf(acme({ jwt }), { input: inputOf({ private_key: key, client_id: 'me' }) })
  const authorizer = openAuthorizer(context)
  const next = async () => {
    const { headers } = await authorizer.authorize(GET_USERS)
    return /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? ''
  }
  return { context, authorizer, next }
}

const kinds: readonly [algorithm: string, key: KeyObject | string][] = [
  ['RS256', rsa],
  ['RS384', rsa],
  ['RS512', rsa],
  ['PS256', rsa],
  ['ES256', p256],
  ['ES384', p384],
  ['EdDSA', ed25519],
  ['HS256', SHARED],
  ['HS384', SHARED],
  ['HS512', SHARED],
]
for (const [algorithm, key] of kinds) {
  test(`a token signed with ${algorithm} is verified by another library's reading of the key`, async () => {
    const jwt = { algorithm, keyId: 'k1', issuer: '{{ secrets.client_id }}', audience: 'them', subject: 'us' }
    const token = await tokenOf(jwt, typeof key === 'string' ? key : pem(key)).next()
    const verifier = typeof key === 'string' ? new TextEncoder().encode(key) : createPublicKey(key)
    const { payload } = await jwtVerify(token, verifier, { currentDate: new Date(START_MS) })
    assert.deepEqual(decodeProtectedHeader(token), { alg: algorithm, typ: 'JWT', kid: 'k1' })
    const { jti, ...claims } = payload
    assert.match(jti ?? '', /^[0-9a-f]{32}$/)
    const iat = START_MS / 1000
    assert.deepEqual(claims, { iss: 'me', aud: 'them', sub: 'us', iat, exp: iat + 300 })
  })
}

const forms: readonly [what: string, text: string][] = [
  ['PKCS #8', pem(rsa)],
  ['PKCS #1', rsa.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['PEM with \\n for line ends', pem(rsa).replaceAll('\n', '\\n')],
  ['JWK', JSON.stringify(rsa.export({ format: 'jwk' }))],
]
for (const [what, text] of forms) {
  test(`a private key is read as ${what}`, async () => {
    const token = await tokenOf({}, text).next()
    await jwtVerify(token, createPublicKey(rsa), { currentDate: new Date(START_MS) })
  })
}

test('an elliptic key is read in SEC 1 form', async () => {
  const key = p256.export({ type: 'sec1', format: 'pem' }).toString()
  const token = await tokenOf({ algorithm: 'ES256' }, key).next()
  await jwtVerify(token, createPublicKey(p256), { currentDate: new Date(START_MS) })
})

const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const unfit: readonly [what: string, jwt: object, key: string][] = [
  ['is no key', {}, 'CANARY-not-a-key'],
  ['is a broken JWK', {}, '{"kty":"CANARY"'],
  ['is of another kind', { algorithm: 'RS256' }, pem(p256)],
  ['is on another curve', { algorithm: 'ES256' }, pem(p384)],
  ['is too short', { algorithm: 'RS256' }, pem(small)],
]
for (const [what, jwt, key] of unfit) {
  test(`a key that ${what} is a setting to correct, and is not quoted`, async () => {
    await assert.rejects(tokenOf(jwt, key).next(), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'SETTING_INVALID')
      const shown = `${error.message}${error.stack}`
      for (const part of ['CANARY', key.slice(0, 60).slice(-16)]) assert.ok(!shown.includes(part))
      assert.equal(error.cause, undefined)
      return true
    })
  })
}

test('a claim that is one expression keeps its type, and the claims of the manifest win over ours', async () => {
  const claims = { exp: '{{ 1900000000 }}', admin: '{{ true }}', scope: 'a b', n: 7 }
  const token = await tokenOf({ claims }, pem(rsa)).next()
  const { payload } = await jwtVerify(token, createPublicKey(rsa), { currentDate: new Date(START_MS) })
  const { exp, admin, scope, n } = payload
  assert.deepEqual({ exp, admin, scope, n }, { exp: 1900000000, admin: true, scope: 'a b', n: '7' })
})

test('one token serves until 80 % of its life, then another is signed; a refused one is replaced once', async () => {
  const { context, authorizer, next } = tokenOf({ lifetime: '10m' }, pem(rsa))
  const first = await next()
  await context.clock.sleep(479_999)
  assert.equal(await next(), first)
  await context.clock.sleep(1)
  assert.notEqual(await next(), first)
  const refused = await authorizer.authorize(GET_USERS)
  assert.equal(await authorizer.refused(refused), true)
  const again = await authorizer.authorize(GET_USERS)
  assert.notEqual(again.headers['authorization'], refused.headers['authorization'])
  assert.equal(await authorizer.refused(again), false)
  assert.equal(await context.store.read(), undefined)
})
