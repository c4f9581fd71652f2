import { APIError } from 'better-auth/api'
import { isRecord } from '../record.ts'

/** Gets the JSON at an address of an identity provider, through whatever guards the way out of here. */
export type Discover = (url: URL) => Promise<unknown>

const WELL_KNOWN = '/.well-known/openid-configuration'

/**
 * Completes a description of an OIDC provider from its own discovery document, so that the library need not ask for it: it would go
 * to any address its list of trusted origins holds, and to no other.
 *
 * @see OpenID Connect Discovery 1.0, section 4.3: the document's issuer must be the one asked for.
 */
export async function discovered(
  body: Readonly<Record<string, unknown>>,
  discover: Discover,
): Promise<Readonly<Record<string, unknown>>> {
  const { issuer, oidcConfig } = body
  if (typeof issuer !== 'string' || !isRecord(oidcConfig) || oidcConfig['skipDiscovery'] === true) return body
  const given = oidcConfig['discoveryEndpoint']
  const discoveryEndpoint = typeof given === 'string' ? given : `${issuer.replace(/\/$/, '')}${WELL_KNOWN}`
  const url = URL.parse(discoveryEndpoint)
  const found = url && (await discover(url).catch(() => undefined))
  if (!isRecord(found) || found['issuer'] !== issuer)
    throw new APIError('BAD_REQUEST', { message: `No discovery document of ${issuer} was found.` })
  return {
    ...body,
    oidcConfig: {
      ...oidcConfig,
      skipDiscovery: true,
      pkce: true,
      discoveryEndpoint,
      authorizationEndpoint: found['authorization_endpoint'],
      tokenEndpoint: found['token_endpoint'],
      jwksEndpoint: found['jwks_uri'],
      userInfoEndpoint: found['userinfo_endpoint'],
      tokenEndpointAuthentication: authenticationOf(found['token_endpoint_auth_methods_supported']),
    },
  }
}

function authenticationOf(supported: unknown): 'client_secret_basic' | 'client_secret_post' {
  const methods: readonly unknown[] = Array.isArray(supported) ? supported : ['client_secret_basic']
  return methods.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post'
}
