import { Fault } from '../../lib/fault.ts'
import type { Routes } from '../route.ts'

/** As much as any app sends; more is refused before it is read. */
const MAX_BYTES = 5 * 1024 * 1024
/** Deliveries of one connection in a minute; what comes beyond is refused before its signature is looked at. */
const PER_MINUTE = 600

/** Deliveries of apps. The body stays bytes: its signature is checked by the receiver before anything reads it. */
export const hookRoutes: Routes =
  ({ hooks }) =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.post<{ Params: { connectionId: string; '*': string }; Body: Buffer | undefined }>(
      '/hooks/:connectionId/*',
      { bodyLimit: MAX_BYTES, config: { isPublic: true, perMinute: PER_MINUTE }, schema: { hide: true } },
      async (request, reply) => {
        const { status, body } = await hooks.receive({
          connectionId: request.params.connectionId,
          path: `/${request.params['*']}`,
          method: request.method,
          headers: single(request.headers),
          query: single(request.query),
          rawBody: request.body ?? new Uint8Array(),
        })
        return reply.code(status).send(body)
      },
    )
  }

/** Names with one value. A query that repeats a name is no delivery of ours. */
function single(values: unknown): Record<string, string> {
  const entries = Object.entries(values as Record<string, string | string[] | undefined>)
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      if (value === undefined) return []
      if (Array.isArray(value) && name !== 'set-cookie')
        throw new Fault('INPUT_INVALID', `${name} is given more than once`)
      return [[name, String(value)]]
    }),
  )
}
