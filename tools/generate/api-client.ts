import type { ApiDocument, Operation } from '../../src/api/document.ts'
import { typeOf } from './api-type.ts'

type Json = Readonly<Record<string, unknown>>

/** The TypeScript client: a type for every shape, one line for every operation, and the frame that calls them. */
export function renderApiClient(document: ApiDocument): string {
  const operations = Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    .filter(({ operation }) => !isStream(operation))
    .toSorted((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1))
  const shapes = Object.entries(document.components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)}`,
  )
  const types = operations.map(({ operation }) => operationType(operation))
  const routes = operations.map(({ path, method, operation }) => routeLine(path, method, operation))
  return [
    HEAD,
    ...shapes,
    `export type Operations = {\n${types.join('\n')}\n}`,
    `/** Method and address of every operation. */\nexport const ROUTES = {\n${routes.join('\n')}\n} as const satisfies Record<keyof Operations, readonly [method: string, path: string]>`,
    FRAME,
  ].join('\n\n')
}

function operationType(operation: Operation): string {
  const parts = Object.entries({
    params: parametersOf(operation, 'path'),
    query: parametersOf(operation, 'query'),
    body: bodyOf(operation),
  }).flatMap(([name, part]) =>
    part === undefined ? [] : [`${name}${part.isNeeded ? '' : '?'}: ${part.text}`],
  )
  const key = operation.parameters?.some(({ in: place }) => place === 'header')
    ? ['idempotencyKey?: string']
    : []
  const input = [...parts, ...key]
  const about = `  /** ${operation.summary} */`
  return `${about}\n  ${operation.operationId}: { input: ${input.length === 0 ? '{}' : `{ ${input.join('; ')} }`}; answer: ${answerOf(operation)} }`
}

function parametersOf({ parameters = [] }: Operation, place: 'path' | 'query') {
  const here = parameters.filter((parameter) => parameter.in === place)
  if (here.length === 0) return undefined
  const isNeeded = place === 'path' || here.some(({ required }) => required === true)
  const fields = here.map(
    ({ name, required, schema }) =>
      `${name}${required === true ? '' : '?'}: ${typeOf(schema)}${required === true ? '' : ' | undefined'}`,
  )
  return { isNeeded, text: `{ ${fields.join('; ')} }` }
}

function bodyOf({ requestBody }: Operation) {
  const schema = requestBody?.content['application/json']?.schema
  return schema === undefined ? undefined : { isNeeded: true, text: typeOf(schema, '  ') }
}

function answerOf({ responses }: Operation): string {
  const [status, response] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? []
  if (status === undefined || status === '204') return 'undefined'
  const media = Object.entries(response?.content ?? {})
  const json = media.find(([type]) => type === 'application/json')
  return json === undefined ? 'Blob' : pageOr(json[1].schema)
}

/** One page of a list has a name of its own. */
function pageOr(schema: Json): string {
  const { items, next } = (schema['properties'] ?? {}) as Readonly<Record<string, Json | undefined>>
  const inner = items?.['items']
  return next === undefined || inner === undefined ? typeOf(schema, '  ') : `Page<${typeOf(inner as Json)}>`
}

const routeLine = (path: string, method: string, { operationId }: Operation) =>
  `  ${operationId}: ['${method.toUpperCase()}', '${path}'],`

/** What is read by a browser on its own: `EventSource`. */
const isStream = ({ responses }: Operation) =>
  Object.keys((responses['200']?.content ?? {}) as Json).includes('text/event-stream')

const HEAD = `// Generated from the OpenAPI document by \`npm run generate\`. Change the API, not this file.

export type Page<T> = {
  items: T[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}`

const FRAME = `/** What \`/api/v1/events\` tells, by the event's name. */
export type LiveEvents = {
  stream: { connectionId: string; stream: Stream }
  connection: { connection: Connection }
  export: { export: Export }
}
/** For \`EventSource\`. */
export const EVENTS = '/api/v1/events'

export type InputOf<K extends keyof Operations> = Operations[K]['input']
export type AnswerOf<K extends keyof Operations> = Operations[K]['answer']
/** Nothing need be given where an operation needs nothing. */
type Given<K extends keyof Operations> = {} extends InputOf<K> ? [input?: InputOf<K>, signal?: AbortSignal] : [input: InputOf<K>, signal?: AbortSignal]

/** An answer that is not a success, with the error as the API describes it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly error: ErrorAnswer['error']
  /** When to try again, where the API says so. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, error: ErrorAnswer['error'], retryAfterMs?: number) {
    super(error.message)
    this.status = status
    this.error = error
    this.retryAfterMs = retryAfterMs
  }
}

export type Call = <K extends keyof Operations>(operation: K, ...given: Given<K>) => Promise<AnswerOf<K>>

export type ClientOptions = {
  /** Where the platform is; the page's own origin when absent. */
  readonly base?: string
  /** An API key; without one the browser's session counts. */
  readonly key?: string
  readonly fetch?: typeof fetch
}

/**
 * Opens a client: \`const call = openClient()\`, then \`await call('listConnections', { query: { limit: 10 } })\`.
 *
 * @throws {ApiError} from every call that is answered with an error.
 */
export function openClient({ base = '', key, fetch: send = fetch }: ClientOptions = {}): Call {
  return async <K extends keyof Operations>(operation: K, ...[input, signal]: Given<K>): Promise<AnswerOf<K>> => {
    const [method, path] = ROUTES[operation]
    const { params, query, body, idempotencyKey }: Parts = input ?? {}
    const answer = await send(\`\${base}\${addressOf(path, params, query)}\`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { authorization: \`Bearer \${key}\` }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (!answer.ok) throw await errorOf(answer)
    return (await contentOf(answer)) as AnswerOf<K>
  }
}

/** The address of an operation, for links and downloads. */
export function addressOf(path: string, params: Parts['params'] = {}, query: Parts['query'] = {}): string {
  const filled = path.replace(/\\{(\\w+)\\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) search.append(name, String(item))
  return search.size === 0 ? filled : \`\${filled}?\${search}\`
}

type Parts = {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly idempotencyKey?: string
}

async function contentOf(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined
  return answer.headers.get('content-type')?.startsWith('application/json') ? answer.json() : answer.blob()
}

async function errorOf(answer: Response): Promise<ApiError> {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
  const body: unknown = await answer.json().catch(() => undefined)
  const error = isErrorAnswer(body) ? body.error : UNREADABLE
  return new ApiError(answer.status, error, retryAfterMs)
}

const isErrorAnswer = (body: unknown): body is ErrorAnswer =>
  typeof body === 'object' && body !== null && 'error' in body

const UNREADABLE = { code: 'PLATFORM_FAILED', message: 'The answer could not be read.', requestId: '' }
`
