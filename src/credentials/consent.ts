import { createHash, timingSafeEqual } from 'node:crypto'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import { encode } from '../lib/url-text.ts'
import type { Grant } from '../model/credential.ts'
import type { CredentialContext } from './context.ts'
import type { OAuthPlan } from './method.ts'
import { chooseMethod } from './method.ts'
import { needed, openClient, readSecret } from './oauth-client.ts'
import { exchangeToken } from './oauth-source.ts'
import { scopesToAsk } from './scopes.ts'
import { errorCode } from './token-error.ts'

/** A consent under way. It stays with whoever started it: the same person must finish it. */
export type Consent = {
  /** Where the person goes. */
  readonly url: string
  readonly redirectUri: string
  /** What the callback must repeat. Good for one callback. */
  readonly state: string
  readonly verifier: Secret | undefined
  readonly nonce: string | undefined
}

/**
 * Starts the authorization code flow.
 *
 * @throws {Fault} `SETTING_INVALID` when the connection's method is not authorization_code.
 * @see RFC 6749 section 4.1.1; RFC 7636 for the proof key; OpenID Connect Core section 3.1.2.1 for the nonce.
 */
export function startConsent(context: CredentialContext, redirectUri: string): Consent {
  const plan = personPlan(context, 'authorization_code')
  const client = openClient(plan, context)
  const scopes = scopesToAsk(plan, context)
  const state = token(context)
  const verifier = plan.pkce === 'S256' ? token(context) : undefined
  const nonce = scopes.includes('openid') ? token(context) : undefined
  const params = {
    response_type: 'code',
    client_id: readSecret(client, 'client_id'),
    redirect_uri: redirectUri,
    state,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(plan.scopeSeparator) }),
    ...(verifier === undefined ? {} : { code_challenge: challenge(verifier), code_challenge_method: 'S256' }),
    ...(nonce === undefined ? {} : { nonce }),
    ...client.reader.texts(plan.authorizationParams, 'oauth2.authorizationParams'),
  }
  const query = Object.entries(params).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return {
    url: `${authorizationUrl(plan, context)}?${query.join('&')}`,
    redirectUri,
    state,
    nonce,
    verifier: verifier === undefined ? undefined : new Secret(verifier),
  }
}

/**
 * Exchanges what the callback brought, once, and stores the grant.
 *
 * @param callbackUrl the address the browser was sent back to, query included.
 * @throws {Fault} `CREDENTIAL_REFUSED` when the callback is not the answer to this consent; `CONSENT_REFUSED` when the person said no; as
 * `readGrant`.
 */
export async function finishConsent(
  context: CredentialContext,
  consent: Consent,
  callbackUrl: string,
): Promise<Grant> {
  const plan = personPlan(context, 'authorization_code')
  const code = readCallback(consent, callbackUrl, authorizationUrl(plan, context))
  const { redirectUri, verifier, nonce } = consent
  const presented = { grant: 'authorization_code', code, redirectUri, verifier } as const
  return context.store.update(async (current) => {
    const grant = await exchangeToken(plan, context, { presented, held: undefined, nonce })
    return { ...grant, generation: (current?.generation ?? 0) + 1 }
  })
}

/**
 * The code of a callback.
 *
 * @param endpoint the authorization endpoint: an `iss` in the callback must be of its origin.
 * @throws {Fault} `CREDENTIAL_REFUSED`, `CONSENT_REFUSED`, `PERMISSION_MISSING`
 * @see RFC 6749 sections 4.1.2 and 10.12; RFC 9207 section 2.4 for `iss`.
 */
export function readCallback(consent: Consent, callbackUrl: string, endpoint: string): Secret {
  const params = new URL(callbackUrl).searchParams
  const only = (name: string) => {
    const values = params.getAll(name)
    if (values.length > 1)
      throw new Fault('CREDENTIAL_REFUSED', `the callback holds "${name}" more than once`)
    return values[0]
  }
  if (!isSame(only('state') ?? '', consent.state))
    throw new Fault('CREDENTIAL_REFUSED', 'the callback belongs to another sign-in: its state differs')
  const issuer = only('iss')
  if (issuer !== undefined && originOf(issuer) !== originOf(endpoint))
    throw new Fault('CREDENTIAL_REFUSED', 'the callback comes from another authorization server')
  const error = only('error')
  if (error !== undefined) throw refusal(error)
  const code = only('code')
  if (code === undefined || code === '') throw new Fault('CREDENTIAL_REFUSED', 'the callback holds no code')
  return new Secret(code)
}

function refusal(error: string): Fault {
  const code = errorCode({ error })
  if (code === 'invalid_scope')
    return new Fault('PERMISSION_MISSING', 'the app refused a scope: invalid_scope')
  if (code === 'access_denied')
    return new Fault('CONSENT_REFUSED', 'the consent was not given: access_denied')
  return new Fault('CREDENTIAL_REFUSED', `the consent was not given${code === undefined ? '' : `: ${code}`}`)
}

/** @throws {Fault} `SETTING_INVALID` when the connection's method is another. */
export function personPlan(context: CredentialContext, grant: OAuthPlan['grant']): OAuthPlan {
  const method = chooseMethod(context.connector, context.input.auth)
  if (method.kind === 'oauth2' && method.plan.grant === grant) return method.plan
  throw new Fault('SETTING_INVALID', `the auth method "${method.name}" does not use ${grant}`)
}

function authorizationUrl(plan: OAuthPlan, context: CredentialContext): string {
  const template = needed(plan.authorizationUrl, 'authorizationUrl')
  return openClient(plan, context).reader.text(template, 'oauth2.authorizationUrl')
}

/** 256 random bits, as 43 characters that need no encoding. */
function token({ random }: CredentialContext): string {
  return Buffer.from(random(32)).toString('base64url')
}

function challenge(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}
