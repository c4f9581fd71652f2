import { createHash } from 'node:crypto'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../lib/fault.ts'
import { assertAllowed, headersOf } from './route.ts'
import type { AccessPort } from './services.ts'
import { isKeepable } from './validation.ts'

export type GuardOptions = {
  /** Our addresses as browsers write them, e.g. `https://fairlead.example`; the first is where we send people. */
  readonly origins: readonly [string, ...string[]]
  /** Requests in a minute for each caller: a key, a person, or an address where nobody is signed in. */
  readonly perMinute: number
}

/**
 * Everything that stands before a handler, in this order: who asks, how often, from which page, whether allowed.
 * Nothing of a body is read before.
 */
export async function guard(
  app: FastifyInstance,
  access: AccessPort,
  { origins, perMinute }: GuardOptions,
): Promise<void> {
  refuseUndecided(app)
  await app.register(helmet, helmetOptions(origins[0]))
  await app.register(rateLimit, { global: false, enableDraftSpec: true })
  app.decorateRequest('principal', undefined)
  app.decorateRequest('refused', undefined)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    if (request.routeOptions.config.isPublic === true) return
    // What only some may see is kept by no cache on the way.
    reply.header('cache-control', 'no-store')
    const asked = await access.principalOf(headersOf(request))
    if ('refused' in asked) request.refused = asked.refused
    else request.principal = asked
  })
  app.addHook(
    'onRequest',
    app.rateLimit({
      timeWindow: 60_000,
      max: ({ routeOptions }) => routeOptions.config.perMinute ?? perMinute,
      keyGenerator: callerKey,
    }),
  )
  app.addHook('onRequest', async (request) => {
    assertOrigin(request, origins)
    if (request.routeOptions.config.isPublic !== true && !request.is404) assertAllowed(request)
  })
  app.addHook('preValidation', async ({ body, query, params }) => {
    if (!Buffer.isBuffer(body) && !isKeepable([body, query, params]))
      throw new Fault('INPUT_INVALID', 'a text holds NUL or half a character')
  })
}

/** Default deny: a route that says nothing of who may call it stops the start. */
function refuseUndecided(app: FastifyInstance): void {
  app.addHook('onRoute', ({ url, config }) => {
    const isDecided = config?.isPublic === true || config?.permission !== undefined
    if (!isDecided) throw new Error(`${url} says neither its permission nor that it is public`)
  })
}

/** Who is counted. A route with a number of its own is counted apart. */
function callerKey({ principal, ip, routeOptions, params }: FastifyRequest): string {
  const caller = principal === undefined ? networkOf(ip) : principal.id
  const { connectionId } = params as { connectionId?: string }
  const own = routeOptions.config.perMinute === undefined ? '' : `${routeOptions.url}#${connectionId ?? ''}`
  return createHash('sha256').update(`${caller}#${own}`).digest('base64url')
}

/** Whoever has one IPv6 address has 2^64 of them. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = ip.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0')
  const groups = tail === undefined ? front : [...front, ...zeros, ...back]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

const SAFE = ['GET', 'HEAD', 'OPTIONS']

/**
 * A browser that acts with a session says from which page. Requests with a bearer key carry nothing a foreign page could borrow.
 *
 * @throws {Fault} `ORIGIN_REFUSED`
 */
function assertOrigin({ method, headers }: FastifyRequest, origins: readonly string[]): void {
  if (SAFE.includes(method)) return
  const { origin, cookie } = headers
  const isOurs = origin === undefined ? cookie === undefined : origins.includes(origin)
  if (!isOurs) throw new Fault('ORIGIN_REFUSED', 'the request comes from another site')
}

const helmetOptions = (origin: string) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // The portal's components set style attributes; styles run nothing.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: 'no-referrer' as const },
  strictTransportSecurity: origin.startsWith('https:') ? { maxAge: 31_536_000 } : false,
  xFrameOptions: { action: 'deny' as const },
})
