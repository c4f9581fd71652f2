import type { Connector } from '../model/connector.ts'

type LimitHeaders = NonNullable<Connector['connect']['limits']['headers']>
type Headers = Readonly<Record<string, string>>

/**
 * How long an answer asks us to wait, whatever its status.
 *
 * Retry-After first (RFC 9110 section 10.2.3), then the declared headers and `RateLimit-Reset` when nothing remains.
 *
 * @returns milliseconds; `undefined` when it asks for nothing.
 */
export function askedWaitMs(
  headers: Headers,
  declared: LimitHeaders | undefined,
  nowMs: number,
): number | undefined {
  return retryAfterMs(headers['retry-after'], nowMs) ?? resetMs(headers, declared, nowMs)
}

export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

/** Whether the answer says that the allowance is used up. */
export function isUsedUp(headers: Headers, declared: LimitHeaders | undefined): boolean {
  return remainingOf(headers, declared) === 0
}

function remainingOf(headers: Headers, declared: LimitHeaders | undefined): number | undefined {
  const text =
    headers[(declared?.remaining ?? 'ratelimit-remaining').toLowerCase()] ?? structured(headers, 'r')
  return text === undefined || text.trim() === '' ? undefined : Number(text)
}

function resetMs(headers: Headers, declared: LimitHeaders | undefined, nowMs: number): number | undefined {
  if (!isUsedUp(headers, declared)) return undefined
  const own = declared?.reset === undefined ? undefined : headers[declared.reset.toLowerCase()]
  if (own !== undefined) return momentMs(own, declared?.resetUnit ?? 'unixSeconds', nowMs)
  const standard = headers['ratelimit-reset'] ?? structured(headers, 't')
  return standard === undefined ? undefined : momentMs(standard, 'seconds', nowMs)
}

/** `RateLimit: "default";r=0;t=30` (draft-ietf-httpapi-ratelimit-headers). */
function structured(headers: Headers, name: 'r' | 't'): string | undefined {
  const parts = (headers['ratelimit'] ?? '').split(';').map((part) => part.trim())
  return parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1)
}

function momentMs(text: string, unit: LimitHeaders['resetUnit'], nowMs: number): number | undefined {
  const number = Number(text)
  switch (unit) {
    case 'seconds':
      return finite(number * 1000)
    case 'ms':
      return finite(number)
    case 'unixSeconds':
      return finite(number * 1000 - nowMs)
    case 'unixMs':
      return finite(number - nowMs)
    case 'date':
      return finite(Date.parse(text) - nowMs)
  }
}

const finite = (ms: number) => (Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : undefined)
