import { Fault, isFault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import { ask } from './ask.ts'
import type { CredentialContext } from './context.ts'
import type { HeldGrant } from './grant.ts'
import type { OAuthPlan } from './method.ts'
import { openClient } from './oauth-client.ts'
import { readGrant } from './read-grant.ts'
import { scopesToAsk } from './scopes.ts'
import type { TokenSource } from './token-holder.ts'
import { type Presented, tokenRequest } from './token-request.ts'

type Context = Omit<CredentialContext, 'store'>

/** Tokens of an OAuth token endpoint. Grants that need no person start anew each time; the others refresh. */
export function oauthSource(plan: OAuthPlan, context: Context): TokenSource {
  const pasted = plan.grant === 'refresh_token' ? context.input.secrets['refresh_token'] : undefined
  return {
    canReplace: (held) => startsAlone(plan) !== undefined || (held?.refreshToken ?? pasted) !== undefined,
    exchange: async (held) => {
      const alone = startsAlone(plan)
      if (alone !== undefined) return exchangeToken(plan, context, { presented: alone, held })
      const tokens = refreshTokens(held, pasted)
      if (tokens.length === 0) throw needsPerson(plan, held)
      return refresh(plan, context, { tokens, held })
    },
  }
}

/** What starts without a person, from the customer's settings alone. */
function startsAlone({ grant }: OAuthPlan): Presented | undefined {
  switch (grant) {
    case 'client_credentials':
    case 'jwt_bearer':
    case 'password':
    case 'token_exchange':
      return { grant }
    case 'authorization_code':
    case 'device_code':
    case 'refresh_token':
      return undefined
  }
}

/** The one held, then the one pasted: a customer who reconnects pastes a new one while the old is still stored. */
function refreshTokens(held: HeldGrant | undefined, pasted: Secret | undefined): readonly Secret[] {
  const texts = [held?.refreshToken, pasted]
    .map((token) => token?.reveal() ?? '')
    .filter((text) => text !== '')
  return [...new Set(texts)].map((text) => new Secret(text))
}

type Refreshing = { readonly tokens: readonly Secret[]; readonly held: HeldGrant | undefined }

async function refresh(plan: OAuthPlan, context: Context, { tokens, held }: Refreshing): Promise<HeldGrant> {
  const [token, ...others] = tokens
  const presented = { grant: 'refresh_token', token: token! } as const
  try {
    const grant = await exchangeToken(plan, context, { presented, held })
    return grant.refreshToken === undefined ? { ...grant, refreshToken: token! } : grant
  } catch (error) {
    if (others.length === 0 || !isFault(error, 'CREDENTIAL_REVOKED')) throw error
    return refresh(plan, context, { tokens: others, held: withoutRefreshToken(held) })
  }
}

function withoutRefreshToken(held: HeldGrant | undefined): HeldGrant | undefined {
  if (held === undefined) return undefined
  const { refreshToken: _gone, ...rest } = held
  return rest
}

function needsPerson({ grant }: OAuthPlan, held: HeldGrant | undefined): Fault {
  if (grant === 'refresh_token')
    return new Fault('SETTING_MISSING', 'the secret "refresh_token" is not given')
  return held === undefined
    ? new Fault('CREDENTIAL_MISSING', 'nobody has connected the app yet: a person must consent first')
    : new Fault('CREDENTIAL_REVOKED', 'the token has ended, and the app gave none to refresh it with')
}

type Exchange = {
  readonly presented: Presented
  readonly held: HeldGrant | undefined
  readonly nonce?: string | undefined
}

/** Presents something at the token endpoint and reads what comes back. @throws {Fault} see `readGrant` and `tokenRequest`. */
export async function exchangeToken(
  plan: OAuthPlan,
  context: Context,
  { presented, held, nonce }: Exchange,
): Promise<HeldGrant> {
  const request = await tokenRequest(openClient(plan, context), presented)
  const answer = await ask(context, request, isOnce(presented) ? 1 : 2)
  const kind = KINDS[presented.grant] ?? 'other'
  const requested = plan.scopes === undefined ? undefined : scopesToAsk(plan, context)
  return readGrant({ ...plan, ...plan.token }, answer, {
    presented: kind,
    nowMs: context.clock.now(),
    settings: context.input.settings,
    held,
    nonce,
    unsaidScopes: (kind === 'refresh' ? held?.scopes : undefined) ?? requested,
  })
}

const KINDS: Partial<Record<Presented['grant'], 'refresh' | 'device'>> = {
  refresh_token: 'refresh',
  device_code: 'device',
}

function isOnce({ grant }: Presented): boolean {
  return grant === 'authorization_code' || grant === 'device_code'
}
