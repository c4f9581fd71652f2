import type { FastifyInstance } from 'fastify'

/**
 * Counts answers by route and status, for /metrics.
 *
 * @returns the counters as Prometheus text.
 */
export function countRequests(app: FastifyInstance): () => string {
  const counts = new Map<string, { count: number; seconds: number }>()
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const labels = `method="${method}",route="${routeOptions.url ?? 'none'}",status="${reply.statusCode}"`
    const entry = counts.get(labels) ?? { count: 0, seconds: 0 }
    counts.set(labels, { count: entry.count + 1, seconds: entry.seconds + reply.elapsedTime / 1000 })
  })
  return () => {
    const lines = [...counts].flatMap(([labels, { count, seconds }]) => [
      `fairlead_http_requests_total{${labels}} ${count}`,
      `fairlead_http_request_seconds_total{${labels}} ${seconds.toFixed(6)}`,
    ])
    const process_ = [
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      `process_uptime_seconds ${process.uptime().toFixed(1)}`,
    ]
    return `${[...lines.toSorted(), ...process_].join('\n')}\n`
  }
}
