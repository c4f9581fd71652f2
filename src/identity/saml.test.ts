import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { openTestPlatform, signUp } from './testing/platform.ts'
import {
  assertionOf,
  type Claims,
  newParty,
  newXmlId,
  responseOf,
  signatureOf,
  signed,
} from './testing/saml-provider.ts'

/** SAML where the operator enabled it: what a provider signed, for us, now, once; and nothing around it. */

const platform = await openTestPlatform({ after }, { saml: true, guard: async () => undefined })
const { identity, control, publicUrl } = platform
const [provider, stranger] = [newParty(), newParty()]
const ISSUER = 'https://idp.harbour.example/metadata'
const ACS = `${publicUrl}/api/auth/sso/saml2/sp/acs/harbour-saml`
const genuine = { key: provider.key, hash: 'sha256' } as const

const owner = await signUp(platform, platform.browser(), { name: 'Ada', email: 'ada@s.example' })
const { body: made } = await owner.ask('POST', '/organization/create', { name: 'Harbour', slug: 'harbour' })
const registered = await owner.ask('POST', '/sso/register', {
  providerId: 'harbour-saml',
  issuer: publicUrl,
  domain: 'harbour.example',
  organizationId: made['id'],
  samlConfig: {
    entryPoint: 'https://idp.harbour.example/sso',
    cert: provider.certificate,
    audience: publicUrl,
    // Not ours to be talked out of: the assertion must be signed.
    wantAssertionsSigned: false,
    idpMetadata: {
      entityID: ISSUER,
      cert: provider.certificate,
      singleSignOnService: [
        {
          Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
          Location: 'https://idp.harbour.example/sso',
        },
      ],
    },
  },
})
assert.equal(registered.status, 200, JSON.stringify(registered.body))
await control.pool.query('update identity."ssoProvider" set "domainVerified" = true')

/** Begins a sign-in, and gives what an honest provider would then say of a person. */
async function begin(nameId: string) {
  const browser = platform.browser()
  const asked = { email: 'x@harbour.example', callbackURL: '/apps' }
  const { body } = await browser.ask('POST', '/sign-in/sso', asked)
  const { searchParams } = new URL(String(body['url']))
  const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  const inResponseTo = / ID="([^"]+)"/.exec(request)?.[1] ?? ''
  const claims: Claims = {
    nameId,
    inResponseTo,
    audience: publicUrl,
    recipient: ACS,
    issuer: ISSUER,
    fromMs: Date.now() - 60_000,
    untilMs: Date.now() + 300_000,
  }
  const present = async (response: string) => {
    const form = {
      SAMLResponse: Buffer.from(response).toString('base64'),
      RelayState: searchParams.get('RelayState'),
    }
    const answer = await browser.ask('POST', '/sso/saml2/sp/acs/harbour-saml', form, {
      origin: new URL(ISSUER).origin,
    })
    return { answer, session: await identity.sessionOf(browser.headers()) }
  }
  return { claims, present }
}

test('what the provider signed opens a session, once', async () => {
  const { claims, present } = await begin('someone@harbour.example')
  const response = responseOf(claims, signed(claims, genuine))
  const { answer, session } = await present(response)
  assert.equal(answer.location, `${publicUrl}/apps`.replace(publicUrl, '') || '/apps', JSON.stringify(answer))
  assert.equal(session?.email, 'someone@harbour.example')
  assert.equal(session?.role, 'viewer')
  const { present: presentAgain } = await begin('someone@harbour.example')
  assert.equal((await presentAgain(response)).session, undefined, 'the same answer to another request')
})

const evil = (claims: Claims): Claims => ({ ...claims, nameId: 'boss@harbour.example' })
const wrapped = (claims: Claims, inside: (original: string) => string) => {
  const id = newXmlId()
  const original = assertionOf(claims, id)
  const signature = signatureOf(original, id, genuine)
  return assertionOf(
    evil(claims),
    newXmlId(),
    signature.replace('</ds:Signature>', `${inside(original)}</ds:Signature>`),
  )
}

const FORGERIES: [what: string, forge: (claims: Claims) => string][] = [
  ['no signature', (claims) => responseOf(claims, assertionOf(claims, newXmlId()))],
  [
    'signed by somebody else',
    (claims) => responseOf(claims, signed(claims, { key: stranger.key, hash: 'sha256' })),
  ],
  ['signed with SHA-1', (claims) => responseOf(claims, signed(claims, { key: provider.key, hash: 'sha1' }))],
  [
    'signed with SHA-1, spelled otherwise',
    (claims) =>
      responseOf(
        claims,
        signed(claims, { key: provider.key, hash: 'sha1' }).replaceAll('sha1"', 'sha&#49;"'),
      ),
  ],
  [
    'a name changed after signing',
    (claims) => responseOf(claims, signed(claims, genuine).replace(claims.nameId, 'boss@harbour.example')),
  ],
  [
    'for another service',
    (claims) => responseOf(claims, signed({ ...claims, audience: 'https://other.example' }, genuine)),
  ],
  [
    'for another address',
    (claims) => responseOf(claims, signed({ ...claims, recipient: 'https://other.example/acs' }, genuine)),
  ],
  [
    'by another issuer',
    (claims) => responseOf(claims, signed({ ...claims, issuer: 'https://other.example' }, genuine)),
  ],
  [
    'too late',
    (claims) => responseOf(claims, signed({ ...claims, untilMs: Date.now() - 3_600_000 }, genuine)),
  ],
  [
    'too early',
    (claims) => responseOf(claims, signed({ ...claims, fromMs: Date.now() + 3_600_000 }, genuine)),
  ],
  [
    'without times',
    (claims) => {
      const bare = (text: string) => text.replace(/<saml:Conditions [^>]*>/, '<saml:Conditions>')
      const id = newXmlId()
      const text = bare(assertionOf(claims, id))
      return responseOf(claims, bare(assertionOf(claims, id, signatureOf(text, id, genuine))))
    },
  ],
  [
    'to a request nobody made',
    (claims) => {
      const other = { ...claims, inResponseTo: newXmlId() }
      return responseOf(other, signed(other, genuine))
    },
  ],
  [
    'a forged assertion before the signed one',
    (claims) => responseOf(claims, assertionOf(evil(claims), newXmlId()) + signed(claims, genuine)),
  ],
  [
    'a forged assertion after the signed one',
    (claims) => responseOf(claims, signed(claims, genuine) + assertionOf(evil(claims), newXmlId())),
  ],
  [
    'a forged assertion with the same ID',
    (claims) => {
      const id = newXmlId()
      return responseOf(claims, assertionOf(evil(claims), id) + signed(claims, genuine, id))
    },
  ],
  [
    'the signed one inside the forged one’s signature',
    (claims) =>
      responseOf(
        claims,
        wrapped(claims, (original) => `<ds:Object>${original}</ds:Object>`),
      ),
  ],
  [
    'the signed one in an extension',
    (claims) =>
      responseOf(
        evil(claims),
        `<samlp:Extensions>${signed(claims, genuine)}</samlp:Extensions>${assertionOf(evil(claims), newXmlId())}`,
      ),
  ],
  [
    'the signed one inside the forged one',
    (claims) => responseOf(claims, assertionOf(evil(claims), newXmlId(), signed(claims, genuine))),
  ],
  [
    'the signature moved to the forged one',
    (claims) => {
      const id = newXmlId()
      return responseOf(
        claims,
        assertionOf(evil(claims), id, signatureOf(assertionOf(claims, id), id, genuine)),
      )
    },
  ],
  [
    'an entity in place of the name',
    (claims) =>
      responseOf(
        claims,
        signed(claims, genuine).replace(claims.nameId, '&boss;'),
        '<!DOCTYPE x [<!ENTITY boss "boss@harbour.example">]>',
      ),
  ],
  ['no XML at all', () => 'not XML'],
]
for (const [what, forge] of FORGERIES) {
  test(`refused: ${what}`, async () => {
    const { claims, present } = await begin('someone@harbour.example')
    const { answer, session } = await present(forge(claims))
    assert.equal(session, undefined)
    assert.ok(answer.status < 500, `${answer.status}`)
    assert.ok(answer.status >= 400 || answer.location?.includes('error='), JSON.stringify(answer))
    const { rows } = await control.pool.query(`select id from identity."user" where email like 'boss@%'`)
    assert.deepEqual(rows, [])
  })
}

test('a comment in a name does not cut it short', async () => {
  const { claims, present } = await begin('boss@harbour.example.evil.example')
  const response = responseOf(claims, signed(claims, genuine))
  const { session } = await present(
    response.replace('boss@harbour.example.evil', 'boss@harbour.example<!-- -->.evil'),
  )
  assert.notEqual(session?.email, 'boss@harbour.example')
})
