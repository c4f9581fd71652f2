import type { FastifyReply } from 'fastify'
import { isFault } from '../../lib/fault.ts'
import type { Log } from '../errors.ts'
import { callerOf, type Routes } from '../route.ts'

/** Where apps send people back to after a consent. The answer is always a redirect to a clean address: no code stays in the history. */
export const consentRoutes =
  (log: Log): Routes =>
  ({ connections }) =>
  async (app) => {
    app.get<{
      Params: { app: string; organisationKey: string }
      Querystring: Record<string, string | string[]>
    }>(
      '/oauth/cb/:app/:organisationKey',
      { config: { permission: 'connection.read' }, schema: { hide: true } },
      async (request, reply) => {
        const query = single(request.query)
        try {
          const ask = { principal: callerOf(request), ...request.params, query }
          const { connectionId } = await connections.finishConsent(ask)
          return away(reply, `/apps/${encodeURIComponent(connectionId)}?connected`)
        } catch (error) {
          const code = isFault(error) ? error.code : 'PLATFORM_FAILED'
          if (code === 'PLATFORM_FAILED') log({ err: error, requestId: request.id }, 'consent failed')
          return away(reply, `/apps?error=${code}`)
        }
      },
    )
  }

/** A parameter that is given twice is given not at all: nobody can choose which one counts. */
const single = (query: Readonly<Record<string, string | string[]>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )

const away = (reply: FastifyReply, to: string) =>
  reply.header('referrer-policy', 'no-referrer').header('cache-control', 'no-store').redirect(to, 303)
