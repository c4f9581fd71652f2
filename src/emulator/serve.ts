import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { emulatedUrl, meantUrl } from './emulated-transport.ts'
import type { Emulator } from './emulator.ts'
import { type Incoming, type Outgoing, refusal } from './wire.ts'

export type ServedEmulator = {
  /** Without a trailing slash: what `emulatedTransport` takes. */
  readonly url: string
  /** Ends every connection. */
  readonly close: () => Promise<void>
}

/** More than any request of a collector. */
const MAX_BODY_BYTES = 1024 * 1024

/** Serves an emulator to this machine. Port 0 takes a free one. */
export async function serveEmulator(
  emulator: Pick<Emulator, 'handle'>,
  { host = '127.0.0.1', port = 0 }: { readonly host?: '127.0.0.1' | '::1'; readonly port?: number } = {},
): Promise<ServedEmulator> {
  const server = createServer((request, response) => {
    serve(emulator, request, response).catch(() => response.destroy())
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${portOf(server)}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function serve(
  emulator: Pick<Emulator, 'handle'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const meant = URL.parse(meantUrl(request.url ?? '') ?? '')
  if (meant === null) {
    write(response, refusal(404, 'no_host', `Ask for ${emulatedUrl('', 'https://HOST/PATH')}`), request)
    return
  }
  const body = await readAll(request)
  if (body === undefined) {
    write(response, refusal(413, 'too_large', 'The body is larger than 1 MiB.'), request)
    return
  }
  const incoming: Incoming = {
    method: request.method ?? 'GET',
    url: meant,
    headers: headersOf(request),
    body,
  }
  write(response, await emulator.handle(incoming), request)
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ])
  return Object.fromEntries(entries)
}

async function readAll(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function write(
  response: ServerResponse,
  { status, headers, body, isCut }: Outgoing,
  request: IncomingMessage,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const location = headers['location']
  response.writeHead(status, {
    ...headers,
    ...(location !== undefined && { location: reachable(location, request) }),
    ...(bytes.length > 0 && { 'content-length': bytes.length }),
  })
  if (isCut === true) {
    // The half that is promised never comes.
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
    return
  }
  response.end(bytes)
}

/**
 * A redirect to the app itself stays in the emulator, so that a browser can follow it; any other address is left as it is, and a
 * collector that obeys its hosts refuses it.
 */
function reachable(location: string, request: IncomingMessage): string {
  const from = URL.parse(meantUrl(request.url ?? '') ?? '')
  const to = URL.parse(location)
  if (from === null || to === null || to.host !== from.host) return location
  return emulatedUrl(`http://${request.headers.host ?? ''}`, location)
}
