import { decodeJwt } from 'jose'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import { type Env, Failure, Instant, type Program, type Value } from '../model/expression.ts'
import type { Answer } from '../model/transport.ts'
import { type HeldGrant, refreshAt } from './grant.ts'
import { readBody } from './read-body.ts'
import { nullProto } from './reader.ts'
import { readScopes } from './scopes.ts'
import { type Asked, member, tokenFault } from './token-error.ts'

/** Where an answer holds what. */
export type AnswerPlan = {
  readonly accessToken: Program
  readonly refreshToken?: Program
  /** Seconds. */
  readonly expiresIn?: Program
  readonly expiresAt?: Program
  readonly scope?: Program
  readonly scopeSeparator?: string
  /** Milliseconds; counts when the answer does not say. */
  readonly lifetime?: number
  readonly keep?: Readonly<Record<string, Program>>
}

/** What else it takes to read an answer. */
export type Reading = Asked & {
  readonly settings: Readonly<Record<string, unknown>>
  /** The grant this one takes the place of. */
  readonly held: HeldGrant | undefined
  /** The scopes granted when the answer does not say. */
  readonly unsaidScopes?: readonly string[] | undefined
  /** What an ID token in the answer must repeat. */
  readonly nonce?: string | undefined
}

/**
 * Reads a token answer, however odd: the token is where the manifest says, and everything else may be missing, a text
 * instead of a number, or a list instead of a text. An answer with status 200 is an error when it holds no token.
 *
 * @throws {Fault} `CREDENTIAL_REVOKED` when a refresh token is no longer accepted; `CREDENTIAL_REFUSED`, `PERMISSION_MISSING`,
 * `SOURCE_REFUSED`, `SOURCE_UNAVAILABLE`, `SOURCE_THROTTLED`, `SOURCE_UNREADABLE`, `REDIRECT_REFUSED`
 * @see RFC 6749 section 6: a missing refresh token means the old one stays valid.
 */
export function readGrant(plan: AnswerPlan, answer: Answer, reading: Reading): HeldGrant {
  const { held, nowMs } = reading
  const body = readBody(answer)
  const { status, headers } = answer
  const env = nullProto({
    settings: reading.settings,
    response: { status, headers, body },
    now: new Instant(nowMs),
  })
  const token = textAt(plan.accessToken, env)
  if (status < 200 || status > 299 || token === undefined) throw tokenFault(answer, body, reading)
  if (!isForUs(member(body, 'id_token'), reading.nonce))
    throw new Fault('CREDENTIAL_REFUSED', 'the ID token in the answer belongs to another sign-in')
  const refreshToken = textAt(plan.refreshToken, env)
  const scopes = readScopes(at(plan.scope, env), plan.scopeSeparator ?? ' ')
  return {
    accessToken: new Secret(token),
    ...given('refreshToken', refreshToken === undefined ? held?.refreshToken : new Secret(refreshToken)),
    ...expiry(plan, env, nowMs),
    ...given('scopes', scopes ?? reading.unsaidScopes),
    kept: new Secret({ ...held?.kept.reveal(), ...keptValues(plan.keep, env) }),
    generation: (held?.generation ?? 0) + 1,
  }
}

/**
 * The nonce binds the answer to the browser that consented. The signature is not looked at: the answer came from the token
 * endpoint itself, over TLS (OpenID Connect Core section 3.1.3.7).
 */
function isForUs(idToken: unknown, nonce: string | undefined): boolean {
  if (nonce === undefined || typeof idToken !== 'string') return true
  try {
    return decodeJwt(idToken)['nonce'] === nonce
  } catch {
    return false
  }
}

function expiry(plan: AnswerPlan, env: Env, nowMs: number): Pick<HeldGrant, 'expiresAt' | 'refreshAt'> {
  const at = expiresAtMs(plan, env, nowMs)
  return at === undefined ? {} : { expiresAt: at, refreshAt: refreshAt(nowMs, at) }
}

function expiresAtMs(plan: AnswerPlan, env: Env, nowMs: number): number | undefined {
  const moment = at(plan.expiresAt, env)
  // A moment that is over already is that of another clock: obeyed, it would cost an exchange for each request.
  if (moment instanceof Instant && moment.ms > nowMs) return moment.ms
  const seconds = numberOf(at(plan.expiresIn, env))
  // Zero and less is how some servers say "never".
  if (seconds !== undefined && seconds > 0) return nowMs + seconds * 1000
  return plan.lifetime === undefined ? undefined : nowMs + plan.lifetime
}

function keptValues(keep: AnswerPlan['keep'], env: Env): Record<string, Value> {
  const entries = Object.entries(keep ?? {}).map(([name, program]) => [name, at(program, env)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** The value, or `undefined` where there is none. */
function at(program: Program | undefined, env: Env): Value | undefined {
  const value = program?.evaluate(env)
  return value instanceof Failure || value === null ? undefined : value
}

function textAt(program: Program | undefined, env: Env): string | undefined {
  const value = at(program, env)
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined
}

function numberOf(value: Value): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

function given<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: T })
}
