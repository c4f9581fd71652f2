import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { isPublicAddress } from '../egress/public-address.ts'
import { CLIENT, openIdentityProvider } from './testing/identity-provider.ts'
import { openTestPlatform, signUp } from './testing/platform.ts'

const internalProviders: string[] = []
let isGuarded = true
const asked: string[] = []
let isWayOpen = true
const platform = await openTestPlatform(
  { after },
  {
    internalProviders,
    guard: async (url) => {
      if (!isGuarded) return
      const host = url.hostname.replace(/^\[|\]$/g, '')
      if (url.protocol !== 'https:' || (/^[\d.]+$|:/.test(host) && !isPublicAddress(host)))
        throw new Error('refused')
    },
    fetch: async (address, init) => {
      const request = new Request(address, init)
      asked.push(`${request.method} ${request.url.slice(provider.issuer.length)}`)
      if (!isWayOpen) throw new Error('refused')
      return fetch(request)
    },
  },
)
const { identity, control, publicUrl } = platform
const redirectUri = `${publicUrl}/api/auth/sso/callback/harbour-idp`
const provider = await openIdentityProvider({ after }, redirectUri, (login) =>
  login === 'outsider' ? 'owner@elsewhere.example' : `${login}@harbour.example`,
)
internalProviders.push(provider.issuer)

const owner = await signUp(platform, platform.browser(), { name: 'Ada', email: 'ada@o.example' })
const { body: made } = await owner.ask('POST', '/organization/create', { name: 'Harbour', slug: 'harbour' })
const organizationId = String(made['id'])
const description = {
  providerId: 'harbour-idp',
  issuer: provider.issuer,
  domain: 'harbour.example',
  organizationId,
  oidcConfig: { ...CLIENT, scopes: ['openid', 'email', 'profile'] },
}
const signInWith = (browser: ReturnType<typeof platform.browser>) =>
  browser.ask('POST', '/sign-in/sso', { email: 'someone@harbour.example', callbackURL: '/apps' })

test('an organisation registers its provider, proves its domain, and its people sign in as viewers', async () => {
  const registered = await owner.ask('POST', '/sso/register', description)
  assert.equal(registered.status, 200, JSON.stringify(registered.body))
  assert.equal((await signInWith(platform.browser())).status, 401, 'not before the domain is proved')
  // What a DNS record does outside: see the library's `/sso/verify-domain`.
  await control.pool.query('update identity."ssoProvider" set "domainVerified" = true')

  const browser = platform.browser()
  const begun = await signInWith(browser)
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const authorization = new URL(String(begun.body['url']))
  assert.equal(authorization.searchParams.get('redirect_uri'), redirectUri)
  assert.equal(authorization.searchParams.get('code_challenge_method'), 'S256')
  const back = await provider.signInAt(authorization.href, 'someone')
  const stranger = platform.browser()
  await stranger.open(back)
  assert.equal(await identity.sessionOf(stranger.headers()), undefined, 'the browser that began must finish')

  const next = await provider.signInAt(String((await signInWith(browser)).body['url']), 'someone')
  const landed = await browser.open(next)
  assert.equal(landed.location, '/apps', landed.location ?? '')
  const session = await identity.sessionOf(browser.headers())
  assert.equal(session?.email, 'someone@harbour.example')
  assert.equal(session?.organisationId, organizationId)
  assert.equal(session?.role, 'viewer')
  const again = await browser.open(next)
  assert.ok(again.location?.includes('error'), 'a code is good once')
})

test('everything the library asks of a provider goes by the way it is given; where that is closed, nobody gets in', async (t) => {
  asked.length = 0
  t.after(() => {
    isWayOpen = true
  })
  for (const isOpen of [false, true]) {
    const browser = platform.browser()
    const back = await provider.signInAt(String((await signInWith(browser)).body['url']), 'someone')
    isWayOpen = isOpen
    const { status, location } = await browser.open(back)
    assert.deepEqual([status, location?.includes('error')], [302, !isOpen], location ?? '')
    assert.equal((await identity.sessionOf(browser.headers())) !== undefined, isOpen)
  }
  assert.deepEqual(asked, ['POST /token', 'POST /token', 'GET /jwks', 'GET /me'])
})

test('what a provider says of an address outside its domain opens no account that exists', async () => {
  const victim = await signUp(platform, platform.browser(), { name: 'V', email: 'owner@elsewhere.example' })
  const browser = platform.browser()
  const begun = await signInWith(browser)
  const landed = await browser.open(await provider.signInAt(String(begun.body['url']), 'outsider'))
  assert.match(landed.location ?? '', /error=/)
  assert.equal(await identity.sessionOf(browser.headers()), undefined)
  assert.ok(await identity.sessionOf(victim.headers()))
})

test('client secrets of providers are sealed in the database and masked in answers', async () => {
  const { rows } = await control.pool.query('select * from identity."ssoProvider"')
  assert.equal(rows.length, 1)
  assert.equal(JSON.stringify(rows).includes(CLIENT.clientSecret), false)
  const { body } = await owner.ask('GET', '/sso/get-provider?providerId=harbour-idp')
  assert.equal(JSON.stringify(body).includes(CLIENT.clientSecret), false)
  const { rows: accounts } = await control.pool.query(
    'select * from identity.account where "accessToken" is not null',
  )
  for (const { accessToken } of accounts)
    assert.ok(String(accessToken).length > 60, 'sealed, not the token itself')
})

test('only an administrator of an organisation registers a provider, and only for it', async () => {
  const other = await signUp(platform, platform.browser(), { name: 'Ben', email: 'ben@o.example' })
  const theirs = await other.ask('POST', '/sso/register', { ...description, providerId: 'p2' })
  assert.equal(theirs.status, 400)
  const { organizationId: _, ...alone } = description
  assert.equal((await other.ask('POST', '/sso/register', { ...alone, providerId: 'p3' })).status, 400)
  for (const [path, body] of [
    ['/sso/update-provider', { providerId: 'harbour-idp', domain: 'elsewhere.example' }],
    ['/sso/delete-provider', { providerId: 'harbour-idp' }],
    ['/sso/verify-domain', { providerId: 'harbour-idp' }],
  ] as const) {
    const { status } = await other.ask('POST', path, body)
    assert.ok(status === 403 || status === 404, `${path} ${status}`)
  }
})

const REFUSED = [
  'http://169.254.169.254',
  'https://169.254.169.254',
  'https://127.0.0.1',
  'https://127.0.0.1:5432',
  'https://2130706433',
  'https://0x7f.1',
  'https://[::1]',
  'https://[::ffff:127.0.0.1]',
  'https://[::127.0.0.1]',
  'https://10.0.0.1',
  'https://[fd00::1]',
  'https://168.63.129.16',
  'http://idp.example',
  'ftp://idp.example',
  'file:///etc/passwd',
]
for (const issuer of REFUSED) {
  test(`GHSA-5rr4-8452-hf4v: ${issuer} is no provider, as issuer or as one of its endpoints`, async () => {
    const bodies = [
      { ...description, providerId: 'bad', issuer },
      {
        ...description,
        providerId: 'bad',
        oidcConfig: {
          ...description.oidcConfig,
          skipDiscovery: true,
          authorizationEndpoint: 'https://idp.example/auth',
          tokenEndpoint: `${issuer}/token`,
          jwksEndpoint: 'https://idp.example/jwks',
        },
      },
    ]
    // A browser each: five attempts in a row are one too many from one address.
    for (const body of bodies) {
      const { status } = await owner.ask('POST', '/sso/register', body)
      assert.equal(status, 400)
    }
    const change = { providerId: 'harbour-idp', oidcConfig: { jwksEndpoint: `${issuer}/jwks` } }
    assert.equal((await owner.ask('POST', '/sso/update-provider', change)).status, 400)
    const { rows } = await control.pool.query('select "providerId" from identity."ssoProvider"')
    assert.deepEqual(rows, [{ providerId: 'harbour-idp' }])
  })
}

test('control: without the guard the library takes a provider over plain http, and one the guard knows as private', async (t) => {
  isGuarded = false
  t.after(() => {
    isGuarded = true
  })
  for (const [n, origin] of ['http://idp.example', 'https://168.63.129.16'].entries()) {
    const oidcConfig = {
      ...description.oidcConfig,
      skipDiscovery: true,
      authorizationEndpoint: `${origin}/auth`,
      tokenEndpoint: `${origin}/token`,
      jwksEndpoint: `${origin}/jwks`,
    }
    const body = { ...description, providerId: `loose-${n}`, issuer: origin, oidcConfig }
    assert.equal((await owner.ask('POST', '/sso/register', body)).status, 200, origin)
    assert.equal((await owner.ask('POST', '/sso/delete-provider', { providerId: `loose-${n}` })).status, 200)
  }
})

test('a proved domain is proved for itself alone: another one must be proved again', async () => {
  const change = { providerId: 'harbour-idp', domain: 'elsewhere.example' }
  assert.equal((await owner.ask('POST', '/sso/update-provider', change)).status, 200)
  const { rows } = await control.pool.query('select domain, "domainVerified" from identity."ssoProvider"')
  assert.deepEqual(rows, [{ domain: 'elsewhere.example', domainVerified: false }])
})

test('SAML is refused where the operator did not enable it', async () => {
  const samlConfig = { entryPoint: 'https://idp.example/sso', cert: 'x', idpMetadata: { entityID: 'x' } }
  const { oidcConfig: _, ...rest } = description
  const { status, body } = await owner.ask('POST', '/sso/register', { ...rest, providerId: 's1', samlConfig })
  assert.equal(status, 400)
  assert.match(String(body['message']), /SAML is not enabled/)
})
