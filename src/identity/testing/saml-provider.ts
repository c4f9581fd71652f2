import { execFileSync } from 'node:child_process'
import { createHash, createSign, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What an assertion says; a test changes one thing at a time. */
export type Claims = {
  readonly nameId: string
  readonly inResponseTo: string
  readonly audience: string
  readonly recipient: string
  readonly issuer: string
  readonly fromMs: number
  readonly untilMs: number
}
export type Signing = { readonly key: string; readonly hash: 'sha1' | 'sha256' }
export type Party = { readonly key: string; readonly certificate: string }

const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion'
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const METHODS = {
  sha1: { signature: `${DSIG}rsa-sha1`, digest: `${DSIG}sha1` },
  sha256: {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
}

/** A key pair and the certificate over it, made by OpenSSL. */
export function newParty(): Party {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-saml-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=idp.harbour.example', '-days', '2']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject],
    {
      stdio: 'ignore',
    },
  )
  const party = { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
  rmSync(folder, { recursive: true })
  return party
}

/** An assertion as exclusive canonical XML, so that its digest is that of its text. `middle` is where the signature belongs. */
export function assertionOf(claims: Claims, id: string, middle = ''): string {
  const { nameId, inResponseTo, audience, recipient, issuer, fromMs, untilMs } = claims
  const [from, until] = [new Date(fromMs).toISOString(), new Date(untilMs).toISOString()]
  return `<saml:Assertion xmlns:saml="${ASSERTION}" ID="${id}" IssueInstant="${from}" Version="2.0"><saml:Issuer>${issuer}</saml:Issuer>${middle}<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${inResponseTo}" NotOnOrAfter="${until}" Recipient="${recipient}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${from}" NotOnOrAfter="${until}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${from}" SessionIndex="_s1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement></saml:Assertion>`
}

/** The enveloped signature of an assertion. @param inside what else its element holds, for wrapping. */
export function signatureOf(assertion: string, id: string, { key, hash }: Signing, inside = ''): string {
  const { signature, digest } = METHODS[hash]
  const hashed = createHash(hash).update(assertion).digest('base64')
  const signedInfo = (namespace: string) =>
    `<ds:SignedInfo${namespace}><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="${signature}"></ds:SignatureMethod><ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${DSIG}enveloped-signature"></ds:Transform><ds:Transform Algorithm="${EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="${digest}"></ds:DigestMethod><ds:DigestValue>${hashed}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
  const value = createSign(hash)
    .update(signedInfo(` xmlns:ds="${DSIG}"`))
    .sign(key, 'base64')
  return `<ds:Signature xmlns:ds="${DSIG}">${signedInfo('')}<ds:SignatureValue>${value}</ds:SignatureValue>${inside}</ds:Signature>`
}

export function signed(claims: Claims, signing: Signing, id = newXmlId()): string {
  return assertionOf(claims, id, signatureOf(assertionOf(claims, id), id, signing))
}

export function responseOf(claims: Claims, content: string, before = ''): string {
  const { inResponseTo, recipient, issuer } = claims
  return `${before}<samlp:Response xmlns:samlp="${PROTOCOL}" Destination="${recipient}" ID="${newXmlId()}" InResponseTo="${inResponseTo}" IssueInstant="${new Date().toISOString()}" Version="2.0"><saml:Issuer xmlns:saml="${ASSERTION}">${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>${content}</samlp:Response>`
}

export function newXmlId(): string {
  return `_${randomUUID()}`
}
