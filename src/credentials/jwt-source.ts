import { Secret } from '../lib/secret.ts'
import type { CredentialContext } from './context.ts'
import { NOTHING_KEPT, refreshAt } from './grant.ts'
import { planJwt } from './jwt.ts'
import type { JwtPlan } from './method.ts'
import { openReader } from './reader.ts'
import type { TokenSource } from './token-holder.ts'

/** Tokens that we sign ourselves. One serves many requests: a signature costs more than a request. */
export function jwtSource(plan: JwtPlan, context: Omit<CredentialContext, 'store'>): TokenSource {
  return {
    canReplace: () => true,
    exchange: async (held) => {
      const nowMs = context.clock.now()
      const token = await planJwt(plan, { reader: openReader(context), place: 'jwt' }, context)
      const expiresAt = nowMs + plan.lifetime
      return {
        accessToken: new Secret(token),
        expiresAt,
        refreshAt: refreshAt(nowMs, expiresAt),
        kept: NOTHING_KEPT,
        generation: (held?.generation ?? 0) + 1,
      }
    },
  }
}
