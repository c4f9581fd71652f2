import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../model/transport.ts'
import { readBody } from './read-body.ts'
import { START_MS, TOKEN_URL } from './testing/acme.ts'
import { tokenFault } from './token-error.ts'

function faultOf(status: number, body: unknown, presented: 'refresh' | 'other' = 'refresh') {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer: Answer = { status, headers: {}, body: Buffer.from(text), url: TOKEN_URL }
  return tokenFault(answer, readBody(answer), { presented, nowMs: START_MS })
}

const HTML = '<html><body>Bad gateway</body></html>'
const answers: readonly [status: number, body: unknown, code: string][] = [
  [400, { error: 'invalid_grant' }, 'CREDENTIAL_REVOKED'],
  [401, { error: 'INVALID_GRANT', error_description: 'expired' }, 'CREDENTIAL_REVOKED'],
  [200, { ok: false, error: 'invalid_refresh_token' }, 'CREDENTIAL_REVOKED'],
  [200, { error: 'bad_refresh_token', error_description: 'x' }, 'CREDENTIAL_REVOKED'],
  [200, 'error=invalid_grant&error_description=gone', 'CREDENTIAL_REVOKED'],
  [400, { error: { code: 'invalid_grant', message: 'x' } }, 'CREDENTIAL_REVOKED'],
  [400, { error: { type: 'invalid_grant' } }, 'CREDENTIAL_REVOKED'],
  [400, { errors: [{ code: 'token_expired' }] }, 'CREDENTIAL_REVOKED'],
  [400, { errors: ['invalid_grant'] }, 'CREDENTIAL_REVOKED'],
  [400, { errorCode: 'invalid_grant' }, 'CREDENTIAL_REVOKED'],
  [400, { code: 400, message: 'invalid_grant' }, 'CREDENTIAL_REVOKED'],
  [401, { error: 'invalid_client' }, 'CREDENTIAL_REFUSED'],
  [400, { error: 'unauthorized_client' }, 'CREDENTIAL_REFUSED'],
  [403, HTML, 'CREDENTIAL_REFUSED'],
  [401, '', 'CREDENTIAL_REFUSED'],
  [200, { ok: false, error: 'something_new' }, 'CREDENTIAL_REFUSED'],
  [200, { success: false }, 'CREDENTIAL_REFUSED'],
  [400, { error: 'invalid_scope' }, 'PERMISSION_MISSING'],
  [400, { error: 'invalid_request' }, 'SOURCE_REFUSED'],
  [400, { error: 'unsupported_grant_type' }, 'SOURCE_REFUSED'],
  [404, HTML, 'SOURCE_REFUSED'],
  [400, { error: 'something_new' }, 'SOURCE_REFUSED'],
  [400, { error: 'temporarily_unavailable' }, 'SOURCE_UNAVAILABLE'],
  [500, { error: 'invalid_grant' }, 'SOURCE_UNAVAILABLE'],
  [502, HTML, 'SOURCE_UNAVAILABLE'],
  [408, '', 'SOURCE_UNAVAILABLE'],
  [429, { error: 'invalid_grant' }, 'SOURCE_THROTTLED'],
  [200, { ok: false, error: 'ratelimited' }, 'SOURCE_THROTTLED'],
  [302, '', 'REDIRECT_REFUSED'],
  [200, HTML, 'SOURCE_UNREADABLE'],
  [200, {}, 'SOURCE_UNREADABLE'],
  [200, '', 'SOURCE_UNREADABLE'],
  [200, 'null', 'SOURCE_UNREADABLE'],
  [200, { access_token: '', error: '' }, 'SOURCE_UNREADABLE'],
]
for (const [status, body, code] of answers) {
  test(`${status} ${JSON.stringify(body)} to a refresh token is ${code}`, () => {
    assert.equal(faultOf(status, body).code, code)
  })
}

test('only a refresh token can be revoked: what else is no longer accepted was not right', () => {
  assert.equal(faultOf(400, { error: 'invalid_grant' }, 'other').code, 'CREDENTIAL_REFUSED')
})

test('a fault names the server, the status and a code of the standards', () => {
  assert.equal(
    faultOf(400, { error: 'invalid_grant' }).message,
    'auth.acme.example/token answered 400 invalid_grant to a request for a token',
  )
})

test('a fault repeats nothing else of an answer: it may echo what was sent', () => {
  const echoes = [{ error: 'canary' }, { error: { code: 'canary' } }, { errors: ['canary'] }, 'canary']
  for (const status of [200, 302, 400, 401, 429, 500])
    for (const body of echoes) assert.ok(!faultOf(status, body).message.includes('canary'))
})

test('a fault about throttling says how long to wait', () => {
  const headers = { 'retry-after': '90' }
  const answer = { status: 429, headers, body: new Uint8Array(), url: TOKEN_URL }
  assert.match(tokenFault(answer, null, { presented: 'other', nowMs: START_MS }).message, /wait 90 s$/)
})
