import { isFault } from '../lib/fault.ts'
import { decodeUtf8, parseJson } from '../lib/json.ts'
import type { Secret } from '../lib/secret.ts'
import type { Batch } from '../model/collection.ts'
import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, Instant } from '../model/expression.ts'
import { keyText, rowsOf } from './read/rows.ts'
import { isSigned } from './signature.ts'

/** One delivery of a webhook, as it came over the wire. */
export type Delivery = {
  readonly method: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly rawBody: Uint8Array
  readonly nowMs: number
}

/** What to answer, and what came. */
export type Received = {
  /** 401: not signed as it must be, or too old. 405, 413, 422: no POST, too large, unreadable. */
  readonly status: 200 | 401 | 405 | 413 | 422
  /** JSON: the answer to a challenge. */
  readonly body?: Readonly<Record<string, unknown>>
  readonly batch?: Pick<Batch, 'rows' | 'filtered' | 'unreadable' | 'env'>
  /** Identity of the delivery. Whoever keeps deliveries must not take one twice: a signature does not age within its tolerance. */
  readonly id?: string
}

const MAX_BYTES = 5 * 1024 * 1024

/**
 * Takes one delivery. Size, then signature, then age are looked at before anything is parsed; nothing is sent or kept here.
 *
 * @param settings for the expressions of the stream.
 */
export function receive(
  plan: StreamPlan,
  delivery: Delivery,
  {
    secrets,
    settings,
  }: { secrets: Readonly<Record<string, Secret>>; settings: Readonly<Record<string, unknown>> },
): Received {
  if (plan.receive === undefined || delivery.method !== 'POST') return { status: 405 }
  if (delivery.rawBody.length > MAX_BYTES) return { status: 413 }
  const { verify } = plan.receive
  if (!isSigned(verify, delivery, secrets[verify.secret])) return { status: 401 }
  const read = readBody(delivery.rawBody)
  if (read === undefined) return { status: 422 }
  const { headers, query, nowMs } = delivery
  return take(plan, { settings, headers, query, now: new Instant(nowMs), ...read }, nowMs)
}

function readBody(bytes: Uint8Array): { body: string; json: unknown } | undefined {
  try {
    return { body: decodeUtf8(bytes), json: parseJson(bytes) }
  } catch (error) {
    if (isFault(error)) return undefined
    throw error
  }
}

function take(plan: StreamPlan, names: Env, nowMs: number): Received {
  const { challenge, id: identity } = plan.receive!
  if (challenge?.when.evaluate(names) === true) {
    const answer = Object.entries(challenge.answer).map(
      ([name, template]) => [name, template.evaluate(names)] as const,
    )
    const isWhole = answer.every(([, value]) => !(value instanceof Failure))
    return isWhole ? { status: 200, body: Object.fromEntries(answer) } : { status: 422 }
  }
  const id = identity === undefined ? undefined : keyText(identity.evaluate(names))
  const records = recordsOf(plan, names)
  if (records === undefined || (identity !== undefined && id === undefined)) return { status: 422 }
  const { rows, filtered, unreadable } = rowsOf(plan, records, names, nowMs)
  const batch = { rows, filtered, unreadable, env: names }
  return id === undefined ? { status: 200, batch } : { status: 200, batch, id }
}

function recordsOf({ records }: StreamPlan, names: Env): readonly unknown[] | undefined {
  const value = records === undefined ? names['json'] : records.evaluate(names)
  if (value instanceof Failure) return undefined
  if (Array.isArray(value)) return value
  return value === null ? [] : [value]
}
