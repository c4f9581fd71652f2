import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'
import type { Session } from '../identity.ts'
import type { Answer } from './browser.ts'
import { openTestPlatform, signUp, type TestPlatform } from './platform.ts'
import { type Claims, newParty, type Party } from './saml-provider.ts'

export const ISSUER = 'https://idp.harbour.example/metadata'
const ENTRY = 'https://idp.harbour.example/sso'

export type SamlSignIn = {
  readonly platform: TestPlatform
  readonly provider: Party
  readonly acs: string
  /** Begins a sign-in, and gives what an honest provider would then say of a person. */
  readonly begin: (nameId: string) => Promise<{
    readonly claims: Claims
    readonly present: (
      response: string,
    ) => Promise<{ readonly answer: Answer; readonly session: Session | undefined }>
  }>
}

/** The platform with SAML, and an organisation whose provider has proved its domain. @param own what is ours in its description */
export async function openSamlSignIn(
  t: { readonly after: (work: () => Promise<void>) => void },
  own: object = {},
): Promise<SamlSignIn> {
  const platform = await openTestPlatform(t, { saml: true, guard: async () => undefined })
  const { identity, control, publicUrl } = platform
  const provider = newParty()
  const acs = `${publicUrl}/api/auth/sso/saml2/sp/acs/harbour-saml`
  const owner = await signUp(platform, platform.browser(), { name: 'Ada', email: 'ada@s.example' })
  const { body: made } = await owner.ask('POST', '/organization/create', { name: 'Harbour', slug: 'harbour' })
  const { certificate: cert } = provider
  const Binding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
  const { status, body } = await owner.ask('POST', '/sso/register', {
    ...{ providerId: 'harbour-saml', issuer: publicUrl, domain: 'harbour.example' },
    organizationId: made['id'],
    samlConfig: {
      ...{ entryPoint: ENTRY, cert, audience: publicUrl },
      // Not ours to be talked out of: the assertion must be signed.
      wantAssertionsSigned: false,
      idpMetadata: { entityID: ISSUER, cert, singleSignOnService: [{ Binding, Location: ENTRY }] },
      ...own,
    },
  })
  assert.equal(status, 200, JSON.stringify(body))
  await control.pool.query('update identity."ssoProvider" set "domainVerified" = true')
  return {
    ...{ platform, provider, acs },
    begin: async (nameId) => {
      const browser = platform.browser()
      const asked = { email: 'x@harbour.example', callbackURL: '/apps' }
      const { searchParams } = new URL(String((await browser.ask('POST', '/sign-in/sso', asked)).body['url']))
      const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
      const claims: Claims = {
        ...{ nameId, audience: publicUrl, recipient: acs, issuer: ISSUER },
        inResponseTo: / ID="([^"]+)"/.exec(request)?.[1] ?? '',
        ...{ fromMs: Date.now() - 60_000, untilMs: Date.now() + 300_000 },
      }
      return {
        claims,
        present: async (response) => {
          const form = {
            SAMLResponse: Buffer.from(response).toString('base64'),
            RelayState: searchParams.get('RelayState'),
          }
          const { origin } = new URL(ISSUER)
          const answer = await browser.ask('POST', '/sso/saml2/sp/acs/harbour-saml', form, { origin })
          return { answer, session: await identity.sessionOf(browser.headers()) }
        },
      }
    },
  }
}
