import type { OutgoingRequest } from '../model/transport.ts'
import { ask } from './ask.ts'
import type { CredentialContext } from './context.ts'
import { loginRequest } from './login-request.ts'
import type { LoginPlan } from './method.ts'
import { readGrant } from './read-grant.ts'
import { openReader } from './reader.ts'
import type { TokenSource } from './token-holder.ts'

type Context = Omit<CredentialContext, 'store'>
/** Adds the credential of another method to the login request itself, where the manifest names one. */
type Authorize = (request: OutgoingRequest) => Promise<OutgoingRequest>

/** Tokens from an ordinary request; each one starts anew. */
export function loginSource(plan: LoginPlan, context: Context, authorize: Authorize): TokenSource {
  return {
    canReplace: () => true,
    exchange: async (held) => {
      const reader = openReader(context)
      const request = loginRequest(plan.request, reader, context.connector.connect.baseUrl)
      const answer = await ask(context, await authorize(request), 2)
      const { token, expires, keep, lifetime } = plan
      const optional = {
        ...(expires === undefined ? {} : { expiresAt: expires }),
        ...(keep === undefined ? {} : { keep }),
        ...(lifetime === undefined ? {} : { lifetime }),
      }
      return readGrant({ accessToken: token, ...optional }, answer, {
        presented: 'other',
        nowMs: context.clock.now(),
        settings: context.input.settings,
        held,
      })
    },
  }
}
