import { createHmac } from 'node:crypto'
import type { Template } from '../model/expression.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import { canonicalRequest, type Stamp } from './canonical-request.ts'
import type { CredentialContext } from './context.ts'
import { readSharedKey } from './key.ts'
import type { HmacPlan, SendPlan } from './method.ts'
import { openReader } from './reader.ts'
import { place } from './send.ts'

type Context = Omit<CredentialContext, 'store'>

/**
 * Signs a request with an HMAC as the manifest describes it. What `send` adds without using the signature, such as a key's
 * name in the query, is there before the request is signed, and so part of it.
 *
 * @throws {Fault} `SETTING_MISSING`, `EXPRESSION_FAILED`
 */
export function signRequest(plan: HmacPlan, context: Context, request: OutgoingRequest): OutgoingRequest {
  const stamp = takeStamp(context)
  const before = place(
    sendPart(plan.send, false),
    openReader(context, { request: canonicalRequest(request, stamp) }),
    request,
  )
  const signed = { request: canonicalRequest(before, stamp) }
  const reader = openReader(context, signed)
  const key = readSharedKey(reader.value(plan.key, 'hmac.key'), 'hmac.key')
  const token = createHmac(plan.hash, key).update(reader.text(plan.over, 'hmac.over')).digest(plan.encoding)
  return place(sendPart(plan.send, true), openReader(context, { ...signed, token }), before)
}

/** The present moment with a nonce of 128 bits. */
export function takeStamp({ clock, random }: Pick<CredentialContext, 'clock' | 'random'>): Stamp {
  return { nowMs: clock.now(), nonce: Buffer.from(random(16)).toString('hex') }
}

/** The entries of `send` that use the signature, or those that do not. */
function sendPart(send: SendPlan, usesToken: boolean): SendPlan {
  const part = (templates: Readonly<Record<string, Template>> | undefined) =>
    Object.fromEntries(
      Object.entries(templates ?? {}).filter(([, template]) => readsToken(template) === usesToken),
    )
  return { headers: part(send.headers), query: part(send.query), json: part(send.json) }
}

function readsToken({ programs }: Template): boolean {
  return programs.some((program) => program.reads.some(([name]) => name === 'token'))
}
