import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { Secret } from '../lib/secret.ts'
import type { Kept } from '../model/credential.ts'
import type { Answer } from '../model/transport.ts'
import type { HeldGrant } from './grant.ts'
import { chooseMethod } from './method.ts'
import { type Reading, readGrant } from './read-grant.ts'
import { acme, START_MS, TOKEN_URL } from './testing/acme.ts'

function planWith(oauth2: object) {
  const method = chooseMethod(
    acme({ oauth2: { grant: 'client_credentials', tokenUrl: TOKEN_URL, ...oauth2 } }),
  )
  assert.equal(method.kind, 'oauth2')
  return { ...method.plan, ...method.plan.token }
}
const PLAIN = planWith({})
const reading: Reading = { presented: 'refresh', nowMs: START_MS, settings: {}, held: undefined }

function answerOf(body: unknown, status = 200): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers: { 'x-token': 'from header' }, body: Buffer.from(text), url: TOKEN_URL }
}

function shown({ accessToken, refreshToken, kept, refreshAt: _, ...rest }: HeldGrant) {
  const { expiresAt, ...others } = rest
  return {
    ...others,
    kept: kept.reveal(),
    token: accessToken.reveal(),
    ...(refreshToken === undefined ? {} : { refresh: refreshToken.reveal() }),
    ...(expiresAt === undefined ? {} : { lifeMs: expiresAt - START_MS }),
  }
}

const bare = { kept: {}, generation: 1 }
const answers: readonly [what: string, oauth2: object, body: unknown, expected: object][] = [
  [
    'as the standard has it',
    {},
    { access_token: 'a', token_type: 'Bearer', expires_in: 3600, refresh_token: 'r', scope: 'x y' },
    { ...bare, token: 'a', refresh: 'r', lifeMs: 3_600_000, scopes: ['x', 'y'] },
  ],
  ['without token_type and life', {}, { access_token: 'a' }, { ...bare, token: 'a' }],
  [
    'with the life as text',
    {},
    { access_token: 'a', expires_in: '3600' },
    { ...bare, token: 'a', lifeMs: 3_600_000 },
  ],
  [
    'with a fraction of a second',
    {},
    { access_token: 'a', expires_in: 1.5 },
    { ...bare, token: 'a', lifeMs: 1500 },
  ],
  ['with a life of zero for ever', {}, { access_token: 'a', expires_in: 0 }, { ...bare, token: 'a' }],
  ['with a life of null', {}, { access_token: 'a', expires_in: null }, { ...bare, token: 'a' }],
  ['with a life of nonsense', {}, { access_token: 'a', expires_in: 'soon' }, { ...bare, token: 'a' }],
  ['with a life of an object', {}, { access_token: 'a', expires_in: {} }, { ...bare, token: 'a' }],
  [
    'without a life that the manifest knows',
    { lifetime: '30m' },
    { access_token: 'a' },
    { ...bare, token: 'a', lifeMs: 1_800_000 },
  ],
  [
    'with a life in milliseconds',
    { token: { expiresIn: 'response.body.expires_in_ms / 1000.0' } },
    { access_token: 'a', expires_in_ms: 90000 },
    { ...bare, token: 'a', lifeMs: 90_000 },
  ],
  [
    'with a moment instead of a life',
    { token: { expiresAt: 'timestamp(response.body.expiry)' } },
    { access_token: 'a', expiry: '2026-11-23T09:10:00Z', expires_in: 5 },
    { ...bare, token: 'a', lifeMs: 600_000 },
  ],
  ['with a life of true', {}, { access_token: 'a', expires_in: true }, { ...bare, token: 'a' }],
  [
    'with a moment that is over by our clock',
    { token: { expiresAt: 'timestamp(response.body.expiry)' }, lifetime: '1m' },
    { access_token: 'a', expiry: '2026-11-23T09:00:00Z' },
    { ...bare, token: 'a', lifeMs: 60_000 },
  ],
  [
    'with a moment that is missing, and a life',
    { token: { expiresAt: 'timestamp(response.body.expiry)' } },
    { access_token: 'a', expires_in: 5 },
    { ...bare, token: 'a', lifeMs: 5000 },
  ],
  [
    'nested below another object',
    {
      token: {
        accessToken: 'response.body.authed_user.access_token',
        scope: 'response.body.authed_user.scope',
      },
    },
    { ok: true, access_token: 'bot', authed_user: { access_token: 'user', scope: 'a,b' } },
    { ...bare, token: 'user', scopes: ['a', 'b'] },
  ],
  [
    'in a header',
    { token: { accessToken: "response.headers['x-token']" } },
    '',
    { ...bare, token: 'from header' },
  ],
  [
    'as the whole body',
    { token: { accessToken: 'response.body' } },
    ' a.b.c \n',
    { ...bare, token: 'a.b.c' },
  ],
  ['as a JSON string', { token: { accessToken: 'response.body' } }, '"abc"', { ...bare, token: 'abc' }],
  ['as a number', {}, '{"access_token":12345678901234567890}', { ...bare, token: '12345678901234567890' }],
  [
    'as form pairs',
    {},
    'access_token=a%2Bb&expires_in=60&scope=x%2Cy&token_type=bearer',
    { ...bare, token: 'a+b', lifeMs: 60_000, scopes: ['x', 'y'] },
  ],
  [
    'with scopes as a list',
    {},
    { access_token: 'a', scope: ['x', 'y'] },
    { ...bare, token: 'a', scopes: ['x', 'y'] },
  ],
  ['with no scope granted', {}, { access_token: 'a', scope: '' }, { ...bare, token: 'a', scopes: [] }],
  ['with an error that says none', {}, { access_token: 'a', error: null, ok: true }, { ...bare, token: 'a' }],
  ['with a byte order mark', {}, '\ufeff{"access_token":"a"}', { ...bare, token: 'a' }],
  [
    'with values that requests need',
    { keep: { instance: 'response.body.instance_url', id: 'response.body.id', none: 'response.body.none' } },
    '{"access_token":"a","instance_url":"https://eu.acme.example","id":98765432109876543210}',
    { ...bare, kept: { instance: 'https://eu.acme.example', id: 98765432109876543210n }, token: 'a' },
  ],
]
for (const [what, oauth2, body, expected] of answers) {
  test(`a token answer is read ${what}`, () => {
    assert.deepEqual(shown(readGrant(planWith(oauth2), answerOf(body), reading)), expected)
  })
}

const held: HeldGrant = {
  accessToken: new Secret('old'),
  refreshToken: new Secret('r1'),
  scopes: ['old'],
  kept: new Secret<Kept>({ instance: 'i', other: 'o' }),
  generation: 7,
}

test('a token beside an error status is none', () => {
  for (const status of [199, 300, 400, 500])
    assert.throws(() => readGrant(PLAIN, answerOf({ access_token: 'a' }, status), reading), { name: 'Fault' })
})

test('a refresh that brings no new refresh token leaves the old one, and what was kept', () => {
  const plan = planWith({ keep: { instance: 'response.body.instance' } })
  const grant = readGrant(plan, answerOf({ access_token: 'a', instance: 'j' }), { ...reading, held })
  assert.deepEqual(shown(grant), {
    token: 'a',
    refresh: 'r1',
    kept: { instance: 'j', other: 'o' },
    generation: 8,
  })
})

test('what is kept of an answer is not shown, whatever it is', () => {
  const plan = planWith({ keep: { all: 'response.body' } })
  const grant = readGrant(plan, answerOf({ access_token: 'hunter2', other: 'hunter3' }), reading)
  assert.match(JSON.stringify(grant.kept.reveal()), /hunter3/, 'control')
  assert.doesNotMatch(`${inspect(grant, { depth: 9, showHidden: true })}${JSON.stringify(grant)}`, /hunter/)
})

test('a refresh that brings a new refresh token replaces the old one', () => {
  const grant = readGrant(PLAIN, answerOf({ access_token: 'a', refresh_token: 'r2' }), { ...reading, held })
  assert.equal(grant.refreshToken?.reveal(), 'r2')
})

test('scopes that the answer does not name are those that were asked for', () => {
  const unsaid = { ...reading, unsaidScopes: ['asked'] }
  assert.deepEqual(readGrant(PLAIN, answerOf({ access_token: 'a' }), unsaid).scopes, ['asked'])
  assert.deepEqual(readGrant(PLAIN, answerOf({ access_token: 'a', scope: 'x' }), unsaid).scopes, ['x'])
})

test('an ID token that was made for another sign-in is refused', () => {
  const idToken = (nonce: string) => `e30.${Buffer.from(JSON.stringify({ nonce })).toString('base64url')}.`
  const read = (id_token: string) =>
    readGrant(PLAIN, answerOf({ access_token: 'a', id_token }), { ...reading, nonce: 'n' })
  assert.equal(read(idToken('n')).accessToken.reveal(), 'a')
  for (const other of [idToken('m'), 'no token'])
    assert.throws(() => read(other), { code: 'CREDENTIAL_REFUSED' })
})

test('whatever comes is a grant or a fault, and no fault repeats it', () => {
  const canary = 'canary'
  const text = fc.oneof(fc.string(), fc.json(), fc.constant(`access_token=&error=${canary}`))
  fc.assert(
    fc.property(text, fc.integer({ min: 100, max: 599 }), (body, status) => {
      try {
        readGrant(PLAIN, answerOf(`${body}${canary}`, status), reading)
      } catch (error) {
        const { name, message, cause } = error as Error
        assert.equal(name, 'Fault')
        assert.ok(!message.includes(canary))
        assert.equal(cause, undefined)
      }
    }),
    { seed: 7, numRuns: 500 },
  )
})
