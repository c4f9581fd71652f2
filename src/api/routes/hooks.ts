import { Fault } from '../../lib/fault.ts'
import type { Routes } from '../route.ts'
import { openTurns } from '../turns.ts'

/** As much as any app sends; more is refused before it is read. */
const MAX_BYTES = 5 * 1024 * 1024
/** Deliveries of one connection in a minute; what comes beyond is refused before its signature is looked at. */
const PER_MINUTE = 600
/** Deliveries read and kept at the same time, whoever sends them, and how many wait unread: what they hold of memory has an end. */
const AT_ONCE = 32
const MOST_WAITING = 1000
/** Whoever sends more slowly keeps others waiting, and is cut off. */
const BODY_WITHIN_MS = 10_000

/** Deliveries of apps. The body stays bytes: its signature is checked by the receiver before anything reads it. */
export const hookRoutes: Routes =
  ({ hooks }) =>
  async (app) => {
    const turns = openTurns({ atOnce: AT_ONCE, mostWaiting: MOST_WAITING })
    app.addHook('onRequest', async ({ raw: request }, reply) => {
      const { raw: answer } = reply
      if (!(await turns.take(answer))) {
        reply.header('retry-after', '1')
        throw new Fault('RATE_EXCEEDED', 'too many deliveries at once')
      }
      const late = setTimeout(() => request.complete || request.destroy(), BODY_WITHIN_MS)
      answer.once('close', () => clearTimeout(late))
    })
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
