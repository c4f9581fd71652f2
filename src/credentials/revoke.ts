import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { Grant } from '../model/credential.ts'
import { ask } from './ask.ts'
import { proveClient } from './client-auth.ts'
import type { CredentialContext } from './context.ts'
import { NOTHING_KEPT } from './grant.ts'
import { chooseMethod, type OAuthPlan } from './method.ts'
import { needed, openClient } from './oauth-client.ts'
import { readBody } from './read-body.ts'
import { tokenFault } from './token-error.ts'
import { endpointRequest } from './token-request.ts'

/**
 * Tells the app that the stored grant is no longer wanted, and leaves nothing of it in the store.
 *
 * @returns whether the app was told: false when there was nothing to revoke, or it has no revocation endpoint.
 * @throws {Fault} `SOURCE_UNAVAILABLE`, `SOURCE_THROTTLED`, `CREDENTIAL_REFUSED`; the grant is then still there.
 * @see RFC 7009: revoking a refresh token ends its access tokens too.
 */
export async function revokeGrant(context: CredentialContext): Promise<boolean> {
  const { plan } = oauthMethod(context)
  const isThere = tokenOf(await context.store.read()) !== undefined
  if (!isThere) return false
  await context.store.update(async (current) => {
    const token = tokenOf(current)
    if (token !== undefined && plan.revocationUrl !== undefined) await revoke(plan, context, token)
    return ended(current)
  })
  return plan.revocationUrl !== undefined
}

type Revoking = { readonly token: string; readonly hint: 'refresh_token' | 'access_token' }

function tokenOf(held: Grant | undefined): Revoking | undefined {
  const refreshToken = held?.refreshToken?.reveal() ?? ''
  if (refreshToken !== '') return { token: refreshToken, hint: 'refresh_token' }
  const accessToken = held?.accessToken.reveal() ?? ''
  return accessToken === '' ? undefined : { token: accessToken, hint: 'access_token' }
}

/** A grant that was: without tokens, and over. */
function ended(held: Grant | undefined): Grant {
  return {
    accessToken: new Secret(''),
    expiresAt: 0,
    kept: NOTHING_KEPT,
    generation: (held?.generation ?? 0) + 1,
  }
}

function oauthMethod(context: CredentialContext): { readonly plan: OAuthPlan } {
  const method = chooseMethod(context.connector, context.input.auth)
  if (method.kind === 'oauth2') return method
  throw new Fault('SETTING_INVALID', `the auth method "${method.name}" has no grant to revoke`)
}

async function revoke(plan: OAuthPlan, context: CredentialContext, { token, hint }: Revoking): Promise<void> {
  const client = openClient(plan, context)
  const url = client.reader.text(needed(plan.revocationUrl, 'revocationUrl'), 'oauth2.revocationUrl')
  const proof = await proveClient(client, client.reader.text(plan.tokenUrl, 'oauth2.tokenUrl'))
  const params = { token, token_type_hint: hint, ...proof.params }
  const request = endpointRequest(url, { params, headers: proof.headers, body: 'form' })
  const answer = await ask(context, request, 2)
  if (answer.status >= 200 && answer.status < 300) return
  const fault = tokenFault(answer, readBody(answer), { presented: 'refresh', nowMs: context.clock.now() })
  // A token that is no longer known is as good as revoked; the standard has it answered by 200.
  if (fault.code !== 'CREDENTIAL_REVOKED') throw fault
}
