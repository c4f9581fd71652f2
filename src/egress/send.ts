import { type Agent, request as undiciRequest } from 'undici'
import { Fault, isFault } from '../lib/fault.ts'
import type { Answer, OutgoingRequest, SendOptions, Transport } from '../model/transport.ts'
import type { Guard } from './guard.ts'
import { checkHeaders } from './headers.ts'
import { readBody } from './read-body.ts'
import { redirectOf } from './redirect.ts'

const MAX_HOPS = 3
const DEFAULT_MAX_BYTES = 50 * 1024 * 1024
const OUR_HEADERS = { 'accept-encoding': 'gzip, deflate, br' }

/** The transport over one agent. Every hop passes the guard; redirects are followed here, never by the HTTP library. */
export function sendThrough(agent: Agent, guard: Guard): Transport {
  return (request, options) =>
    withinTime(options, async (signal) => {
      const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
      let hop = request
      for (let hops = 0; ; hops++) {
        const url = guard.checkUrl(hop.url)
        const answer = await exchange(agent, { hop, url, maxBytes, signal })
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

async function exchange(agent: Agent, { hop, url, maxBytes, signal }: Exchange): Promise<Answer> {
  const headers = { 'user-agent': 'fairlead', ...checkHeaders(hop.headers), ...OUR_HEADERS }
  try {
    const response = await undiciRequest(url, {
      dispatcher: agent,
      method: hop.method,
      headers,
      body: hop.body ?? null,
      signal,
    })
    try {
      const headers = joined(response.headers)
      const body = await readBody(response.body, headers, maxBytes)
      return { status: response.statusCode, headers, body, url: url.href }
    } catch (error) {
      response.body.on('error', () => {}).destroy()
      throw error
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : faultOf(error, url.hostname)
  }
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ')
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
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new Fault('ANSWER_TOO_LARGE', `the headers of ${hostname} are larger than 16 KiB`)
  return new Fault('SOURCE_UNAVAILABLE', `no whole answer from ${hostname} (${code})`)
}
