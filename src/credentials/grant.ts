import { Secret } from '../lib/secret.ts'
import type { Grant, Kept } from '../model/credential.ts'

/** A grant, and when to replace it: some time before its end, so that no request is under way when it ends. */
export type HeldGrant = Grant & {
  /** Unix milliseconds. */
  readonly refreshAt?: number
}

export const NOTHING_KEPT = new Secret<Kept>({})

const MARGIN_MS = 60_000

/**
 * When to replace a token: after 80 % of its life or 60 s before its end, whichever is earlier, but never in the first
 * half of its life: a token of a minute would be replaced with each request.
 */
export function refreshAt(issuedAtMs: number, expiresAtMs: number): number {
  const lifeMs = Math.max(0, expiresAtMs - issuedAtMs)
  return issuedAtMs + Math.max(lifeMs * 0.5, Math.min(lifeMs * 0.8, lifeMs - MARGIN_MS))
}

/** Whether the token may still be sent. */
export function isAlive({ expiresAt }: HeldGrant, nowMs: number): boolean {
  return expiresAt === undefined || nowMs < expiresAt
}

/** Whether it is too early to replace the token. */
export function isFresh(grant: HeldGrant, nowMs: number): boolean {
  const { expiresAt } = grant
  return expiresAt === undefined || nowMs < Math.min(expiresAt, grant.refreshAt ?? expiresAt - MARGIN_MS)
}
