import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { Fault } from '../../lib/fault.ts'
import { callerOf, callerReach, headersOf, type Routes } from '../route.ts'
import type { LiveEvent, Reach } from '../services.ts'

const HEARTBEAT_MS = 15_000
/** A reader that takes nothing any more is cut off rather than buffered for. */
const MAX_BUFFERED_BYTES = 1024 * 1024

/** Of one caller at once: as many as anybody has pages open. */
const MOST_LINES = 20

/** Server-sent events: what changes while somebody watches. */
export const liveRoutes: Routes =
  ({ access, live }) =>
  async (app) => {
    const open = new Map<FastifyReply, string>()
    app.addHook('preClose', async () => {
      for (const reply of open.keys()) reply.raw.end()
    })
    app.get(
      '/events',
      {
        config: { permission: 'connection.read' },
        schema: {
          operationId: 'streamEvents',
          summary: 'What changes, as it changes (server-sent events)',
          description:
            'Events `stream` {connectionId, stream}, `connection` {connection}, `export` {export}; comments keep the line open. Nothing is repeated after a break: read the lists again.',
          tags: ['Live'],
          produces: ['text/event-stream'],
          response: { 200: Type.Unknown({ description: 'A stream of events.', 'x-events': true }) },
        },
      },
      async (request, reply) => {
        const { organisationId, id } = callerOf(request)
        if ([...open.values()].filter((listener) => listener === id).length >= MOST_LINES)
          throw new Fault('RATE_EXCEEDED', `${MOST_LINES} event streams are open already`)
        const reach = callerReach(request)
        reply.hijack()
        const { raw } = reply
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) raw.setHeader(name, value)
        raw.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        })
        raw.write(': open\n\n')
        open.set(reply, id)
        const end = live.subscribe(organisationId, (event) => {
          if (!isWithin(reach, event)) return
          if (raw.writableLength > MAX_BUFFERED_BYTES) raw.destroy()
          else raw.write(`event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`)
        })
        // A session that ended, or a key that was revoked, hears nothing more.
        const beat = setInterval(() => {
          access.principalOf(headersOf(request)).then(
            (now) =>
              'organisationId' in now && now.organisationId === organisationId
                ? raw.write(': \n\n')
                : raw.end(),
            () => raw.end(),
          )
        }, HEARTBEAT_MS)
        const stop = () => {
          clearInterval(beat)
          end()
          open.delete(reply)
        }
        raw.on('close', stop)
        // A reader that left while we asked who it is has told so already.
        if (raw.destroyed) stop()
      },
    )
  }

/** Whether an event is about something the reader may see. Events of the whole organisation are for those who see all of it. */
function isWithin(reach: Reach, { data }: LiveEvent): boolean {
  if (reach === 'all') return true
  const { connectionId, connection } = data as { connectionId?: string; connection?: { id: string } }
  const id = connectionId ?? connection?.id
  return id !== undefined && reach.includes(id)
}
