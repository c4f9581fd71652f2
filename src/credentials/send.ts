import { Fault } from '../lib/fault.ts'
import { stringifyJson } from '../lib/json.ts'
import { encode } from '../lib/url-text.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import type { SendPlan } from './method.ts'
import type { Reader } from './reader.ts'

/**
 * Puts a credential where the manifest says: headers, query parameters, keys of a JSON body.
 *
 * Each header and parameter it sets is listed in `credentialHeaders`, so that a redirect to another origin drops it.
 *
 * @throws {Fault} `REQUEST_INVALID` when keys are to be added to a body that is not a JSON object.
 */
export function place(send: SendPlan, reader: Reader, request: OutgoingRequest): OutgoingRequest {
  const headers = reader.texts(send.headers, 'send.headers')
  const query = reader.texts(send.query, 'send.query')
  const json = send.json === undefined ? undefined : reader.values(send.json, 'send.json')
  return withJson(withQuery(withHeaders(request, headers), query), json)
}

/** The request with these credential headers, in place of those of the same name. */
export function withHeaders(
  request: OutgoingRequest,
  headers: Readonly<Record<string, string>>,
): OutgoingRequest {
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    ...request,
    headers: { ...request.headers, ...lowered },
    credentialHeaders: listed(request, Object.keys(lowered)),
  }
}

function withQuery(request: OutgoingRequest, query: Readonly<Record<string, string>>): OutgoingRequest {
  const names = Object.keys(query)
  if (names.length === 0) return request
  const [beforeHash, ...hash] = request.url.split('#')
  const [address, ...given] = beforeHash!.split('?')
  const kept = given
    .join('?')
    .split('&')
    .filter((pair) => pair !== '' && !names.includes(decoded(pair.split('=')[0]!)))
  const added = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const url = `${address}?${[...kept, ...added].join('&')}${hash.map((part) => `#${part}`).join('')}`
  return { ...request, url, credentialHeaders: listed(request, names) }
}

/** The keys are added as text, so that the numbers of the body stay as they were written. */
function withJson(request: OutgoingRequest, json: Record<string, unknown> | undefined): OutgoingRequest {
  if (json === undefined || Object.keys(json).length === 0) return request
  if (request.body === undefined && request.method === 'GET') return request
  const body = (request.body ?? '{}').trim()
  if (!body.startsWith('{') || !body.endsWith('}'))
    throw new Fault('REQUEST_INVALID', 'send.json adds keys to JSON objects; this body is none')
  const inside = body.slice(1, -1).trim()
  const keys = stringifyJson(json).slice(1, -1)
  return {
    ...request,
    headers: { 'content-type': 'application/json', ...request.headers },
    body: `{${inside === '' ? keys : `${inside},${keys}`}}`,
  }
}

function listed(request: OutgoingRequest, names: readonly string[]): readonly string[] {
  return [...new Set([...(request.credentialHeaders ?? []), ...names])]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
