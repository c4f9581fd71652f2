import type { Secret } from '../lib/secret.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import { proveClient } from './client-auth.ts'
import { planJwt } from './jwt.ts'
import { needed, type OAuthClient, readSecret } from './oauth-client.ts'
import { scopesToAsk } from './scopes.ts'

/** What is presented at the token endpoint. */
export type Presented =
  | {
      readonly grant: 'authorization_code'
      readonly code: Secret
      readonly redirectUri: string
      readonly verifier: Secret | undefined
    }
  | { readonly grant: 'device_code'; readonly code: Secret }
  | { readonly grant: 'refresh_token'; readonly token: Secret }
  | { readonly grant: 'client_credentials' | 'jwt_bearer' | 'password' | 'token_exchange' }

type Params = Readonly<Record<string, string>>

/**
 * The request to the token endpoint.
 *
 * @throws {Fault} `SETTING_MISSING`, `SETTING_INVALID`, `EXPRESSION_FAILED`
 * @see RFC 6749 sections 4.1.3, 4.3.2, 4.4.2, 6; RFC 7523 section 2.1; RFC 8628 section 3.4; RFC 8693 section 2.1.
 */
export async function tokenRequest(client: OAuthClient, presented: Presented): Promise<OutgoingRequest> {
  const { plan, reader } = client
  const isRefresh = presented.grant === 'refresh_token'
  const template = (isRefresh ? plan.refreshUrl : undefined) ?? plan.tokenUrl
  const url = reader.text(template, 'oauth2.tokenUrl')
  const proof = await proveClient(client, url)
  const params = {
    ...(await grantParams(client, presented, url)),
    ...proof.params,
    ...reader.texts(plan.tokenParams, 'oauth2.tokenParams'),
    ...(isRefresh ? reader.texts(plan.refreshParams, 'oauth2.refreshParams') : {}),
  }
  const headers = { ...proof.headers, ...reader.texts(plan.tokenHeaders, 'oauth2.tokenHeaders') }
  return endpointRequest(url, { params, headers, body: plan.tokenBody })
}

type Parts = { readonly params: Params; readonly headers: Params; readonly body: 'form' | 'json' }

/** A POST to an endpoint of an authorization server. All its own headers count as credentials. */
export function endpointRequest(url: string, { params, headers, body }: Parts): OutgoingRequest {
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    method: 'POST',
    url,
    headers: {
      accept: 'application/json',
      'content-type': body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...lowered,
    },
    body: body === 'json' ? JSON.stringify(params) : new URLSearchParams(params).toString(),
    credentialHeaders: Object.keys(lowered),
  }
}

async function grantParams(client: OAuthClient, presented: Presented, url: string): Promise<Params> {
  const scopes = scopesToAsk(client.plan, client.context)
  const scope = scopes.length === 0 ? {} : { scope: scopes.join(client.plan.scopeSeparator) }
  switch (presented.grant) {
    case 'authorization_code': {
      const { code, redirectUri, verifier } = presented
      const proof = verifier === undefined ? {} : { code_verifier: verifier.reveal() }
      return {
        grant_type: 'authorization_code',
        code: code.reveal(),
        redirect_uri: redirectUri,
        ...proof,
      }
    }
    case 'refresh_token':
      return { grant_type: 'refresh_token', refresh_token: presented.token.reveal() }
    case 'device_code':
      return {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: presented.code.reveal(),
      }
    case 'client_credentials':
      return { grant_type: 'client_credentials', ...scope }
    case 'password': {
      const [username, password] = [readSecret(client, 'username'), readSecret(client, 'password')]
      return { grant_type: 'password', username, password, ...scope }
    }
    case 'jwt_bearer': {
      const assertion = await bearerAssertion(client, { aud: url, ...scope })
      return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, ...scope }
    }
    case 'token_exchange':
      return {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: subjectToken(client),
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        ...scope,
      }
  }
}

async function bearerAssertion(client: OAuthClient, claims: Params): Promise<string> {
  const plan = needed(client.plan.assertion, 'assertion')
  return planJwt(plan, { reader: client.reader, claims, place: 'oauth2.assertion' }, client.context)
}

function subjectToken(client: OAuthClient): string {
  return client.reader.text(needed(client.plan.subjectToken, 'subjectToken'), 'oauth2.subjectToken')
}
