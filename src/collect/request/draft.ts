import { stringifyJson } from '../../lib/json.ts'
import { formText, queryText } from '../../lib/url-text.ts'
import type { OutgoingRequest } from '../../model/transport.ts'

export type Pairs = readonly (readonly [name: string, value: string])[]

/** A request whose parts paging can still change. */
export type Draft = {
  readonly method: OutgoingRequest['method']
  /** Absolute; may have query parameters of its own. */
  readonly url: string
  readonly query: Pairs
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Names of headers that hold a secret. */
  readonly secretHeaders: readonly string[]
  readonly json?: unknown
  readonly form?: Pairs
  readonly text?: string
}

/** The request as it is sent. */
export function finish(draft: Draft): OutgoingRequest {
  const query = queryText(draft.query)
  const url = query === '' ? draft.url : `${draft.url}${draft.url.includes('?') ? '&' : '?'}${query}`
  const body = bodyOf(draft)
  if (body === undefined)
    return { method: draft.method, url, headers: draft.headers, credentialHeaders: draft.secretHeaders }
  return {
    method: draft.method,
    url,
    headers: body.type === undefined ? draft.headers : { 'content-type': body.type, ...draft.headers },
    credentialHeaders: draft.secretHeaders,
    body: body.text,
  }
}

function bodyOf({ json, form, text }: Draft): { type?: string; text: string } | undefined {
  if (json !== undefined) return { type: 'application/json', text: stringifyJson(json) }
  if (form !== undefined) return { type: 'application/x-www-form-urlencoded', text: formText(form) }
  return text === undefined ? undefined : { text }
}
