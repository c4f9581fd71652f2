import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { openEgress } from '../../egress/egress.ts'
import type { Transport } from '../../model/transport.ts'

/** What came in. */
export type Received = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** The body's form fields or the query's parameters. */
  readonly params: Readonly<Record<string, string>>
}
/** What goes out: a body that is no text is sent as JSON. `cut` closes the connection without an answer. */
export type Reply =
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: unknown
      readonly cut?: undefined
    }
  | { readonly cut: true }

export type Server = { readonly origin: string; readonly received: readonly Received[] }

/** A real HTTP server on the loopback address, gone when the test ends. */
export async function openServer(
  t: TestContext,
  answer: (request: Received, count: number) => Reply | Promise<Reply>,
): Promise<Server> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const url = new URL(request.url ?? '/', 'http://server')
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded'
    const params = Object.fromEntries(isForm ? new URLSearchParams(body) : url.searchParams)
    const { method = '', headers } = request
    const one: Received = { method, path: url.pathname, headers, body, params }
    received.push(one)
    const reply = await answer(one, received.length)
    if (reply.cut === true) {
      response.destroy()
      return
    }
    const isText = typeof reply.body === 'string'
    response.writeHead(reply.status ?? 200, {
      'content-type': isText ? 'text/plain' : 'application/json',
      ...reply.headers,
    })
    response.end(isText ? reply.body : reply.body === undefined ? '' : JSON.stringify(reply.body))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

/** The way out of production, led to servers on the loopback address: origins by host name. */
export function openNetwork(
  originByHost: Readonly<Record<string, string>>,
  after: (close: () => Promise<void>) => void,
): Transport {
  const egress = openEgress({ hosts: ['127.0.0.1'], allowLoopback: true })
  after(egress.close)
  return async (request, options) => {
    const url = new URL(request.url)
    const origin = originByHost[url.hostname]
    if (origin === undefined) throw new Error(`no server stands for ${url.hostname}`)
    const local = `${origin}${url.pathname}${url.search}`
    const answer = await egress.send({ ...request, url: local }, options)
    return { ...answer, url: request.url }
  }
}

/** A network where `auth.acme.example` and `api.acme.example` are one server. */
export function acmeNetwork(t: TestContext, { origin }: { readonly origin: string }): Transport {
  const hosts = { 'auth.acme.example': origin, 'api.acme.example': origin }
  return openNetwork(hosts, (close) => t.after(close))
}
