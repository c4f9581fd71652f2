import type { FaultCode } from '../lib/fault.ts'
import type { ErrorPlan, Outcome } from '../model/connector.ts'
import { type Env, Failure } from '../model/expression.ts'

export type Verdict =
  | { readonly is: 'ok' }
  | { readonly is: Outcome; readonly code: FaultCode; readonly message: string }

type OnPlan = Readonly<Record<string, Outcome>>
type Rules = {
  /** `connect.errors`, then the stream's. */
  readonly errors: readonly ErrorPlan[]
  readonly on: OnPlan | undefined
  /** Statuses worth another try. */
  readonly retryOn: readonly number[]
  /** The answer says that the allowance is used up, or when to come back. */
  readonly isThrottled: boolean
}

const CODES: Readonly<Record<Outcome, FaultCode>> = {
  empty: 'SOURCE_REFUSED',
  unknown: 'SOURCE_REFUSED',
  permission: 'PERMISSION_MISSING',
  throttled: 'SOURCE_THROTTLED',
  retry: 'SOURCE_UNAVAILABLE',
  credential: 'CREDENTIAL_REFUSED',
  fail: 'SOURCE_REFUSED',
}

/** What an answer means: what the manifest says of its content, then of its status, then what HTTP says. */
export function verdictOf(status: number, env: Env, rules: Rules): Verdict {
  const error = rules.errors.find(({ when }) => when.evaluate(env) === true)
  if (error !== undefined) return verdict(error.is, `the app answered ${status}${saying(error, env)}`)
  const declared = rules.on?.[String(status)] ?? rules.on?.[`${Math.floor(status / 100)}xx`]
  if (declared !== undefined) return verdict(declared, `the app answered ${status}`)
  if (status >= 200 && status < 300) return { is: 'ok' }
  return verdict(standard(status, rules), `the app answered ${status}`)
}

function standard(status: number, { retryOn, isThrottled }: Rules): Outcome {
  if (status === 401) return 'credential'
  if (status === 429 || (isThrottled && (status === 403 || status === 503))) return 'throttled'
  if (status === 403) return 'permission'
  return retryOn.includes(status) ? 'retry' : 'fail'
}

function verdict(is: Outcome, message: string): Verdict {
  return { is, code: CODES[is], message }
}

/** What the app says about it, in short; it may hold anything, so it is cut and quoted. */
function saying({ message }: ErrorPlan, env: Env): string {
  const value = message?.evaluate(env)
  if (value === undefined || value === null || value instanceof Failure) return ''
  return `: ${JSON.stringify(String(value)).slice(0, 200)}`
}
