import { gzipSync } from 'node:zlib'
import type { Clock } from '../lib/clock.ts'
import type { Visitor } from './authority/door.ts'
import type { Issued } from './authority/issued.ts'
import type { FaultName } from './faults.ts'
import { type Incoming, type Outgoing, refusal } from './wire.ts'

type Scene = {
  readonly request: Incoming
  readonly visitor: Visitor
  readonly issued: Issued
  readonly clock: Clock
  readonly answer: () => Outgoing
}

const SLOW_MS = 20_000
const RETRY_AFTER_SECONDS = 2

/** Puts the faults that strike an answer in its place, or into it. */
export async function strike(
  faults: ReadonlySet<FaultName>,
  { request, visitor, issued, clock, answer }: Scene,
): Promise<Outgoing> {
  if (faults.has('slow')) await clock.sleep(SLOW_MS)
  if (faults.has('429')) {
    const refused = refusal(429, 'rate_limited', 'Too many requests.')
    return { ...refused, headers: { ...refused.headers, 'retry-after': String(RETRY_AFTER_SECONDS) } }
  }
  if (faults.has('500')) return refusal(500, 'internal', 'Something went wrong.')
  // A fixed key that was refused once would stay refused: only tokens are taken away.
  if (faults.has('401') && visitor.token !== undefined) {
    issued.expire(visitor.token)
    return refusal(401, 'token_expired', 'The token has expired.')
  }
  if (faults.has('redirect'))
    return {
      status: 302,
      headers: { location: `https://elsewhere.invalid${request.url.pathname}` },
      body: '',
    }
  const whole = answer()
  if (faults.has('truncated')) return { ...whole, isCut: true }
  if (!faults.has('gzip') || whole.body.length === 0) return whole
  return { ...whole, headers: { ...whole.headers, 'content-encoding': 'gzip' }, body: gzipSync(whole.body) }
}
