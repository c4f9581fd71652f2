import { parseJson, stringifyJson } from '../lib/json.ts'
import { type Path, valueAt } from './json-path.ts'

/** A request as the app sees it: with its own host, whatever way it came. */
export type Incoming = {
  readonly method: string
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer before it is written to a socket. */
export type Outgoing = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** The connection breaks in the middle of the body. */
  readonly isCut?: true
}

export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Outgoing {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: status === 204 ? '' : stringifyJson(body),
  }
}

export function refusal(status: number, code: string, message: string): Outgoing {
  return jsonAnswer(status, { error: { code, message } })
}

/** The body as JSON; `undefined` when it is none. */
export function jsonOf({ body }: Incoming): unknown {
  try {
    return body === '' ? undefined : parseJson(body)
  } catch {
    return undefined
  }
}

export function formOf({ body, headers }: Incoming): URLSearchParams | undefined {
  const type = headers['content-type'] ?? ''
  return type.startsWith('application/x-www-form-urlencoded') ? new URLSearchParams(body) : undefined
}

/** The fields of a form or of a flat JSON object. */
export function fieldsOf(request: Incoming): ReadonlyMap<string, string> {
  const form = formOf(request)
  if (form !== undefined) return new Map(form)
  const json = jsonOf(request)
  const entries = typeof json === 'object' && json !== null ? Object.entries(json) : []
  return new Map(entries.map(([name, value]) => [name, String(value)]))
}

/** Where in a request a value stands. */
export type Place =
  | { readonly in: 'query' | 'header'; readonly name: string }
  | { readonly in: 'body'; readonly path: Path }
  | { readonly in: 'text' }

/** `query.cursor`, `body.page.from`, `header.X-Page` as the manifest writes a target. */
export function placeOf(target: string): Place {
  const dot = target.indexOf('.')
  const name = target.slice(dot + 1)
  switch (target.slice(0, dot)) {
    case 'query':
      return { in: 'query', name }
    case 'header':
      return { in: 'header', name: name.toLowerCase() }
    default:
      return { in: 'body', path: name.split('.') }
  }
}

/** What stands there as text; several values of one parameter are joined with commas. */
export function textAt(request: Incoming, place: Place): string | undefined {
  switch (place.in) {
    case 'query': {
      const values = request.url.searchParams.getAll(place.name)
      return values.length === 0 ? undefined : values.join(',')
    }
    case 'header':
      return request.headers[place.name]
    case 'text':
      return request.body
    case 'body': {
      const form = formOf(request)
      if (form !== undefined) return form.get(place.path.join('.')) ?? undefined
      const value = valueAt(jsonOf(request), place.path)
      if (value === undefined || value === null) return undefined
      return typeof value === 'object' ? stringifyJson(value) : String(value)
    }
  }
}
