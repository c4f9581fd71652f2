import { readdir } from 'node:fs/promises'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refuseUnknown } from './errors.ts'

/** Files of the portal each address may ask for in a minute. */
const ASSETS_PER_MINUTE = 6000
/** Addresses that are never a page of the portal. */
const NOT_PAGES = ['/api', '/hooks', '/oauth', '/docs', '/assets']

/** Serves the built portal: files as they are, and its one page for every address that is a page's. */
export async function servePortal(app: FastifyInstance, root: string): Promise<void> {
  await app.register(fastifyStatic, {
    root,
    serve: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // The bundler puts a hash into the names below assets/: what has such a name never changes.
      const isHashed = path.includes('/assets/')
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  // Only what the bundler wrote has an address: everything else is a page, or nothing.
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const options = { config: { isPublic: true, perMinute: ASSETS_PER_MINUTE }, schema: { hide: true } }
    if (entry.isFile()) app.get(`/${entry.name}`, options, (_request, reply) => reply.sendFile(entry.name))
    if (entry.isDirectory())
      app.get<{ Params: { '*': string } }>(`/${entry.name}/*`, options, (request, reply) =>
        reply.sendFile(`${entry.name}/${request.params['*']}`),
      )
  }
  app.setNotFoundHandler((request, reply) => {
    if (!isPage(request)) return refuseUnknown(request)
    return reply.sendFile('index.html')
  })
}

function isPage({ method, url, headers }: FastifyRequest): boolean {
  const path = url.split('?')[0] ?? ''
  const isForPerson = headers.accept?.includes('text/html') === true
  return (
    method === 'GET' &&
    isForPerson &&
    !NOT_PAGES.some((start) => path === start || path.startsWith(`${start}/`))
  )
}
