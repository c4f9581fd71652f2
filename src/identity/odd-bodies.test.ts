import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestPlatform, signUp } from './testing/platform.ts'

const platform = await openTestPlatform({ after }, { isDemo: true, saml: true })
const person = await signUp(platform, platform.browser(), { name: 'A', email: 'a@b.example' })
const cookie = person.headers().get('cookie') ?? ''

const ROUTES = [
  '/sign-up/email',
  '/sign-in/email',
  '/sign-in/sso',
  '/demo/sign-in',
  '/request-password-reset',
  '/reset-password',
  '/change-password',
  '/organization/create',
  '/organization/update',
  '/organization/invite-member',
  '/organization/accept-invitation',
  '/organization/update-member-role',
  '/organization/remove-member',
  '/organization/set-active',
  '/sso/register',
  '/sso/update-provider',
  '/sso/delete-provider',
  '/sso/verify-domain',
  '/sso/saml2/sp/acs/none',
  '/two-factor/enable',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
  '/passkey/verify-registration',
  '/passkey/verify-authentication',
  '/passkey/delete-passkey',
  '/revoke-session',
]
const odd = { deep: { deep: [null] }, '': 0 }
const fields = [
  'email',
  'password',
  'name',
  'slug',
  'kinds',
  'role',
  'organizationId',
  'id',
  'data',
  'person',
  'token',
]
const BODIES: [what: string, body: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a list', [{}]],
  ['a text', 'x'],
  ['a number', 7],
  ['nothing in it', {}],
  ['numbers for texts', Object.fromEntries(fields.map((field) => [field, 7]))],
  ['lists for texts', Object.fromEntries(fields.map((field) => [field, ['a', 'b']]))],
  ['objects for texts', Object.fromEntries(fields.map((field) => [field, odd]))],
  [
    'a NUL and half a surrogate pair',
    Object.fromEntries(fields.map((field) => [field, 'a\0\uD800@b.example'])),
  ],
]
for (const [what, body] of BODIES) {
  test(`${what} where a form is expected is an answer below 500, signed in or not`, async () => {
    for (const path of ROUTES)
      for (const headers of [{}, { cookie }]) {
        const { status } = await platform.browser().ask('POST', path, body, headers)
        assert.ok(status < 500, `${path} ${status}`)
      }
  })
}

test('a NUL in an address is no fault of ours either', async () => {
  for (const path of [
    '/organization/get-invitation?id=%00',
    '/reset-password/%00?callbackURL=/',
    '/verify-email?token=%00',
  ]) {
    const { status } = await platform.browser().ask('GET', path, undefined, { cookie })
    assert.ok(status < 500, path)
  }
})

test('the person is still signed in, and nothing was made', async () => {
  assert.ok(await platform.identity.sessionOf(person.headers()))
  const { rows } = await platform.control.pool.query(
    'select (select count(*) from identity.organization) as organisations, (select count(*) from identity."user") as people',
  )
  assert.deepEqual(rows, [{ organisations: 0, people: 1 }])
})
