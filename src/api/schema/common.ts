import Type, { type Static } from 'typebox'

/** Building blocks of the API's shapes. Every object is closed: a mistyped name is an error, never ignored. */
const CLOSED = { additionalProperties: false } as const

export const object = <const P extends Type.TProperties>(properties: P, options: object = {}) =>
  Type.Object(properties, { ...CLOSED, ...options })

/** A shape that has a name in the OpenAPI document and in the client. */
export const named = <const P extends Type.TProperties>(title: string, properties: P) =>
  object(properties, { title })

export const text = (description: string, options: object = {}) => Type.String({ description, ...options })
export const time = (description: string) => Type.String({ format: 'date-time', description })
export const count = (description: string) => Type.Integer({ minimum: 0, description })
export const oneOf = <const V extends readonly string[]>(values: V, description: string) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values, description })
export const optional = Type.Optional
/** An object whose names are not ours. */
export const free = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, description })
/** Named texts, such as secrets. */
export const texts = (description: string, maxLength: number) =>
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    maxProperties: 50,
    additionalProperties: { type: 'string', maxLength },
    description,
  })

/** A failure that belongs to a thing (a connection, a stream, a run), as kept. */
export const FaultShape = named('Fault', {
  code: text('Permanent; listed in the error reference.'),
  message: text('What happened and where.'),
  blame: oneOf(
    ['author', 'operator', 'source', 'platform'] as const,
    'Who must act: the manifest author, you, nobody (the app: it is tried again), or whoever runs this platform.',
  ),
  help: text('What to do.'),
  at: time('When it happened.'),
})

/** The answer to a request that did not succeed. */
export const ErrorShape = named('ErrorAnswer', {
  error: object({
    code: text('Permanent; listed in the error reference.'),
    message: text('What is wrong, in one sentence.'),
    help: optional(text('What to do.')),
    /** Where in the request, e.g. `body.settings.workspace`. */
    complaints: optional(
      Type.Array(object({ path: text('Where in the request.'), message: text('What is wrong there.') })),
    ),
    requestId: text('Name it when you report the problem.'),
  }),
})

export const page = <T extends Type.TSchema>(items: T) =>
  object({ items: Type.Array(items), next: optional(text('Cursor of the next page; absent on the last.')) })

export const PageQuery = {
  limit: optional(Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'How many at most.' })),
  after: optional(text('The `next` of the page before.', { maxLength: 2000 })),
}

export const IdParams = object({ id: text('Identifier.', { maxLength: 64 }) })
export type ApiFault = Static<typeof FaultShape>
