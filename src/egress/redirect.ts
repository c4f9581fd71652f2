import type { Answer, OutgoingRequest } from '../model/transport.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** All that another origin is told: whatever else was sent may be, or lead to, a credential. */
const HARMLESS_HEADERS = new Set(['accept', 'accept-language', 'user-agent'])

/**
 * The request that a redirect asks for; `undefined` when the answer is none. Whether it may be sent is for the guard to say.
 *
 * @see RFC 9110 section 15.4
 */
export function redirectOf(request: OutgoingRequest, answer: Answer): OutgoingRequest | undefined {
  const location = answer.headers['location']
  if (!REDIRECTS.has(answer.status) || location === undefined) return undefined
  const from = new URL(answer.url)
  const to = URL.parse(location, answer.url)
  // An unreadable address goes on as it is: the guard names the fault.
  if (to === null) return { method: request.method, url: location, headers: {} }
  return {
    method: request.method,
    url: to.href,
    headers: to.origin === from.origin ? request.headers : harmless(request),
  }
}

function harmless({ headers }: OutgoingRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.has(name.toLowerCase())),
  )
}
