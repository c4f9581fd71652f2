import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance } from 'fastify'
import { newId } from '../lib/id.ts'
import { documentApi } from './document.ts'
import { errorAnswerer, type Log, refuseUnknown } from './errors.ts'
import { type GuardOptions, guard } from './guard.ts'
import { countRequests } from './metrics.ts'
import { servePortal } from './portal.ts'
import { answerRepetitions } from './repetition.ts'
import { accountRoutes } from './routes/accounts.ts'
import { activityRoutes } from './routes/activity.ts'
import { apiKeyRoutes } from './routes/api-keys.ts'
import { appRoutes } from './routes/apps.ts'
import { auditRoutes } from './routes/audit.ts'
import { connectionRoutes } from './routes/connections.ts'
import { consentRoutes } from './routes/consent.ts'
import { exportRoutes } from './routes/exports.ts'
import { healthRoutes } from './routes/health.ts'
import { hookRoutes } from './routes/hooks.ts'
import { liveRoutes } from './routes/live.ts'
import { memberRoutes } from './routes/members.ts'
import { organisationRoutes } from './routes/organisation.ts'
import { outboxRoutes } from './routes/outbox.ts'
import { savedQueryRoutes } from './routes/saved-queries.ts'
import { sessionRoutes } from './routes/session.ts'
import { settingRoutes } from './routes/settings.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { streamRoutes } from './routes/streams.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { object } from './schema/common.ts'
import type { Services } from './services.ts'
import { requestValidator } from './validation.ts'

/** The resources below /api/v1. */
const RESOURCES = [
  sessionRoutes,
  appRoutes,
  connectionRoutes,
  streamRoutes,
  activityRoutes,
  savedQueryRoutes,
  exportRoutes,
  accountRoutes,
  memberRoutes,
  apiKeyRoutes,
  auditRoutes,
  settingRoutes,
  organisationRoutes,
  webhookRoutes,
  outboxRoutes,
  liveRoutes,
]

export type ApiOptions = GuardOptions & {
  readonly version: string
  /** Proxies in front of us whose X-Forwarded-For is believed: addresses or networks; none when empty. */
  readonly trustedProxies: readonly string[]
  /** Where the built portal is; without it only the API is served. */
  readonly portal?: string
  /** Told of what nobody expected. */
  readonly log: Log
}

/** A route that says nothing of its parameters has none: one that is given is an error, as in a body. */
const NOTHING = object({})
const MAX_BODY_BYTES = 256 * 1024
const BASE = '/api/v1'

/** The platform's HTTP side: API, sign-in, inbound hooks, portal. Whoever calls it listens and closes. */
export async function openApi(services: Services, options: ApiOptions): Promise<FastifyInstance> {
  const answerError = errorAnswerer(options.log)
  const app = Fastify({
    logger: false,
    genReqId: () => newId('req', Date.now()),
    requestIdHeader: false,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2000 },
    frameworkErrors: (error, request, reply) => {
      answerError(error, request as never, reply as never)
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(requestValidator())
  app.setErrorHandler(answerError)
  app.addHook('onRoute', ({ schema }) => {
    if (schema !== undefined && schema.hide !== true) schema.querystring ??= NOTHING
  })
  const metrics = countRequests(app)
  await guard(app, services.access, options)
  answerRepetitions(app, services.repetitions)
  await documentApi(app, { version: options.version, base: BASE })
  for (const routes of RESOURCES) await app.register(routes(services), { prefix: BASE })
  for (const routes of [
    consentRoutes(options.log),
    hookRoutes,
    healthRoutes(metrics),
    signInRoutes(options.origins[0]),
  ])
    await app.register(routes(services))
  if (options.portal === undefined) app.setNotFoundHandler(refuseUnknown)
  else await servePortal(app, options.portal)
  return app
}
