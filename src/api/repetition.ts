import type { FastifyInstance, FastifyRequest } from 'fastify'
import { canonicalJson } from '../lib/canonical.ts'
import { Fault } from '../lib/fault.ts'
import type { RepetitionsPort } from './services.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer holds a secret that is shown once: it is not kept, so a repetition is refused rather than answered again. */
    isShownOnce?: boolean
  }
  interface FastifyRequest {
    /** Set while this request is the first with its Idempotency-Key. */
    repetition: { readonly organisationId: string; readonly key: string } | undefined
  }
}

/** Visible ASCII, as the header's draft has it. */
const KEY = /^[\x21-\x7e]{1,200}$/

/** A POST with an Idempotency-Key is carried out once: its repetition gets the answer of the first. */
export function answerRepetitions(app: FastifyInstance, repetitions: RepetitionsPort): void {
  app.decorateRequest('repetition', undefined)
  app.addHook('preHandler', async (request, reply) => {
    const scope = scopeOf(request)
    if (scope === undefined) return
    const { organisationId, key } = scope
    const known = await repetitions.begin(organisationId, key, requestText(request))
    if (known.state === 'answered') {
      if (request.routeOptions.config.isShownOnce === true)
        throw new Fault('IDEMPOTENCY_CONFLICT', 'this was done already; its answer is shown once only')
      return reply.code(known.status).header('idempotency-replayed', 'true').send(known.body)
    }
    if (known.state !== 'new') throw new Fault('IDEMPOTENCY_CONFLICT', CONFLICT[known.state])
    request.repetition = scope
  })
  app.addHook('onSend', async ({ repetition, routeOptions }, reply, payload) => {
    if (repetition === undefined) return
    const { organisationId, key } = repetition
    const status = reply.statusCode
    // What failed on our side, or was refused for now, is tried again with the same key.
    if (status >= 500 || status === 429) return repetitions.forget(organisationId, key)
    const isKept = routeOptions.config.isShownOnce !== true && typeof payload === 'string' && payload !== ''
    await repetitions.end(organisationId, key, { status, body: isKept ? JSON.parse(payload) : undefined })
  })
}

const CONFLICT = {
  conflict: 'this Idempotency-Key came with another request',
  running: 'the first request with this Idempotency-Key is still under way',
} as const

function scopeOf({ method, headers, principal }: FastifyRequest): FastifyRequest['repetition'] {
  const key = headers['idempotency-key']
  if (method !== 'POST' || key === undefined || principal === undefined) return undefined
  if (typeof key !== 'string' || !KEY.test(key))
    throw new Fault('INPUT_INVALID', 'Idempotency-Key is 1 to 200 visible characters')
  return { organisationId: principal.organisationId, key: `${principal.id} ${key}` }
}

const requestText = ({ method, url, body }: FastifyRequest) => canonicalJson([method, url, body ?? null])
