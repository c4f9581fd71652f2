import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { isRecord } from '../record.ts'
import { type Discover, discovered } from './discovery.ts'
import type { People } from './people.ts'
import { hasAllowedAlgorithms } from './saml-algorithms.ts'
import { decrypted, isEncrypted } from './saml-decryption.ts'

/** Refuses, by throwing, an address that must not be called: private, link-local, not https. */
export type ProviderGuard = (url: URL) => Promise<void>

export type RuleOptions = {
  readonly people: People
  /** `invited`: only addresses with a pending invitation can sign up. */
  readonly signUp: 'open' | 'invited'
  readonly saml: boolean
  readonly guard: ProviderGuard
  readonly discover: Discover
  /** Origins of identity providers inside the operator's own network, named by the operator. */
  readonly internalProviders: readonly string[]
}

/** Throws to refuse; what it returns replaces the body. */
type Rule = (context: GenericEndpointContext, options: RuleOptions) => Promise<object | undefined>

/** What we ask of a request before the library sees it, by the route the library matched. */
const RULES: Readonly<Record<string, Rule>> = {
  '/sign-up/email': async ({ body }, { signUp, people }) => {
    const email = textOf(body, 'email')
    if (signUp === 'invited' && !(email !== undefined && (await people.isInvited(email))))
      throw new APIError('FORBIDDEN', { message: 'Ask an administrator for an invitation.' })
    return undefined
  },
  // Whoever knew the old password is out, not only where the page thinks of asking for it.
  '/change-password': async ({ body }) => ({ ...body, revokeOtherSessions: true }),
  '/organization/set-active': refuseStrangers,
  '/organization/get-organization': refuseStrangers,
  '/organization/get-full-organization': refuseStrangers,
  '/sso/register': async ({ body }, options) => {
    if (textOf(body, 'organizationId') === undefined)
      throw new APIError('BAD_REQUEST', { message: 'A provider belongs to an organisation: organizationId.' })
    await checkProvider(body, options)
    const complete = await discovered(body, options.discover)
    await checkAddresses(complete, options)
    return withSignedAssertions(complete)
  },
  '/sso/update-provider': async ({ body }, options) => {
    await checkProvider(body, options)
    return isRecord(body) ? withSignedAssertions(body) : undefined
  },
  '/sso/saml2/sp/acs/:providerId': async (context) => {
    const answer = await inTheClear(context, textOf(context.body, 'SAMLResponse') ?? '')
    if (!hasAllowedAlgorithms(answer))
      throw new APIError('BAD_REQUEST', {
        message: 'The answer is signed with an algorithm that is not accepted.',
      })
    return { ...context.body, SAMLResponse: answer }
  },
  // Again when it is used: a name can lead elsewhere by then.
  '/sso/callback/:providerId': async (context, options) =>
    checkAddresses(parsed((await providerOf(context))?.oidcConfig), options),
}

type Provider = { readonly oidcConfig?: unknown; readonly samlConfig?: unknown }

function providerOf({ params, context }: GenericEndpointContext): Promise<Provider | null> {
  const where = [{ field: 'providerId', value: String(params?.['providerId']) }]
  return context.adapter.findOne<Provider>({ model: 'ssoProvider', where })
}

/** The library would look at an encrypted assertion's signature, and not at what it is signed with: it gets what was inside. */
async function inTheClear(context: GenericEndpointContext, encoded: string): Promise<string> {
  if (!isEncrypted(encoded)) return encoded
  const config = parsed((await providerOf(context))?.samlConfig)
  const own = isRecord(config) ? config['spMetadata'] : undefined
  const [pem, passphrase] = [textOf(own, 'encPrivateKey'), textOf(own, 'encPrivateKeyPass')]
  const answer = pem && decrypted(encoded, { pem, ...(passphrase !== undefined && { passphrase }) })
  if (answer) return answer
  throw new APIError('BAD_REQUEST', {
    message: 'The assertion is not encrypted for this platform, with AES-GCM and RSA-OAEP.',
  })
}

export function rules(options: RuleOptions): BetterAuthPlugin {
  return {
    id: 'fairlead-rules',
    hooks: {
      before: [
        {
          matcher: ({ body, query, params }) => hasNul([body, query, params]),
          handler: createAuthMiddleware(async () => {
            throw new APIError('BAD_REQUEST', { message: 'A text holds a NUL.' })
          }),
        },
        {
          matcher: ({ path }) => path !== undefined && (Object.hasOwn(RULES, path) || isSaml(path)),
          handler: createAuthMiddleware(async (context) => {
            const path = context.path ?? ''
            if (isSaml(path) && !options.saml) throw new APIError('NOT_FOUND')
            const body = await RULES[path]?.(context as GenericEndpointContext, options)
            return body === undefined ? undefined : { context: { body } }
          }),
        },
      ],
    },
  }
}

/** PostgreSQL keeps no NUL in a text: asked with one it fails, and the fault would look like ours. */
function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNul)
}

function isSaml(path: string): boolean {
  return path.startsWith('/sso/saml2/')
}

/** The library would first take a person out of the organisation they work in, and then refuse. */
async function refuseStrangers(context: GenericEndpointContext, { people }: RuleOptions): Promise<undefined> {
  const named = { ...context.body, ...context.query }
  const session = await getSessionFromCtx(context)
  if (session === null) return
  const organisationId = textOf(named, 'organizationId')
  // By its slug nothing of ours asks for one.
  const isTheirs =
    organisationId === undefined
      ? named['organizationSlug'] === undefined
      : (await people.membershipIn(session.user.id, organisationId)) !== undefined
  if (!isTheirs) throw new APIError('NOT_FOUND', { message: 'Nothing is here under this name.' })
}

async function checkProvider(body: unknown, options: RuleOptions): Promise<undefined> {
  if (isRecord(body) && body['samlConfig'] !== undefined && !options.saml)
    throw new APIError('BAD_REQUEST', { message: 'SAML is not enabled on this platform.' })
  return checkAddresses(body, options)
}

/** A signature around the whole answer alone is what wrapping attacks are made of. What the library sees was decrypted before. */
function withSignedAssertions(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { samlConfig } = body
  if (!isRecord(samlConfig)) return body
  const parties = ['spMetadata', 'idpMetadata'].flatMap((name) => {
    const party = samlConfig[name]
    return isRecord(party) ? [[name, { ...party, isAssertionEncrypted: false }] as const] : []
  })
  const changed = { ...samlConfig, ...Object.fromEntries(parties), wantAssertionsSigned: true }
  return { ...body, samlConfig: changed }
}

/** Every address in a provider's description, wherever it stands. Namespaces of XML are inside metadata text and are not called. */
async function checkAddresses(value: unknown, options: RuleOptions): Promise<undefined> {
  for (const url of addressesIn(value)) {
    if (options.internalProviders.includes(url.origin)) continue
    await options.guard(url).catch(() => {
      throw new APIError('BAD_REQUEST', { message: `${url.host} is not an address a provider can have.` })
    })
  }
}

function addressesIn(value: unknown): URL[] {
  if (typeof value === 'string') {
    const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(value.trim()) ? URL.parse(value.trim()) : null
    return url === null ? [] : [url]
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(addressesIn) : []
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value
}

function textOf(body: unknown, name: string): string | undefined {
  const value = isRecord(body) ? body[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}
