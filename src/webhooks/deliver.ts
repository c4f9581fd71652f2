import { Webhook as Signer } from 'standardwebhooks'
import { FAULTS, Fault, type FaultCode, isFault } from '../lib/fault.ts'
import type { StoredFault } from '../store/postgres/tables.ts'
import {
  endAttempt,
  holdDelivery,
  noteWebhook,
  type WaitingDelivery,
  waitingDeliveries,
} from '../store/postgres/webhook-rows.ts'
import { type Delivery, deliveryOf } from './webhook.ts'
import type { WebhookPorts } from './webhooks.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
/** When each attempt is due, after the delivery came to be. As Standard Webhooks proposes: close together first, a day in all. */
export const ATTEMPT_AFTER_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  24 * HOUR_MS,
]
/** Failures in a row after which an address is switched off, whatever it was told: as many as two deliveries have attempts. */
const MOST_FAILURES = ATTEMPT_AFTER_MS.length * 2
const AT_ONCE = 100
const TIMEOUT_MS = 15_000
/** An answer is not read further: only its status counts. */
const MAX_ANSWER_BYTES = 64 * 1024

/** Sent at the same time: one slow address holds up a quarter of them, and each holds a connection of the database. */
const LANES = 4

/** Sends what is due. */
export async function deliverWaiting(ports: WebhookPorts): Promise<void> {
  const nowMs = ports.clock.now()
  const waiting = await ports.control.asPlatform((tx) => waitingDeliveries(tx, AT_ONCE))
  const due = waiting.filter(
    ({ attempts, created_at }) => created_at.getTime() + (ATTEMPT_AFTER_MS[attempts] ?? 0) <= nowMs,
  )
  const lane = async () => {
    for (let next = due.shift(); next !== undefined; next = due.shift())
      await attempt(ports, { organisationId: next.organisation_id, id: next.id })
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

type Attempt = {
  readonly organisationId: string
  readonly id: string /** Never tried again. */
  readonly isOnly?: boolean
}
type Outcome = { readonly status: number | null; readonly fault: StoredFault | null }

/** @returns the delivery as it is then; nothing when another process has it. */
export function attempt(
  ports: WebhookPorts,
  { organisationId, id, isOnly = false }: Attempt,
): Promise<Delivery | undefined> {
  const { control, clock } = ports
  return control.within(organisationId, async (tx) => {
    const held = await holdDelivery(tx, id)
    if (held === undefined) return undefined
    if (!held.isEnabled && !isOnly) {
      const fault = storedFault('DELIVERY_FAILED', 'the address was switched off', clock.now())
      return deliveryOf(await endAttempt(tx, id, { state: 'failed', status: null, fault }))
    }
    const { status, fault } = await send(ports, held)
    const isLast = isOnly || held.attempts + 1 >= ATTEMPT_AFTER_MS.length
    const state = fault === null ? 'delivered' : isLast ? 'failed' : 'waiting'
    if (!isOnly)
      await noteWebhook(tx, held.endpoint_id, {
        failed: fault !== null,
        most: MOST_FAILURES,
        reason: `${MOST_FAILURES} attempts in a row failed; the last: ${fault?.message ?? ''}`,
      })
    return deliveryOf(await endAttempt(tx, id, { state, status, fault }))
  })
}

async function send(ports: WebhookPorts, held: WaitingDelivery): Promise<Outcome> {
  const { vault, clock } = ports
  const secret = await vault.open(held.secret, {
    organisationId: held.organisation_id,
    subject: held.endpoint_id,
    purpose: 'webhook',
  })
  const body = JSON.stringify(held.body)
  const at = new Date(clock.now())
  const headers = {
    'content-type': 'application/json',
    'webhook-id': held.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / SECOND_MS)),
    'webhook-signature': new Signer(secret.reveal()).sign(held.id, at, body),
  }
  try {
    const status = await post(ports, { url: held.url, headers, body })
    const isTaken = status >= 200 && status < 300
    const fault = isTaken
      ? null
      : storedFault('DELIVERY_FAILED', `the address answered ${status}`, clock.now())
    return { status, fault }
  } catch (error) {
    if (!isFault(error)) throw error
    // Whatever kept it from arriving, it is the address that somebody must mend.
    const message = `the delivery did not arrive: ${error.message}`
    return { status: null, fault: storedFault('DELIVERY_FAILED', message, clock.now()) }
  }
}

type Post = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** @throws {Fault} `SETTING_INVALID` for a host that is never called. */
export function wayTo({ openWay }: WebhookPorts, hostname: string): ReturnType<WebhookPorts['openWay']> {
  try {
    return openWay(hostname)
  } catch (error) {
    throw isFault(error, 'EGRESS_BLOCKED')
      ? new Fault('SETTING_INVALID', `the webhook’s address: "${hostname}" is no host of the internet`)
      : error
  }
}

async function post(ports: WebhookPorts, { url, headers, body }: Post): Promise<number> {
  const way = wayTo(ports, new URL(url).hostname)
  try {
    const options = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES, redirects: 'never' } as const
    return (await way.send({ method: 'POST', url, headers, body }, options)).status
  } finally {
    await way.close()
  }
}

function storedFault(code: FaultCode, message: string, nowMs: number): StoredFault {
  const { blame, help } = FAULTS[code]
  return { code, message, blame, help, at: new Date(nowMs).toISOString() }
}
