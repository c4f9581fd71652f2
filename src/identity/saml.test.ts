import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  assertionOf,
  type Claims,
  newParty,
  newXmlId,
  responseOf,
  signatureOf,
  signed,
} from './testing/saml-provider.ts'
import { openSamlSignIn } from './testing/saml-sign-in.ts'

/** SAML where the operator enabled it: what a provider signed, for us, now, once; and nothing around it. */

const { platform, provider, begin } = await openSamlSignIn({ after })
const { control, publicUrl } = platform
const stranger = newParty()
const genuine = { key: provider.key, hash: 'sha256' } as const

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
