import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { openEgress } from '../../egress/egress.ts'
import type { Transport } from '../../model/transport.ts'
import { HOST } from './connector.ts'

export type Asked = {
  readonly method: string
  /** Below the base address. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}
export type Told = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown
  /** Announces more than it sends. */
  readonly isCut?: true
}
export type App = { readonly transport: Transport; readonly asked: Asked[] }

/** A real HTTP server that answers as an app would, reached through the real egress under the name of the manifest. */
export async function openApp(t: TestContext, answer: (asked: Asked) => Told | Promise<Told>): Promise<App> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname.replace(/^\/v1/, ''),
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    asked.push(one)
    const { status = 200, headers, body, isCut } = await answer(one)
    const bytes = bytesOf(body)
    response.writeHead(status, { ...headers, 'Content-Length': bytes.length + (isCut ? 10 : 0) })
    if (isCut) response.write(bytes, () => response.destroy())
    else response.end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const egress = openEgress({ hosts: ['127.0.0.1', HOST], allowLoopback: true })
  t.after(async () => {
    await egress.close()
    server.closeAllConnections()
    server.close()
  })
  return { transport: under(egress.send, `https://${HOST}`, `http://127.0.0.1:${port}`), asked }
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  return Buffer.from(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body))
}

/** The app's own address in requests and answers, the server's on the wire. */
function under(transport: Transport, name: string, origin: string): Transport {
  const swap = (url: string, from: string, to: string) =>
    url.startsWith(`${from}/`) ? to + url.slice(from.length) : url
  return async (request, options) => {
    const answer = await transport({ ...request, url: swap(request.url, name, origin) }, options)
    return { ...answer, url: swap(answer.url, origin, name) }
  }
}
