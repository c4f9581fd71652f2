import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refuseUnknown } from './errors.ts'

/** Addresses that are never a page of the portal. */
const NOT_PAGES = ['/api', '/hooks', '/oauth', '/docs', '/assets']

/** Serves the built portal: files as they are, and its one page for every address that is a page's. */
export async function servePortal(app: FastifyInstance, root: string): Promise<void> {
  await app.register(async (files) => {
    files.addHook('onRoute', (route) => {
      route.config = { ...route.config, isPublic: true }
      route.schema = { ...route.schema, hide: true }
    })
    await files.register(fastifyStatic, {
      root,
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // The bundler puts a hash into the names below assets/: what has such a name never changes.
        const isHashed = path.includes('/assets/')
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  })
  app.setNotFoundHandler((request, reply) => {
    if (!isPage(request)) return refuseUnknown(request)
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
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
