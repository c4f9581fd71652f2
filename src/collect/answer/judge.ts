import type { ErrorPlan, Outcome } from '../../model/connector.ts'
import { type Env, Failure, type Program } from '../../model/expression.ts'

/** What the manifest says about answers, in the order it is asked. */
export type Rules = {
  /** Of the connection, then of the stream. */
  readonly errors: readonly ErrorPlan[]
  readonly on?: Readonly<Record<string, Outcome>>
  /** Statuses worth another try, where nothing above says otherwise. */
  readonly retryOn: readonly number[]
  /** Makes any answer good that no error claims: the connection check's `expect`. */
  readonly accepts?: Program
  /** Hides secrets in what the app says. */
  readonly mask?: (text: string) => string
}

export type Judgement = {
  readonly outcome: 'ok' | Outcome
  /** What the app says about it, where the manifest tells where: one short line. */
  readonly message?: string
  /** Another try is pointless: the manifest does not list the status. */
  readonly isFinal?: true
}

export type Status = {
  readonly status: number
  /** The answer says that the allowance is used up, or when to come back. */
  readonly isLimited?: boolean
}

/** What an answer means: what the manifest says of its content, then of its status, then what HTTP says. Pure. */
export function judge(
  { errors, on, retryOn, accepts, mask }: Rules,
  { status, isLimited }: Status,
  env: Env,
): Judgement {
  for (const { when, is, message } of errors)
    if (when.evaluate(env) === true) return { outcome: is, ...messageOf(message, env, mask) }
  const declared = on?.[status] ?? on?.[`${Math.floor(status / 100)}xx`]
  if (declared !== undefined) return { outcome: declared }
  const isSuccess = status >= 200 && status < 300
  if (accepts === undefined ? isSuccess : accepts.evaluate(env) === true) return { outcome: 'ok' }
  if (accepts !== undefined && isSuccess)
    return { outcome: 'fail', message: `${accepts.source} does not hold` }
  // Some apps answer 403 where HTTP means 429.
  return isLimited && status === 403 ? { outcome: 'throttled' } : byStatus(status, retryOn)
}

function byStatus(status: number, retryOn: readonly number[]): Judgement {
  if (status === 429 || status === 503) return tried('throttled', status, retryOn)
  if (retryOn.includes(status)) return { outcome: 'retry' }
  if (status === 401) return { outcome: 'credential' }
  if (status === 403) return { outcome: 'permission' }
  if (status === 408 || status === 425 || status >= 500) return { outcome: 'retry', isFinal: true }
  return { outcome: 'fail' }
}

function tried(outcome: Outcome, status: number, retryOn: readonly number[]): Judgement {
  return retryOn.includes(status) ? { outcome } : { outcome, isFinal: true }
}

const MAX_MESSAGE_CHARACTERS = 200

function messageOf(
  program: Program | undefined,
  env: Env,
  mask: Rules['mask'] = (text) => text,
): { message?: string } {
  const value = program?.evaluate(env)
  if (value === undefined || value === null || value instanceof Failure || typeof value === 'object')
    return {}
  const line = mask(String(value))
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  return {
    message: line.length > MAX_MESSAGE_CHARACTERS ? `${line.slice(0, MAX_MESSAGE_CHARACTERS)}…` : line,
  }
}
