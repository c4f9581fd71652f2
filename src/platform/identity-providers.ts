import { type Egress, egressBehind, openEgress } from '../egress/egress.ts'
import { type Resolve, systemResolve } from '../egress/guarded-agent.ts'
import type { IdentityOptions } from '../identity/identity.ts'
import { Fault } from '../lib/fault.ts'
import { parseJson } from '../lib/json.ts'
import type { Answer, OutgoingRequest } from '../model/transport.ts'

type Way = Pick<IdentityOptions, 'guard' | 'discover' | 'fetch'>

const TIMEOUT_MS = 10_000
const MAX_BYTES = 256 * 1024
const METHODS = ['GET', 'POST'] as const

/**
 * The way to the identity providers that customers name: past the guard that apps are reached through.
 *
 * @param internal origins inside the operator's own network, named by the operator.
 */
export function identityProviders(internal: readonly string[], resolve: Resolve = systemResolve): Way {
  const guard: Way['guard'] = async (url) => {
    if (internal.includes(url.origin)) return
    if (url.protocol !== 'https:') throw new Fault('EGRESS_BLOCKED', `${url.origin} is not https`)
    await openEgress({ hosts: [url.hostname] }).close()
  }
  const ask = async (request: OutgoingRequest, signal?: AbortSignal): Promise<Answer> => {
    const url = new URL(request.url)
    await guard(url)
    const way = internal.includes(url.origin)
      ? inside(url.origin, resolve)
      : openEgress({ hosts: [url.hostname], resolve })
    try {
      const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, redirects: 'never' } as const
      return await way.send(request, signal === undefined ? limits : { ...limits, signal })
    } finally {
      await way.close()
    }
  }
  return {
    guard,
    discover: async ({ href }) => {
      const answer = await ask({ method: 'GET', url: href, headers: { accept: 'application/json' } })
      return answer.status === 200 ? parseJson(answer.body) : undefined
    },
    fetch: async (address, init) => {
      const request = new Request(address, init)
      const { status, headers, body } = await ask(await outgoing(request), request.signal)
      return new Response(body.byteLength === 0 ? null : Buffer.from(body), { status, headers })
    },
  }
}

/** The operator's word for it: that origin, wherever it is, and nothing else. */
function inside(origin: string, resolve: Resolve): Egress {
  const checkUrl = (text: string) => {
    const url = new URL(text)
    if (url.origin !== origin) throw new Fault('EGRESS_BLOCKED', `${url.origin} is not ${origin}`)
    return url
  }
  return egressBehind({ checkUrl, allowsAddress: () => true }, resolve)
}

async function outgoing(request: Request): Promise<OutgoingRequest> {
  const method = METHODS.find((known) => known === request.method)
  if (method === undefined) throw new Fault('REQUEST_INVALID', 'a provider is asked by GET or POST')
  const { url, headers } = request
  const body = await request.text()
  return { method, url, headers: Object.fromEntries(headers), ...(body === '' ? {} : { body }) }
}
