import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Fault, isFault } from '../lib/fault.ts'
import type { Answer, OutgoingRequest, SendOptions, Transport } from '../model/transport.ts'
import type { Guard } from './guard.ts'
import type { Agents } from './guarded-agent.ts'
import { checkHeaders } from './headers.ts'
import { readBody } from './read-body.ts'
import { redirectOf } from './redirect.ts'

const MAX_HOPS = 3
const DEFAULT_MAX_BYTES = 50 * 1024 * 1024
const MAX_HEADER_BYTES = 16 * 1024
const OUR_HEADERS = { 'accept-encoding': 'gzip, deflate, br' }

/** The transport over the agents of one connection. Every hop passes the guard; redirects are followed here, never by the HTTP library. */
export function sendThrough(agents: Agents, guard: Guard): Transport {
  return (request, options) =>
    withinTime(options, async (signal) => {
      const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
      let hop = request
      for (let hops = 0; ; hops++) {
        const url = guard.checkUrl(hop.url)
        const answer = await exchange(agents, { hop, url, maxBytes, signal })
        const next = redirectOf(hop, answer)
        if (next === undefined) return answer
        if (options.redirects !== 'follow' || hop.method !== 'GET' || hops === MAX_HOPS)
          throw new Fault('REDIRECT_REFUSED', `${url.hostname} answered ${answer.status}: another address`)
        hop = next
      }
    })
}

type Exchange = {
  readonly hop: OutgoingRequest
  readonly url: URL
  readonly maxBytes: number
  readonly signal: AbortSignal
}

async function exchange(agents: Agents, { hop, url, maxBytes, signal }: Exchange): Promise<Answer> {
  const headers = { 'user-agent': 'fairlead', ...checkHeaders(hop.headers), ...OUR_HEADERS }
  try {
    const response = await begin(agents, { hop: { ...hop, headers }, url, signal })
    try {
      const headers = joined(response.headersDistinct)
      const body = await readBody(response, headers, maxBytes)
      return { status: response.statusCode ?? 0, headers, body, url: url.href }
    } catch (error) {
      response.on('error', () => {}).destroy()
      throw error
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : faultOf(error, url.hostname)
  }
}

/** Sends a request; the answer has arrived up to its body. */
function begin(agents: Agents, { hop, url, signal }: Omit<Exchange, 'maxBytes'>): Promise<IncomingMessage> {
  const isPlain = url.protocol === 'http:'
  const { method, body } = hop
  // A body of unknown length could be read as a second request.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const options = {
    agent: agents[isPlain ? 'http:' : 'https:'],
    method,
    headers: { ...hop.headers, ...length },
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  }
  return new Promise((resolve, reject) => {
    const request = isPlain ? httpRequest(url, options) : httpsRequest(url, options)
    request.on('response', resolve).on('error', reject)
    request.on('upgrade', (_, socket) => {
      socket.destroy()
      reject(new Fault('SOURCE_UNAVAILABLE', `${url.hostname} changed the protocol`))
    })
    request.end(body)
  })
}

function joined(headers: Readonly<Record<string, string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = Object.create(null)
  for (const [name, values] of Object.entries(headers))
    if (values !== undefined) result[name] = values.join(', ')
  return result
}

/** Runs against the clock on the wall: the whole answer and every hop count, so a slow drip ends as well. */
async function withinTime<T>(
  { timeoutMs, signal }: SendOptions,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const late = new Fault('SOURCE_UNAVAILABLE', `no whole answer within ${timeoutMs} ms`)
  const timer = setTimeout(() => controller.abort(late), timeoutMs)
  const stop = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await run(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

/** The library's error has the parts of the answer that broke it, so only its code goes on. */
function faultOf(error: unknown, hostname: string): unknown {
  if (isFault(error)) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Fault('ANSWER_TOO_LARGE', `the headers of ${hostname} are larger than 16 KiB`)
  if (code === 'EMFILE' || code === 'ENFILE')
    return new Fault('PLATFORM_UNAVAILABLE', `nothing more can be opened on this machine (${code})`)
  return new Fault('SOURCE_UNAVAILABLE', `no whole answer from ${hostname} (${code})`)
}
