import type { FastifyReply, FastifyRequest } from 'fastify'
import { headersOf, type Routes } from '../route.ts'

/**
 * Hands `/api/auth/*` to the sign-in library as it came.
 *
 * @param publicUrl our address: what the request says of its host is not believed.
 */
export const signInRoutes =
  (publicUrl: string): Routes =>
  ({ signIn }) =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.route<{ Body: Buffer | undefined }>({
      method: ['GET', 'POST'],
      url: '/api/auth/*',
      config: { isPublic: true, perMinute: 120 },
      schema: { hide: true },
      handler: async (request, reply) =>
        pass(await signIn.handle(asFetch(request, publicUrl), request.ip), reply),
    })
  }

function asFetch(request: FastifyRequest, publicUrl: string): Request {
  const headers = headersOf(request)
  headers.delete('content-length')
  const { method, body } = request
  const hasBody = method === 'POST' && Buffer.isBuffer(body)
  return new Request(new URL(request.url, publicUrl), {
    method,
    headers,
    ...(hasBody ? { body: new Uint8Array(body) } : {}),
  })
}

async function pass(answer: Response, reply: FastifyReply): Promise<FastifyReply> {
  reply.code(answer.status)
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value)
  const cookies = answer.headers.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  return reply.header('cache-control', 'no-store').send(Buffer.from(await answer.arrayBuffer()))
}
