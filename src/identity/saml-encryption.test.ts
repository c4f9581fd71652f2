import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { IdentityProvider, ServiceProvider, SPMetadata } from 'samlify'
import { hasAllowedAlgorithms } from './sign-in/saml-algorithms.ts'
import { decrypted, isEncrypted } from './sign-in/saml-decryption.ts'
import { assertionOf, type Claims, newParty, newXmlId, responseOf } from './testing/saml-provider.ts'
import { ISSUER, openSamlSignIn } from './testing/saml-sign-in.ts'

/** Encrypted assertions, signed and encrypted by a SAML library's own identity provider. */

const [ours, stranger] = [newParty(), newParty()]
const { platform, provider, acs, begin } = await openSamlSignIn(
  { after },
  { spMetadata: { isAssertionEncrypted: true, encPrivateKey: ours.key } },
)

const GCM_256 = 'http://www.w3.org/2009/xmlenc11#aes256-gcm'
const GCM_128 = 'http://www.w3.org/2009/xmlenc11#aes128-gcm'
const CBC = 'http://www.w3.org/2001/04/xmlenc#aes256-cbc'
const RSA_SHA1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

type How = {
  readonly signer?: typeof provider
  readonly signature?: string
  readonly isSigned?: boolean
  readonly isMessageSigned?: boolean
  readonly cipher?: string
  readonly encryptedFor?: typeof provider
}

/** What the library's provider says, as XML. */
async function answered(claims: Claims, how: How = {}): Promise<string> {
  const { signer = provider, signature = RSA_SHA256, cipher = GCM_256, encryptedFor = ours } = how
  const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '')
  const idp = IdentityProvider({
    ...{ entityID: ISSUER, signingCert: bare(provider.certificate), privateKey: signer.key },
    ...{ requestSignatureAlgorithm: signature, isAssertionEncrypted: true, dataEncryptionAlgorithm: cipher },
    singleSignOnService: [{ Binding: POST, Location: 'https://idp.harbour.example/sso' }],
    loginResponseTemplate: { context: '<of the claims/>', attributes: [] },
  })
  const sp = ServiceProvider({
    wantMessageSigned: how.isMessageSigned ?? false,
    metadata: SPMetadata({
      ...{ entityID: platform.publicUrl, encryptCert: bare(encryptedFor.certificate) },
      wantAssertionsSigned: how.isSigned ?? true,
      assertionConsumerService: [{ Binding: POST, Location: acs }],
    }).getMetadata(),
  })
  const fill = () => ({ id: newXmlId(), context: responseOf(claims, assertionOf(claims, newXmlId())) })
  const { context } = await idp.createLoginResponse(sp, { extract: {} }, 'post', {}, fill)
  return Buffer.from(context, 'base64').toString()
}

const ACCEPTED: readonly (readonly [what: string, how: How])[] = [
  ['AES-256-GCM', {}],
  ['AES-128-GCM', { cipher: GCM_128 }],
  ['and signed once more around everything', { isMessageSigned: true }],
]
for (const [n, [what, how]] of ACCEPTED.entries())
  test(`an encrypted assertion opens a session: ${what}`, async () => {
    const { claims, present } = await begin(`someone-${n}@harbour.example`)
    const response = await answered(claims, how)
    assert.ok(response.includes('EncryptedAssertion') && !response.includes(claims.nameId))
    const { answer, session } = await present(response)
    assert.equal(session?.email, claims.nameId, JSON.stringify(answer))
    assert.equal((await present(response)).answer.location?.includes('error='), true, 'and only once')
  })

const REFUSED: readonly (readonly [
  what: string,
  how: How,
  forge?: (response: string, claims: Claims) => string,
])[] = [
  ['not signed', { isSigned: false }],
  ['signed around everything, the assertion not', { isSigned: false, isMessageSigned: true }],
  ['signed by somebody else', { signer: stranger }],
  ['signed with SHA-1', { signature: RSA_SHA1 }],
  ['encrypted for somebody else', { encryptedFor: stranger }],
  ['encrypted in a mode that shows what is inside to who asks often', { cipher: CBC }],
  [
    'changed on the way',
    {},
    (response) =>
      response.replace(
        /([A-Za-z0-9+/]{8})(==?<|<)(\/\w+:CipherValue>\s*<\/\w+:CipherData>\s*<\/\w+:EncryptedData)/,
        'AAAAAAAA$2$3',
      ),
  ],
  [
    'with a forged assertion beside it',
    {},
    (response, claims) =>
      response.replace(
        '</samlp:Response>',
        `${assertionOf({ ...claims, nameId: 'boss@harbour.example' }, newXmlId())}</samlp:Response>`,
      ),
  ],
]
for (const [what, how, forge] of REFUSED)
  test(`refused: encrypted, ${what}`, async () => {
    const { claims, present } = await begin('someone@harbour.example')
    const honest = await answered(claims, how)
    const response = forge?.(honest, claims) ?? honest
    assert.equal(response !== honest, forge !== undefined)
    const { answer, session } = await present(response)
    assert.equal(session, undefined)
    assert.ok(answer.status < 500, String(answer.status))
    assert.ok(answer.status >= 400 || answer.location?.includes('error='), JSON.stringify(answer))
  })

test('control: SHA-1 is hidden by encryption, and found where it was decrypted', async () => {
  const { claims } = await begin('someone@harbour.example')
  const weak = Buffer.from(await answered(claims, { signature: RSA_SHA1 })).toString('base64')
  assert.equal(Buffer.from(weak, 'base64').toString().includes('rsa-sha1'), false)
  const open = decrypted(weak, { pem: ours.key }) ?? ''
  assert.ok(Buffer.from(open, 'base64').toString().includes('rsa-sha1'))
  assert.equal(hasAllowedAlgorithms(open), false)
})

test('what is made to be slow to read is not', () => {
  const begun = performance.now()
  for (const part of [
    '<EncryptedAssertion ',
    '<EncryptedAssertion>',
    '<x:EncryptedAssertion><EncryptedKey>',
    '</a',
  ])
    for (const tail of ['', '</EncryptedAssertion>']) {
      const encoded = Buffer.from(part.repeat(200_000 / part.length) + tail).toString('base64')
      isEncrypted(encoded)
      assert.equal(decrypted(encoded, { pem: ours.key }), undefined)
    }
  assert.ok(performance.now() - begun < 500, `${performance.now() - begun} ms`)
})
