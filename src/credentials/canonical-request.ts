import { Fault } from '../lib/fault.ts'
import { encode } from '../lib/url-text.ts'
import type { OutgoingRequest } from '../model/transport.ts'

/** The parts of a request that signatures are made over: `request` in a manifest's `send` and `over`. */
export type CanonicalRequest = {
  readonly method: string
  /** Lower case, with the port unless it is the scheme's own. */
  readonly host: string
  /** As sent: percent-encoded, at least "/". */
  readonly path: string
  /** Sorted by name, then value; encoded as RFC 3986 says. */
  readonly query: string
  /** Empty when there is none. */
  readonly body: string
  /** Unix seconds, a CEL int. */
  readonly timestamp: bigint
  /** RFC 1123, e.g. "Tue, 20 Apr 2021 02:07:55 GMT". */
  readonly date: string
  readonly nonce: string
}

/** The moment and the nonce of one signature: the same in all its parts. */
export type Stamp = { readonly nowMs: number; readonly nonce: string }

/** @throws {Fault} `REQUEST_INVALID` */
export function canonicalRequest(request: OutgoingRequest, { nowMs, nonce }: Stamp): CanonicalRequest {
  const url = addressOf(request)
  return {
    method: request.method,
    host: url.host,
    path: url.pathname,
    query: sortedQuery(url.searchParams),
    body: request.body ?? '',
    timestamp: BigInt(Math.floor(nowMs / 1000)),
    date: new Date(nowMs).toUTCString(),
    nonce,
  }
}

/** @throws {Fault} `REQUEST_INVALID`, which does not quote the address: it may carry a credential. */
export function addressOf({ url }: OutgoingRequest): URL {
  const address = URL.parse(url)
  if (address === null) throw new Fault('REQUEST_INVALID', 'the address of the request is not a whole URL')
  return address
}

function sortedQuery(parameters: URLSearchParams): string {
  const pairs = [...parameters].map(([name, value]) => [encode(name), encode(value)] as const)
  pairs.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
