import { Ajv, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'

const STRICT = {
  removeAdditional: false,
  useDefaults: true,
  allErrors: false,
  // Our shapes carry `x-` words for the document.
  strict: false,
} as const

/**
 * Checks requests. What nobody asked for is an error, never dropped; only addresses are text and become numbers. A check is made when
 * its route is first asked: all of them at once are a tenth of the time the platform takes to start.
 *
 * Stops at the first complaint: `allErrors` lets a small body cost much.
 */
export function requestValidator(): FastifySchemaCompiler<TSchema> {
  const bodies = withFormats(new Ajv({ ...STRICT, coerceTypes: false }))
  const addresses = withFormats(new Ajv({ ...STRICT, coerceTypes: 'array' }))
  return ({ schema, httpPart }) => {
    const shapes = httpPart === 'body' ? bodies : addresses
    let check: ValidateFunction | undefined
    return (value: unknown) => {
      check ??= shapes.compile(schema)
      return check(value) || { error: check.errors ?? [] }
    }
  }
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i
const MAILBOX = /^[^\s@"<>]{1,64}@[^\s@"<>]{1,189}$/

function withFormats(ajv: Ajv): Ajv {
  // RFC 3339 without what no clock and no database of ours has: leap seconds, and years before 1970.
  ajv.addFormat('date-time', (text) => MOMENT.test(text) && Date.parse(text) >= 0)
  return ajv.addFormat('email', MAILBOX)
}

/**
 * Whether every text can be kept: no NUL and no half of a surrogate pair, which PostgreSQL refuses.
 *
 * @param value parsed JSON, at most as deep as a body may be.
 */
export function isKeepable(value: unknown): boolean {
  const rest: unknown[] = [value]
  while (rest.length > 0) {
    const item = rest.pop()
    if (typeof item === 'string' && !isPlain(item)) return false
    if (typeof item !== 'object' || item === null) continue
    for (const [name, inner] of Object.entries(item)) {
      if (!isPlain(name)) return false
      rest.push(inner)
    }
  }
  return true
}

const isPlain = (text: string) => text.isWellFormed() && !text.includes('\0')
