import type { Routes } from '../route.ts'

/** For whoever supervises the process. */
export const healthRoutes =
  (metrics: () => string): Routes =>
  ({ health }) =>
  async (app) => {
    const options = { config: { isPublic: true, perMinute: 6000 }, schema: { hide: true } }
    app.get('/healthz', options, async () => ({ status: 'alive' }))
    app.get('/readyz', options, async (_request, reply) => {
      const missing = await health.notReady()
      reply.code(missing.length === 0 ? 200 : 503)
      return missing.length === 0 ? { status: 'ready' } : { status: 'not ready', missing }
    })
    app.get('/metrics', options, async (_request, reply) =>
      reply.type('text/plain; version=0.0.4').send(metrics()),
    )
  }
