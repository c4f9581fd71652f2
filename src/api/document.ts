import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { renderReference } from './reference-page.ts'
import { ErrorShape } from './schema/common.ts'

type Json = Record<string, unknown>
export type ApiDocument = {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}
export type Operation = {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security?: readonly object[]
  /** What the caller must be allowed to do; absent on a public route. */
  readonly 'x-permission'?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly required?: boolean
    readonly content: Readonly<Record<string, { readonly schema: Json }>>
  }
  readonly responses: Readonly<Record<string, Response>>
}
export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Json
}
type Response = {
  readonly description: string
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>
}

const TAGS = [
  ['Session', 'Who is asking.'],
  ['Apps', 'The catalog: what can be connected.'],
  ['Connections', 'Links of the organisation to apps.'],
  ['Streams', 'What is read from a connection, how it goes, and what could not be read.'],
  ['Activity', 'What happened in the apps, as OCSF events.'],
  ['Exports', 'Events as files.'],
  ['Accounts', 'Who and what the apps hold.'],
  ['Members', 'People of the organisation.'],
  ['API keys', 'Programs of the organisation.'],
  ['Audit trail', 'Every change, with who made it.'],
  ['Organisation', 'Settings, and its end.'],
  ['Webhooks', 'Telling your systems of changes.'],
  ['Operator', 'For whoever runs the platform.'],
  ['Live', 'Progress as it happens.'],
] as const

const DESCRIPTION = `The open app connector platform. Requests carry a session cookie or \`Authorization: Bearer fl_…\`.

Lists take \`limit\` and \`after\` and answer \`{items, next?}\`. Names nobody knows are errors. A POST with an \`Idempotency-Key\` is carried out once; its
repetition within a day gets the same answer. \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` say what is left of the minute. Errors have one shape and
a permanent code.`

/** How a request can fail, by status. */
const REFUSALS: Readonly<Record<string, string>> = {
  400: 'The request is not valid: see `complaints`.',
  401: 'Nobody is signed in.',
  403: 'Not allowed.',
  404: 'Nothing is here under this name, or it is not yours.',
  409: 'Not in the state for this.',
  422: 'Understood, and cannot be done: see `help`.',
  429: 'Too many requests: see `Retry-After`.',
  500: 'Our failure: name the `requestId`.',
}

/** Describes the routes registered after it, and serves the description. */
export async function documentApi(
  app: FastifyInstance,
  { version, base }: { version: string; base: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Fairlead API', version, description: DESCRIPTION },
      servers: [{ url: '/' }],
      tags: TAGS.map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'session', description: 'Set by signing in.' },
          key: { type: 'http', scheme: 'bearer', description: 'An API key, `fl_…`.' },
        },
      },
    },
    hideUntagged: true,
    transform: ({ schema, url, route }) => ({
      url,
      schema: described(schema, {
        isPublic: route.config?.isPublic === true,
        permission: route.config?.permission,
        isPost: route.method === 'POST',
      }),
    }),
    transformObject: (document) =>
      withNames('openapiObject' in document ? document.openapiObject : {}) as never,
  })
  const options = { config: { isPublic: true }, schema: { hide: true } }
  app.get(`${base}/openapi.json`, options, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(app.swagger()),
  )
  app.get('/docs', options, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(renderReference(apiDocument(app))),
  )
}

/** The OpenAPI document of an app that is ready. */
export const apiDocument = (app: FastifyInstance): ApiDocument => app.swagger() as unknown as ApiDocument

type Access = { isPublic: boolean; permission: string | undefined; isPost: boolean }
function described(
  schema: FastifySchema | undefined,
  { isPublic, permission, isPost }: Access,
): FastifySchema {
  const answers = (schema?.response ?? {}) as Json
  const refusals = Object.entries(REFUSALS).filter(
    ([status]) => !isPublic || !['401', '403'].includes(status),
  )
  const needs =
    permission === undefined || permission === 'signed-in' ? [] : [`Needs the permission \`${permission}\`.`]
  const description = [schema?.description, ...needs].filter((part) => part !== undefined).join(' ')
  return {
    ...schema,
    ...(description === '' ? {} : { description }),
    ...(permission === undefined ? {} : { 'x-permission': permission }),
    security: isPublic ? [] : [{ session: [] }, { key: [] }],
    ...(isPost && !isPublic ? { headers: REPETITION } : {}),
    response: {
      ...answers,
      ...Object.fromEntries(refusals.map(([status, text]) => [status, { ...ErrorShape, description: text }])),
    },
  }
}

const REPETITION = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      maxLength: 200,
      description: 'Makes a repetition of this request harmless.',
    },
  },
}

/** Moves every shape that has a title to the components, so that the document and the client name it once. */
function withNames(document: unknown): unknown {
  const schemas: Record<string, unknown> = {}
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    const copy = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]))
    const { title, type, description: _, ...rest } = copy
    if (type !== 'object' || typeof title !== 'string') return copy
    schemas[title] = { type, title, ...rest }
    return { $ref: `#/components/schemas/${title}` }
  }
  const named = walk(document) as { components?: object }
  const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { ...named, components: { ...named.components, schemas: sorted } }
}
