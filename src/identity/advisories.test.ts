import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { systemClock } from '../lib/clock.ts'
import { outboxMailer } from '../mail/outbox.ts'
import { ADDRESS_HEADER, libraryOptions } from './sign-in/options.ts'
import { openPeople } from './sign-in/people.ts'
import { openTestPlatform, PASSWORD, signUp, TEST_SECRET } from './testing/platform.ts'

/** Accidents of other products and of the library itself (reference: its published advisories), each tried here. */

const platform = await openTestPlatform({ after }, { publicUrl: 'https://fairlead.example' })
const { identity } = platform
const wrong = { email: 'nobody@v.example', password: 'not the password at all' }

test('CVE-2026-22794: links of letters come from PUBLIC_URL, whatever the request says of itself', async () => {
  const browser = platform.browser()
  const lies = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    forwarded: 'host=evil.example',
    host: 'evil.example',
  }
  await browser.ask('POST', '/sign-up/email', { name: 'A', email: 'a@v.example', password: PASSWORD }, lies)
  const { link } = await platform.letterTo('a@v.example')
  assert.ok(link.startsWith('https://fairlead.example/api/auth/verify-email?'), link)
  await browser.open(link)
  const reset = { email: 'a@v.example', redirectTo: '/reset' }
  assert.equal((await platform.browser().ask('POST', '/request-password-reset', reset, lies)).status, 200)
  const letter = await platform.letterTo('a@v.example')
  assert.ok(letter.link.startsWith('https://fairlead.example/api/auth/reset-password/'), letter.link)
})

for (const redirectTo of [
  'https://evil.example/',
  '//evil.example',
  'https://fairlead.example.evil.example',
  '/\\evil.example',
])
  test(`a letter does not lead on to ${redirectTo}`, async () => {
    const { status } = await platform
      .browser()
      .ask('POST', '/request-password-reset', { email: 'a@v.example', redirectTo })
    assert.equal(status, 403)
  })

test('a request from another origin changes nothing, with or without cookies', async () => {
  const browser = await signUp(platform, platform.browser(), { name: 'B', email: 'b@v.example' })
  const draft = { name: 'X', slug: 'x-origin' }
  for (const origin of ['https://evil.example', 'null', 'https://fairlead.example.evil.example']) {
    const answer = await browser.ask('POST', '/organization/create', draft, { origin })
    assert.equal(answer.status, 403, origin)
  }
  assert.equal(
    (await browser.ask('POST', '/organization/create', draft)).status,
    200,
    'control: our own origin',
  )
})

test('cookies are for this host alone, over https alone, out of reach of scripts', async () => {
  await signUp(platform, platform.browser(), { name: 'C', email: 'c@v.example' })
  const { setCookies } = await platform
    .browser()
    .ask('POST', '/sign-in/email', { email: 'c@v.example', password: PASSWORD })
  const session = setCookies.find((line) => line.includes('session_token='))
  assert.match(session ?? '', /^__Secure-fairlead\.session_token=/)
  for (const attribute of [/; HttpOnly/i, /; Secure/i, /; SameSite=Lax/i, /; Path=\//i])
    assert.match(session ?? '', attribute)
  assert.doesNotMatch(session ?? '', /; Domain=/i)
})

test('GHSA-xg6x-h9c9-2m83: no answer carries a session to be believed without the database', async () => {
  const browser = await signUp(platform, platform.browser(), { name: 'D', email: 'd@v.example' })
  assert.deepEqual(
    [...browser.cookies.keys()].filter((name) => name.includes('session_data')),
    [],
  )
  const forged = browser.headers()
  await platform.control.pool.query('delete from identity.session')
  assert.equal(await identity.sessionOf(forged), undefined, 'a session deleted in the database is over')
})

const attempts = async (addressOf: (n: number) => string, count = 6) => {
  const statuses: number[] = []
  for (let n = 0; n < count; n++)
    statuses.push((await platform.browser(addressOf(n)).ask('POST', '/sign-in/email', wrong)).status)
  return statuses
}

test('CVE-2026-45364: addresses of one IPv6 /64 are one client; of several, several', async () => {
  const sameNetwork = await attempts((n) => `2001:db8:1:1::${n + 1}`)
  assert.deepEqual(sameNetwork, [401, 401, 401, 429, 429, 429])
  const others = await attempts((n) => `2001:db8:2:${n}::1`)
  assert.deepEqual(others, [401, 401, 401, 401, 401, 401], 'control: another /64 is another client')
})

test('an IPv4 address written as IPv6 is the same client', async () => {
  const spellings = ['203.0.113.9', '::ffff:203.0.113.9', '::ffff:cb00:7109', '203.0.113.9']
  assert.deepEqual(await attempts((n) => spellings[n] ?? '', 4), [401, 401, 401, 429])
})

test('a client does not choose the address it is counted by', async () => {
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) {
    const lies = {
      'x-forwarded-for': `192.0.2.${n}`,
      'x-fairlead-client-address': `192.0.2.${n}`,
      'x-real-ip': `192.0.2.${n}`,
    }
    statuses.push((await platform.browser('203.0.113.77').ask('POST', '/sign-in/email', wrong, lies)).status)
  }
  assert.deepEqual(statuses, [401, 401, 401, 429, 429])
})

test('CVE-2025-61928: the library makes no API keys, and reads none', async () => {
  for (const path of ['/api-key/create', '/api-key/list', '/api-key/update'])
    assert.equal(
      (await platform.browser().ask('POST', path, { userId: 'usr_1', name: 'x' })).status,
      404,
      path,
    )
  const headers = new Headers({ 'x-api-key': 'anything' })
  assert.deepEqual(await identity.principalOf(headers), { refused: 'nobody' })
})

const CLOSED: [method: string, path: string][] = [
  ['POST', '/sign-in/social'],
  ['POST', '/get-access-token'],
  ['POST', '/refresh-token'],
  ['POST', '/link-social'],
  ['POST', '/unlink-account'],
  ['POST', '/update-session'],
  ['POST', '/delete-user'],
  ['POST', '/change-email'],
  ['POST', '/organization/add-member'],
  ['POST', '/demo/sign-in'],
  ['GET', '/sso/saml2/sp/metadata?providerId=x'],
  ['POST', '/sso/saml2/sp/acs/x'],
  ['POST', '//demo/sign-in'],
  ['POST', '/x/../demo/sign-in'],
  ['POST', '/SIGN-IN/social'],
  ['POST', '/sign-in%2Fsocial'],
  ['POST', '/sign-in/social/'],
]
for (const [method, path] of CLOSED)
  test(`${method} ${path} is not there`, async () => {
    const browser = await platform
      .browser()
      .ask(method, path, method === 'POST' ? { person: 'operator' } : undefined)
    assert.equal(browser.status, 404)
  })

test('what a person may not say of themselves is not believed', async () => {
  const browser = platform.browser()
  const claims = {
    role: 'admin',
    emailVerified: true,
    twoFactorEnabled: false,
    id: 'usr_mine',
    kinds: ['operator'],
  }
  await browser.ask('POST', '/sign-up/email', {
    name: 'E',
    email: 'e@v.example',
    password: PASSWORD,
    ...claims,
  })
  const { rows } = await platform.control.pool.query(
    `select id, "emailVerified" from identity."user" where email = 'e@v.example'`,
  )
  assert.ok(rows.length === 0 || (rows[0].emailVerified === false && rows[0].id !== 'usr_mine'))
  const founder = await signUp(platform, platform.browser(), { name: 'F', email: 'f@v.example' })
  for (const kinds of [['operator'], ['customer', 'operator'], [], 'operator', [{}]]) {
    const { status } = await founder.ask('POST', '/organization/create', { name: 'F', slug: 'f', kinds })
    assert.equal(status, 400, JSON.stringify(kinds))
  }
  const made = await founder.ask('POST', '/organization/create', {
    name: 'F',
    slug: 'f',
    kinds: ['vendor'],
    id: 'org_mine',
  })
  assert.deepEqual(made.body['kinds'], ['vendor'])
  assert.notEqual(made.body['id'], 'org_mine')
  const risen = await founder.ask('POST', '/organization/update', {
    organizationId: made.body['id'],
    data: { kinds: ['operator'] },
  })
  assert.equal(risen.status, 400)
  for (const role of ['owner', 'admin,viewer', 'superuser', ['admin', 'viewer']]) {
    const invitation = { email: 'g@v.example', role, organizationId: made.body['id'] }
    const { status } = await founder.ask('POST', '/organization/invite-member', invitation)
    assert.ok(status === 400 || status === 403, `${JSON.stringify(role)} ${status}`)
  }
})

test('test 14: another organisation’s ids answer as unknown ids do, in every route that takes one', async () => {
  const [ours, theirs] = await Promise.all(
    ['h', 'i'].map(async (name) => {
      const browser = await signUp(platform, platform.browser(), { name, email: `${name}@v.example` })
      const { body } = await browser.ask('POST', '/organization/create', { name, slug: `of-${name}` })
      const organizationId = String(body['id'])
      const invitation = { email: `${name}2@v.example`, role: 'viewer', organizationId }
      const { body: invited } = await browser.ask('POST', '/organization/invite-member', invitation)
      const memberId = (body['members'] as { id: string }[])[0]?.id ?? ''
      return { browser, organizationId, memberId, invitationId: String(invited['id']) }
    }),
  )
  assert.ok(ours && theirs)
  type Ids = NonNullable<typeof ours>
  const ROUTES: [method: string, path: (ids: Ids) => string, body?: (ids: Ids) => object][] = [
    ['GET', ({ organizationId }) => `/organization/get-full-organization?organizationId=${organizationId}`],
    ['GET', ({ organizationId }) => `/organization/get-organization?organizationId=${organizationId}`],
    ['GET', () => '/organization/get-full-organization?organizationSlug=of-i'],
    ['POST', () => '/organization/set-active', () => ({ organizationSlug: 'of-i' })],
    ['GET', ({ organizationId }) => `/organization/list-members?organizationId=${organizationId}`],
    ['GET', ({ organizationId }) => `/organization/list-invitations?organizationId=${organizationId}`],
    ['GET', ({ invitationId }) => `/organization/get-invitation?id=${invitationId}`],
    ['POST', () => '/organization/set-active', ({ organizationId }) => ({ organizationId })],
    [
      'POST',
      () => '/organization/update',
      ({ organizationId }) => ({ organizationId, data: { name: 'taken' } }),
    ],
    [
      'POST',
      () => '/organization/invite-member',
      ({ organizationId }) => ({ organizationId, email: 'z@v.example', role: 'admin' }),
    ],
    ['POST', () => '/organization/cancel-invitation', ({ invitationId }) => ({ invitationId })],
    ['POST', () => '/organization/accept-invitation', ({ invitationId }) => ({ invitationId })],
    [
      'POST',
      () => '/organization/remove-member',
      ({ organizationId, memberId }) => ({ organizationId, memberIdOrEmail: memberId }),
    ],
    [
      'POST',
      () => '/organization/update-member-role',
      ({ organizationId, memberId }) => ({ organizationId, memberId, role: 'viewer' }),
    ],
    ['POST', () => '/organization/leave', ({ organizationId }) => ({ organizationId })],
  ]
  for (const [method, path, body] of ROUTES) {
    const answer = await ours.browser.ask(method, path(theirs), body?.(theirs))
    assert.ok(answer.status >= 400 && answer.status < 500, `${path(theirs)} ${answer.status}`)
    assert.equal(JSON.stringify(answer.body).includes('@v.example'), false, path(theirs))
    const anonymous = await platform.browser().ask(method, path(theirs), body?.(theirs))
    assert.ok(
      [400, 401, 403].includes(anonymous.status),
      `${path(theirs)} without a session: ${anonymous.status}`,
    )
  }
  const session = await identity.sessionOf(ours.browser.headers())
  assert.equal(session?.organisationId, ours.organizationId, 'and nobody left the organisation they work in')
  const trail = await identity.audit.list(theirs.organizationId)
  assert.deepEqual(
    trail.map(({ action }) => action),
    ['invitation.create', 'organisation.create'],
  )
})

/** The same library on the same database with one protection taken away: the test above it must be able to fail. */
async function without(change: (options: BetterAuthOptions) => BetterAuthOptions) {
  const options = libraryOptions(
    {
      pool: platform.control.pool,
      publicUrl: platform.publicUrl,
      secret: TEST_SECRET,
      mail: outboxMailer(platform.control, systemClock),
      clock: systemClock,
      guard: async () => undefined,
      discover: async () => undefined,
      fetch: () => Promise.reject(new Error('no provider is asked in this test')),
      internalProviders: [],
      signUp: 'open',
      saml: false,
      isDemo: false,
      noted: async () => undefined,
      log: () => undefined,
    },
    openPeople(platform.control.pool),
  )
  const library = betterAuth(change(options))
  const ask = (path: string, body: object, headers: Record<string, string>) =>
    library.handler(
      new Request(`https://${headers['host'] ?? 'fairlead.example'}/api/auth${path}`, {
        method: 'POST',
        headers: { origin: 'https://fairlead.example', 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    )
  return { ask, library }
}

test('control: without the fixed address a letter links to whatever host the request names', async () => {
  const { ask } = await without(({ baseURL: _, ...options }) => options)
  const host = { host: 'evil.example', [ADDRESS_HEADER]: '192.0.2.200' }
  assert.equal((await ask('/request-password-reset', { email: 'a@v.example' }, host)).status, 200)
  assert.ok((await platform.letterTo('a@v.example')).link.startsWith('https://evil.example/'))
})

test('control: counted by whole IPv6 addresses, one network is a thousand clients', async () => {
  const { ask } = await without((options) => ({
    ...options,
    advanced: { ...options.advanced, ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 } },
  }))
  const statuses: number[] = []
  for (let n = 1; n <= 5; n++)
    statuses.push((await ask('/sign-in/email', wrong, { [ADDRESS_HEADER]: `2001:db8:9:9::${n}` })).status)
  assert.deepEqual(statuses, [401, 401, 401, 401, 401])
})

test('control: without the origin check another site signs a person up', async () => {
  const { ask } = await without((options) => ({
    ...options,
    advanced: { ...options.advanced, disableOriginCheck: true, disableCSRFCheck: true },
  }))
  const evil = { origin: 'https://evil.example', cookie: 'a=b', [ADDRESS_HEADER]: '192.0.2.201' }
  const person = { name: 'J', email: 'j@v.example', password: PASSWORD }
  assert.equal((await ask('/sign-up/email', person, evil)).status, 200)
})

test('control: with a cookie cache a session outlives its row in the database', async () => {
  const { ask, library } = await without((options) => ({
    ...options,
    session: { ...options.session, cookieCache: { enabled: true, maxAge: 300 } },
  }))
  await signUp(platform, platform.browser(), { name: 'K', email: 'k@v.example' })
  const address = { [ADDRESS_HEADER]: '192.0.2.202' }
  const answer = await ask('/sign-in/email', { email: 'k@v.example', password: PASSWORD }, address)
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  await platform.control.pool.query('delete from identity.session')
  assert.notEqual(await library.api.getSession({ headers: new Headers({ cookie }) }), null)
  assert.equal(await identity.sessionOf(new Headers({ cookie })), undefined, 'ours asks the database')
})
