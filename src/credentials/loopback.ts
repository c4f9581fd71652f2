import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '../lib/fault.ts'

/** A place on this machine where the browser comes back to. */
export type Loopback = {
  readonly redirectUri: string
  /**
   * The address of the callback with this `state`. Others are turned away, so that no page in the browser can end the sign-in.
   *
   * @throws {Fault} `CREDENTIAL_MISSING` when it is closed first.
   */
  readonly receive: (state: string) => Promise<string>
  readonly close: () => void
}

const PATH = '/callback'
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  connection: 'close',
}

/**
 * Listens on 127.0.0.1 only, for the command line.
 *
 * @param options.port where the app wants the redirect address registered with its port; any free one otherwise.
 * @param options.signal closes it.
 * @throws {Fault} `USAGE_WRONG` when that port is taken.
 * @see RFC 8252 sections 7.3 and 8.3.
 */
export async function openLoopback(
  options: { readonly port?: number; readonly signal?: AbortSignal } = {},
): Promise<Loopback> {
  options.signal?.throwIfAborted()
  const { promise: arrived, resolve, reject } = Promise.withResolvers<string>()
  arrived.catch(() => undefined)
  let expected: string | undefined
  const server = createServer((request, response) => {
    const callback = readRequest(request, redirectUri)
    const isExpected = callback !== undefined && callback.searchParams.get('state') === expected
    answer(response, isExpected)
    if (isExpected) resolve(callback.href)
  })
  await new Promise<void>((done, failed) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      failed(new Fault('USAGE_WRONG', `port ${options.port} of 127.0.0.1 cannot be listened on: ${code}`)),
    )
    server.listen(options.port ?? 0, '127.0.0.1', done)
  })
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`
  const close = () => {
    server.close()
    reject(new Fault('CREDENTIAL_MISSING', 'nobody came back from the consent page'))
  }
  options.signal?.addEventListener('abort', close, { once: true })
  return {
    redirectUri,
    close,
    receive: (state) => {
      expected = state
      return arrived.finally(close)
    },
  }
}

/** The callback's address, unless the request is for something else. A foreign Host means a name was pointed here. */
function readRequest({ method, url = '', headers }: IncomingMessage, redirectUri: string): URL | undefined {
  const { host, origin, pathname } = new URL(redirectUri)
  if (method !== 'GET' || headers.host !== host || !URL.canParse(url, origin)) return undefined
  const callback = new URL(url, origin)
  return callback.pathname === pathname && callback.origin === origin ? callback : undefined
}

function answer(response: ServerResponse, isExpected: boolean): void {
  const text = isExpected ? 'Done. You can close this window.' : 'Nothing is expected here.'
  response.writeHead(isExpected ? 200 : 404, HEADERS)
  response.end(`<!doctype html><title>Fairlead</title><p>${text}`)
}
