import assert from 'node:assert/strict'
import { setServers } from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'
import { after, test } from 'node:test'
import { CLIENT } from './testing/identity-provider.ts'
import { openNameServer } from './testing/name-server.ts'
import { openTestPlatform, signUp } from './testing/platform.ts'

// A provider signs nobody in until its organisation has proved the domain: by a record that only who runs the domain can make.

const names = await openNameServer({ after })
setServers([names.address])
// The library imports what is made anew by this.
syncBuiltinESMExports()
const issuer = 'https://idp.harbour.example'
const platform = await openTestPlatform({ after }, { guard: async () => undefined })
type Browser = Awaited<ReturnType<typeof signUp>>

async function registered(person: string, providerId: string) {
  const owner = await signUp(platform, platform.browser(), { name: person, email: `${person}@o.example` })
  const { body: made } = await owner.ask('POST', '/organization/create', { name: person, slug: person })
  const { status, body } = await owner.ask('POST', '/sso/register', {
    ...{ providerId, issuer, domain: 'harbour.example', organizationId: made['id'] },
    oidcConfig: {
      ...{ ...CLIENT, scopes: ['openid', 'email'], skipDiscovery: true },
      ...{ authorizationEndpoint: `${issuer}/auth`, tokenEndpoint: `${issuer}/token` },
      jwksEndpoint: `${issuer}/jwks`,
    },
  })
  assert.equal(status, 200, JSON.stringify(body))
  const asked = await owner.ask('POST', '/sso/request-domain-verification', { providerId })
  assert.equal(asked.status, 201, JSON.stringify(asked.body))
  const token = String(asked.body['domainVerificationToken'])
  assert.ok(token.length >= 24)
  return { owner, providerId, token, record: `_fairlead-${providerId}.harbour.example` }
}
type Party = Awaited<ReturnType<typeof registered>>

const prove = (owner: Browser, { providerId }: Party) =>
  owner.ask('POST', '/sso/verify-domain', { providerId })
const signInWith = (providerId: string) =>
  platform.browser().ask('POST', '/sign-in/sso', { providerId, callbackURL: '/apps' })
async function isProved({ providerId }: Party): Promise<boolean> {
  const { rows } = await platform.control.pool.query(
    'select "domainVerified" from identity."ssoProvider" where "providerId" = $1',
    [providerId],
  )
  const proved = rows[0].domainVerified === true
  assert.equal((await signInWith(providerId)).status, proved ? 200 : 401)
  return proved
}

const harbour = await registered('ada', 'harbour-idp')
const stranger = await registered('mallory', 'mallory-idp')

const NOT_PROVED: readonly (readonly [what: string, name: string, texts: readonly string[]])[] = [
  ['no record', 'elsewhere.example', [harbour.token]],
  ['another text', harbour.record, ['v=spf1 -all']],
  ['a part of the token', harbour.record, [harbour.token.slice(0, -1)]],
  ['the token and more', harbour.record, [`${harbour.token}x`]],
  ['the token of another organisation', harbour.record, [stranger.token]],
  ['the record at the domain itself', 'harbour.example', [harbour.token]],
  ['the record below another domain', '_fairlead-harbour-idp.evil.example', [harbour.token]],
]
for (const [what, name, texts] of NOT_PROVED)
  test(`not proved: ${what}`, async () => {
    names.zone.clear()
    names.zone.set(name, texts)
    names.asked.length = 0
    const { status, body } = await prove(harbour.owner, harbour)
    assert.deepEqual([status, body['code']], [502, 'DOMAIN_VERIFICATION_FAILED'])
    assert.deepEqual([...new Set(names.asked)], [harbour.record])
    assert.equal(await isProved(harbour), false)
  })

test('another organisation cannot ask for the proof, nor prove its own provider by a record of this one', async () => {
  names.zone.clear()
  names.zone.set('*.harbour.example', [harbour.token])
  assert.equal((await prove(stranger.owner, harbour)).status, 403)
  const asked = await stranger.owner.ask('POST', '/sso/request-domain-verification', {
    providerId: harbour.providerId,
  })
  assert.equal(asked.status, 403)
  assert.equal(JSON.stringify(asked.body).includes(harbour.token), false)
  assert.equal((await prove(stranger.owner, stranger)).status, 502)
  assert.deepEqual([await isProved(harbour), await isProved(stranger)], [false, false])
})

test('proved: the token under the provider’s own name, beside other texts; for this provider alone', async () => {
  names.zone.clear()
  names.zone.set(harbour.record, ['google-site-verification=x', harbour.token])
  const { status, body } = await prove(harbour.owner, harbour)
  assert.equal(status, 204, JSON.stringify(body))
  assert.deepEqual([await isProved(harbour), await isProved(stranger)], [true, false])
  assert.equal((await prove(harbour.owner, harbour)).status, 409)
  // Control: what a wildcard answers was looked at for the other one, too; its own token it would have taken.
  names.zone.set('*.harbour.example', [stranger.token])
  assert.equal((await prove(stranger.owner, stranger)).status, 204)
})
