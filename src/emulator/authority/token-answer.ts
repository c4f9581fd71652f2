import type { Env, Program } from '../../model/expression.ts'
import { Failure, Instant } from '../../model/expression.ts'
import { timestampMs } from '../../ocsf/timestamp.ts'
import { type Draft, settle } from '../settle.ts'
import { jsonAnswer, type Outgoing } from '../wire.ts'

/** Where the manifest reads what in a token answer. */
export type TokenPlan = {
  readonly accessToken: Program
  readonly refreshToken?: Program
  readonly expiresIn?: Program
  readonly expiresAt?: Program
  readonly scope?: Program
}
export type Granted = {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly expiresAt: number
  readonly scopes?: string
}

/** The answer of a token endpoint: the recorded one, with what was granted where the manifest looks for it. */
export function tokenAnswer(
  plan: TokenPlan,
  granted: Granted,
  { model, env, nowMs }: { readonly model: Draft; readonly env: Env; readonly nowMs: number },
): Outgoing {
  const lifetime = Math.floor((granted.expiresAt - nowMs) / 1000)
  const wishes: readonly (readonly [
    program: Program | undefined,
    wanted: unknown,
    isRight: (value: unknown) => boolean,
  ])[] = [
    [plan.accessToken, granted.accessToken, (value) => value === granted.accessToken],
    [
      plan.refreshToken,
      granted.refreshToken,
      (value) => value === granted.refreshToken || granted.refreshToken === undefined,
    ],
    [plan.expiresIn, lifetime, (value) => !(value instanceof Failure) && Number(value) === lifetime],
    [plan.expiresAt, granted.expiresAt, (value) => isNear(value, granted.expiresAt)],
    [plan.scope, granted.scopes, (value) => value === granted.scopes || granted.scopes === undefined],
  ]
  const settled = wishes.reduce(
    (draft, [program, wanted, isRight]) => {
      if (program === undefined) return draft
      const at = { ...env, now: new Instant(nowMs) }
      return settle(draft, { program, env: at, isRight, values: () => spellings(wanted, lifetime) }) ?? draft
    },
    without(model, plan, granted),
  )
  return jsonAnswer(settled.status, settled.body, { ...settled.headers, 'cache-control': 'no-store' })
}

/** A recorded refresh token is nobody's. */
function without(model: Draft, plan: TokenPlan, granted: Granted): Draft {
  if (plan.refreshToken === undefined || granted.refreshToken !== undefined) return model
  const isRight = (value: unknown) => value instanceof Failure || value === null
  return settle(model, { program: plan.refreshToken, env: {}, isRight, values: () => [undefined] }) ?? model
}

const isNear = (value: unknown, wantedMs: number): boolean =>
  Math.abs((timestampMs(value) ?? 0) - wantedMs) < 1000

/** A moment may be wanted as text, as Unix time, or as the seconds until then. */
function spellings(wanted: unknown, lifetimeSeconds: number): readonly unknown[] {
  if (typeof wanted !== 'number') return [wanted]
  const moment = wanted > 1e11 ? [new Date(wanted).toISOString(), Math.floor(wanted / 1000)] : []
  return [wanted, ...moment, lifetimeSeconds, String(lifetimeSeconds), lifetimeSeconds * 1000]
}
