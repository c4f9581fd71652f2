import { isFault } from '../lib/fault.ts'
import type { Answer, OutgoingRequest } from '../model/transport.ts'
import type { CredentialContext } from './context.ts'

type Ways = Pick<CredentialContext, 'connector' | 'transport' | 'clock'>

/** A worker holds the grant's lock while it asks, and must be done before others take it for dead. */
const LONGEST_ANSWER_MS = 60_000
const PAUSE_MS = 1000
/** A longer wait is left to the next run. */
const LONGEST_PAUSE_MS = 30_000

/**
 * Sends a request for a token, following no redirect. When nobody answers, or the answer asks to come back, it is sent
 * once more: many servers answer the same refresh token again within a grace period, and for the others it is as lost
 * as it was before.
 *
 * @param tries 1 for what may be presented only once (an authorization code).
 * @throws {Fault} as the transport does.
 */
export async function ask(ways: Ways, request: OutgoingRequest, tries: 1 | 2): Promise<Answer> {
  const { clock } = ways
  const timeoutMs = Math.min(ways.connector.connect.limits.timeout, LONGEST_ANSWER_MS)
  const options = { timeoutMs, redirects: 'never' } as const
  const first = await ways.transport(request, options).catch((error: unknown) => {
    if (tries === 1 || !isFault(error, 'SOURCE_UNAVAILABLE')) throw error
  })
  if (first !== undefined && (tries === 1 || !isPassing(first.status))) return first
  const pauseMs = first === undefined ? PAUSE_MS : (retryAfterMs(first, clock.now()) ?? PAUSE_MS)
  if (first !== undefined && pauseMs > LONGEST_PAUSE_MS) return first
  await clock.sleep(pauseMs)
  return ways.transport(request, options)
}

/** Whether the status speaks of the server's condition, not of the request. */
export function isPassing(status: number): boolean {
  return status === 429 || status === 408 || status === 425 || status >= 500
}

/** What Retry-After asks for: seconds or a date (RFC 9110 section 10.2.3). */
export function retryAfterMs({ headers }: Answer, nowMs: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = text.endsWith('GMT') ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}
