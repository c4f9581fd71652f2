import { createHmac, timingSafeEqual } from 'node:crypto'
import { isFault } from '../lib/fault.ts'
import { decodeUtf8, parseJson } from '../lib/json.ts'
import type { Secret } from '../lib/secret.ts'
import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, Instant } from '../model/expression.ts'
import { timestampMs } from '../ocsf/timestamp.ts'
import { keyText, type Rows, rowsOf } from './read/rows.ts'

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
  readonly status: 200 | 401 | 405 | 409 | 413 | 422
  /** JSON answer: the reply to a challenge. */
  readonly body?: unknown
  readonly rows?: Rows
  /** Identity of the delivery; whoever keeps deliveries refuses one that was taken before (409). */
  readonly id?: string
}

const MOST_BYTES = 1024 * 1024
type ReceivePlan = NonNullable<StreamPlan['receive']>

/**
 * Takes a delivery: size and signature are looked at before anything is parsed.
 *
 * @param wasTaken whether a delivery with this identity was taken before.
 */
export function receive(
  plan: StreamPlan,
  delivery: Delivery,
  {
    secrets,
    wasTaken,
  }: { readonly secrets: Readonly<Record<string, Secret>>; readonly wasTaken: (id: string) => boolean },
): Received {
  if (plan.receive === undefined || delivery.method !== 'POST') return { status: 405 }
  if (delivery.rawBody.length > MOST_BYTES) return { status: 413 }
  const secret = secrets[plan.receive.verify.secret]
  const unread = openNames(delivery)
  if (
    secret === undefined ||
    unread === undefined ||
    !isSigned(plan.receive, { names: unread, secret, nowMs: delivery.nowMs })
  )
    return { status: 401 }
  const json = readJson(delivery.rawBody)
  if (json === undefined) return { status: 422 }
  return take(plan, { ...unread, json }, { wasTaken, nowMs: delivery.nowMs })
}

type Taking = { readonly wasTaken: (id: string) => boolean; readonly nowMs: number }

function take(plan: StreamPlan, names: Env, { wasTaken, nowMs }: Taking): Received {
  const { challenge, id: identity } = plan.receive!
  if (challenge?.when.evaluate(names) === true) {
    const answer = Object.entries(challenge.answer).map(
      ([name, template]) => [name, template.evaluate(names)] as const,
    )
    return answer.some(([, value]) => value instanceof Failure)
      ? { status: 422 }
      : { status: 200, body: Object.fromEntries(answer) }
  }
  const id = identity === undefined ? undefined : keyText(identity.evaluate(names))
  if (identity !== undefined && id === undefined) return { status: 422 }
  if (id !== undefined && wasTaken(id)) return { status: 409, id }
  const records = recordsOf(plan, names)
  return { status: 200, rows: rowsOf(plan, records, names, nowMs), ...(id === undefined ? {} : { id }) }
}

function openNames({ headers, query, rawBody, nowMs }: Delivery): Env | undefined {
  try {
    return { headers, query, body: decodeUtf8(rawBody), now: new Instant(nowMs) }
  } catch {
    return undefined
  }
}

type Signed = { readonly names: Env; readonly secret: Secret; readonly nowMs: number }

/** The signature over the bytes as they came, in constant time, and not older (or younger) than the tolerance. */
function isSigned({ verify }: ReceivePlan, { names, secret, nowMs }: Signed): boolean {
  const given = (names['headers'] as Readonly<Record<string, string>>)[verify.header.toLowerCase()]
  const over = verify.over.evaluate(names)
  if (given === undefined || typeof over !== 'string' || !given.startsWith(verify.prefix ?? '')) return false
  const expected = createHmac(verify.hmac, secret.reveal()).update(over).digest()
  const presented = Buffer.from(given.slice(verify.prefix?.length ?? 0), verify.encoding)
  if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) return false
  const sentMs = verify.time === undefined ? nowMs : timestampMs(verify.time.evaluate(names))
  return sentMs !== undefined && Math.abs(nowMs - sentMs) <= verify.tolerance
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes)
  } catch (error) {
    if (isFault(error)) return undefined
    throw error
  }
}

function recordsOf({ records }: StreamPlan, names: Env): readonly unknown[] {
  const value = records === undefined ? names['json'] : records.evaluate(names)
  if (Array.isArray(value)) return value
  return value === null || value === undefined || value instanceof Failure ? [] : [value]
}
