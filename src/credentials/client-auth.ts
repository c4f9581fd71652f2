import { type JwtSigning, signJwt } from './jwt.ts'
import { type OAuthClient, readSecret } from './oauth-client.ts'

/** What proves the client at the token endpoint: parameters of the body, headers. */
export type ClientProof = {
  readonly params: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ASSERTION_LIFETIME_MS = 60_000

/**
 * @param audience the endpoint the proof is for.
 * @throws {Fault} `SETTING_MISSING`, `SETTING_INVALID`
 * @see RFC 6749 section 2.3.1; RFC 7523 section 2.2 and OpenID Connect Core section 9 for the JWT kinds.
 */
export async function proveClient(client: OAuthClient, audience: string): Promise<ClientProof> {
  const { plan, reader } = client
  switch (plan.clientAuth) {
    case 'none': {
      // An assertion or a subject's token names its sender itself (RFC 7521 section 4.1).
      const isNamed = plan.grant === 'jwt_bearer' || plan.grant === 'token_exchange'
      return { params: isNamed ? {} : { client_id: readSecret(client, 'client_id') }, headers: {} }
    }
    case 'post': {
      const params = {
        client_id: readSecret(client, 'client_id'),
        client_secret: readSecret(client, 'client_secret'),
      }
      return { params, headers: {} }
    }
    case 'basic': {
      const pair = `${formEncode(readSecret(client, 'client_id'))}:${formEncode(readSecret(client, 'client_secret'))}`
      return { params: {}, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } }
    }
    case 'client_secret_jwt': {
      const signing = {
        algorithm: 'HS256',
        key: readSecret(client, 'client_secret'),
        keyId: undefined,
      } as const
      return assertion(client, { ...signing, place: 'secrets.client_secret' }, audience)
    }
    case 'private_key_jwt': {
      const { algorithm = 'RS256', keyId, audience: other, key } = plan.assertion ?? NO_ASSERTION
      const place = 'oauth2.assertion'
      const signer = {
        algorithm,
        key: key === undefined ? readSecret(client, 'private_key') : reader.value(key, `${place}.key`),
        keyId: keyId === undefined ? undefined : reader.text(keyId, `${place}.keyId`),
        place,
      }
      // With jwt_bearer the manifest's audience is that of the grant's assertion, not of the client's.
      const isOwn = other !== undefined && plan.grant !== 'jwt_bearer'
      return assertion(client, signer, isOwn ? reader.text(other, `${place}.audience`) : audience)
    }
  }
}

const NO_ASSERTION: Partial<JwtSigning> = {}

async function assertion(
  client: OAuthClient,
  signer: Parameters<typeof signJwt>[0],
  audience: string,
): Promise<ClientProof> {
  const id = readSecret(client, 'client_id')
  const claims = { iss: id, sub: id, aud: audience }
  const jwt = await signJwt(signer, { claims, lifetimeMs: ASSERTION_LIFETIME_MS }, client.context)
  const params = { client_id: id, client_assertion_type: ASSERTION_TYPE, client_assertion: jwt }
  return { params, headers: {} }
}

/** As RFC 6749 appendix B asks; what needs no encoding is left alone, for the many servers that do not decode. */
function formEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+')
}
