import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../lib/secret.ts'
import type { StreamPlan } from '../model/connector.ts'
import { Instant } from '../model/expression.ts'
import { timestampMs } from '../ocsf/timestamp.ts'
import type { Delivery } from './receive.ts'

type VerifyPlan = NonNullable<StreamPlan['receive']>['verify']

/** Several signatures may be given while a secret is changed; more than this is an attempt to be lucky. */
const MAX_SIGNATURES = 8

/** Whether a delivery was signed with the secret, over its very bytes, and not longer ago than is tolerated. In constant time. */
export function isSigned(verify: VerifyPlan, delivery: Delivery, secret: Secret | undefined): boolean {
  const given = delivery.headers[verify.header.toLowerCase()]
  const key = secret?.reveal() ?? ''
  if (given === undefined || key === '') return false
  const { headers, query, rawBody, nowMs } = delivery
  // One character for each byte: expressions see text, the signature is over bytes, UTF-8 or not.
  const names = { headers, query, body: Buffer.from(rawBody).toString('latin1'), now: new Instant(nowMs) }
  const over = verify.over.evaluate(names)
  if (typeof over !== 'string') return false
  const expected = createHmac(verify.hmac, key).update(Buffer.from(over, 'latin1')).digest()
  const isGiven = signaturesIn(given, verify).some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  )
  if (!isGiven) return false
  const sentMs = verify.time === undefined ? nowMs : timestampMs(verify.time.evaluate(names))
  return sentMs !== undefined && Math.abs(nowMs - sentMs) <= verify.tolerance
}

const SHAPES = { hex: /^(?:[0-9a-f]{2})+$/i, base64: /^[A-Za-z0-9+/_-]+={0,2}$/ }

function signaturesIn(header: string, { prefix = '', encoding }: VerifyPlan): readonly Buffer[] {
  return header
    .split(/[\s,]+/, MAX_SIGNATURES)
    .filter((part) => part.startsWith(prefix))
    .map((part) => part.slice(prefix.length))
    .filter((text) => SHAPES[encoding].test(text))
    .map((text) => Buffer.from(text, encoding))
}
