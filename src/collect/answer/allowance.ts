import type { Connector } from '../../model/connector.ts'

type HeaderPlan = Connector['connect']['limits']['headers']
type Headers = Readonly<Record<string, string>>

/** What an answer tells about the app's allowance. */
export type Allowance = {
  /** Requests left. */
  readonly remaining?: number
  /** When it is whole again, Unix milliseconds. */
  readonly resetAtMs?: number
}

/**
 * How long a 429 or 503 answer asks us to wait.
 *
 * @returns milliseconds, never negative; `undefined` when absent or unreadable.
 * @see RFC 9110 section 10.2.3: seconds, or an HTTP-date.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  const atMs = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}

/**
 * The allowance: from the headers that the manifest names, else from `RateLimit` or `RateLimit-Remaining` and `RateLimit-Reset`.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (2026-11-23), in its older and newer form
 */
export function readAllowance(headers: Headers, plan: HeaderPlan, nowMs: number): Allowance {
  const declared = plan === undefined ? {} : declaredAllowance(headers, plan, nowMs)
  if (declared.remaining !== undefined || declared.resetAtMs !== undefined) return declared
  const structured = headers['ratelimit']
  if (structured !== undefined)
    return allowance(
      parameter(structured, /\b(?:r|remaining)\s*=\s*(\d+)/),
      afterSeconds(parameter(structured, /\b(?:t|reset)\s*=\s*(\d+)/), nowMs),
    )
  return allowance(
    numberIn(headers['ratelimit-remaining']),
    afterSeconds(numberIn(headers['ratelimit-reset']), nowMs),
  )
}

function declaredAllowance(headers: Headers, plan: NonNullable<HeaderPlan>, nowMs: number): Allowance {
  const header = (name: string | undefined) => (name === undefined ? undefined : headers[name.toLowerCase()])
  const reset = header(plan.reset)
  return allowance(
    numberIn(header(plan.remaining)),
    reset === undefined ? undefined : RESET[plan.resetUnit](reset, nowMs),
  )
}

const RESET = {
  unixSeconds: (text: string) => times(numberIn(text), 1000),
  unixMs: (text: string) => numberIn(text),
  seconds: (text: string, nowMs: number) => afterSeconds(numberIn(text), nowMs),
  ms: (text: string, nowMs: number) => afterSeconds(times(numberIn(text), 0.001), nowMs),
  date: (text: string) => {
    const atMs = Date.parse(text)
    return Number.isNaN(atMs) ? undefined : atMs
  },
} as const

function allowance(remaining: number | undefined, resetAtMs: number | undefined): Allowance {
  return {
    ...(remaining === undefined ? {} : { remaining }),
    ...(resetAtMs === undefined ? {} : { resetAtMs }),
  }
}

/** The number in front: some apps add a policy behind it, as in `100;w=60`. */
function numberIn(text: string | undefined): number | undefined {
  const found = /^\s*(-?\d+(?:\.\d+)?)/.exec(text ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}

function parameter(text: string, pattern: RegExp): number | undefined {
  return numberIn(pattern.exec(text)?.[1])
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor
}

function afterSeconds(seconds: number | undefined, nowMs: number): number | undefined {
  return seconds === undefined ? undefined : nowMs + seconds * 1000
}
