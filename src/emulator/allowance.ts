import { absurd } from '../lib/absurd.ts'
import type { Connector } from '../model/connector.ts'
import { type Outgoing, refusal } from './wire.ts'

type Limits = Connector['connect']['limits']
type Headers = Readonly<Record<string, string>>

/** Counts requests as the app says it does. */
export type Allowance = {
  /** Takes one request: the headers that tell what is left, and the refusal when nothing is. */
  readonly take: (nowMs: number) => { readonly headers: Headers; readonly refused?: Outgoing }
}

/** Where the manifest names headers but no rate, so many a minute are shown, and never refused. */
const UNSTATED = { count: 600, perMs: 60_000 }

export function openAllowance(limits: Limits): Allowance {
  const { count, perMs } = limits.rate ?? UNSTATED
  let window = -1
  let used = 0
  return {
    take: (nowMs) => {
      const current = Math.floor(nowMs / perMs)
      if (current !== window) [window, used] = [current, 0]
      used++
      const resetMs = (current + 1) * perMs
      const headers = headersOf(limits, {
        limit: count,
        remaining: Math.max(0, count - used),
        resetMs,
        nowMs,
      })
      if (limits.rate === undefined || used <= count) return { headers }
      const wait = { 'retry-after': String(Math.ceil((resetMs - nowMs) / 1000)) }
      const refused = refusal(429, 'rate_limited', 'Too many requests.')
      return { headers, refused: { ...refused, headers: { ...refused.headers, ...headers, ...wait } } }
    },
  }
}

type State = {
  readonly limit: number
  readonly remaining: number
  readonly resetMs: number
  readonly nowMs: number
}

function headersOf({ headers }: Limits, { limit, remaining, resetMs, nowMs }: State): Headers {
  if (headers === undefined) return {}
  const named = [
    [headers.limit, String(limit)],
    [headers.remaining, String(remaining)],
    [headers.reset, resetText(headers.resetUnit, resetMs, nowMs)],
  ] as const
  return Object.fromEntries(
    named.flatMap(([name, value]) => (name === undefined ? [] : [[name.toLowerCase(), value]])),
  )
}

function resetText(
  unit: NonNullable<Limits['headers']>['resetUnit'],
  resetMs: number,
  nowMs: number,
): string {
  switch (unit) {
    case 'unixSeconds':
      return String(Math.ceil(resetMs / 1000))
    case 'unixMs':
      return String(resetMs)
    case 'seconds':
      return String(Math.ceil((resetMs - nowMs) / 1000))
    case 'ms':
      return String(resetMs - nowMs)
    case 'date':
      return new Date(resetMs).toUTCString()
    default:
      return absurd(unit)
  }
}
