import { Secret } from '../../lib/secret.ts'
import type { Grant } from '../../model/credential.ts'
import { Failure, Instant, type Program } from '../../model/expression.ts'
import type { Server } from './server.ts'

/** What a person's consent to everything would have given this client: for tests, which have no person. */
export function consented(
  { method, plan, scopes, issued, lifetimeMs, env, model }: Server,
  clientId: string,
  nowMs: number,
): Grant {
  const issue = { method, clientId, scopes, family: issued.family() }
  const expiresAt = nowMs + lifetimeMs
  const at = { ...env, response: model, now: new Instant(nowMs) }
  const kept = Object.entries<Program>(plan.keep ?? {})
    .map(([name, program]) => [name, program.evaluate(at)] as const)
    .filter(([, value]) => !(value instanceof Failure))
  return {
    accessToken: new Secret(issued.access(issue, expiresAt)),
    refreshToken: new Secret(issued.refresh(issue)),
    expiresAt,
    scopes,
    kept: new Secret(Object.fromEntries(kept)),
    generation: 1,
  }
}
