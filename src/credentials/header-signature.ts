import { createHash, createHmac, type KeyObject, sign } from 'node:crypto'
import { Fault } from '../lib/fault.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import { addressOf } from './canonical-request.ts'
import type { CredentialContext } from './context.ts'
import { readPrivateKey, readSharedKey } from './key.ts'
import { quoted } from './message-signature.ts'
import type { ProfilePlan } from './method.ts'
import { openReader } from './reader.ts'
import { withHeaders } from './send.ts'

type Context = Omit<CredentialContext, 'store'>

const ALGORITHMS = {
  'rsa-sha256': (key: KeyObject, text: string) => sign('sha256', Buffer.from(text), key).toString('base64'),
  'hmac-sha256': (key: KeyObject, text: string) => createHmac('sha256', key).update(text).digest('base64'),
} as const
type Algorithm = keyof typeof ALGORITHMS

const sha256 = (body: string) => createHash('sha256').update(body).digest('base64')

/** What can be signed beside the request's own headers; of a request without a body, none of what tells about it. */
const COMPUTED: Readonly<Record<string, (request: OutgoingRequest, url: URL, nowMs: number) => string>> = {
  '(request-target)': ({ method }, url) => `${method.toLowerCase()} ${url.pathname}${url.search}`,
  host: (_, url) => url.host,
  date: (_, __, nowMs) => new Date(nowMs).toUTCString(),
  digest: ({ body = '' }) => `SHA-256=${sha256(body)}`,
  'x-content-sha256': ({ body = '' }) => sha256(body),
  'content-length': ({ body = '' }) => String(Buffer.byteLength(body)),
}
const OF_BODY: readonly string[] = ['digest', 'x-content-sha256', 'content-length', 'content-type']
/** Whoever sends the request writes these by itself. */
const NOT_OURS: readonly string[] = ['(request-target)', 'host', 'content-length']

/**
 * Signs a request as the profile http-signatures says: the older scheme with one Authorization header, which apps still use.
 *
 * Parameters in `with`: `key` (a PEM or JWK private key, or for hmac-sha256 text or bytes), `keyId`, `algorithm` (rsa-sha256, the
 * default, or hmac-sha256), `headers` (what is signed, with spaces between) and `version`, for apps that want it named.
 *
 * @throws {Fault} `SETTING_MISSING`, `SETTING_INVALID`, `MANIFEST_INVALID`; `REQUEST_INVALID` when a header to sign is absent.
 * @see https://datatracker.ietf.org/doc/html/draft-cavage-http-signatures-12
 */
export function signHeaders(plan: ProfilePlan, context: Context, request: OutgoingRequest): OutgoingRequest {
  const given = openReader(context).values(plan.with, 'profile.with')
  const text = (name: string, fallback: string) => String(given[name] ?? fallback)
  const algorithm = text('algorithm', 'rsa-sha256')
  if (!isAlgorithm(algorithm))
    throw new Fault(
      'MANIFEST_INVALID',
      `profile.with.algorithm must be ${Object.keys(ALGORITHMS).join(' or ')}`,
    )
  const key =
    algorithm === 'hmac-sha256'
      ? readSharedKey(given['key'], 'profile.with.key')
      : readPrivateKey(text('key', ''), 'profile.with.key')
  const names = signedNames(text('headers', '(request-target) host date digest'), request)
  const values = valuesOf(names, request, context.clock.now())
  const signature = ALGORITHMS[algorithm](key, names.map((name) => `${name}: ${values[name]}`).join('\n'))
  const parameters = {
    ...(given['version'] === undefined ? {} : { version: text('version', '') }),
    keyId: text('keyId', ''),
    algorithm,
    headers: names.join(' '),
    signature,
  }
  const written = Object.entries(parameters).map(([name, value]) => `${name}=${quoted(value)}`)
  const added = Object.entries(values).filter(([name]) => !NOT_OURS.includes(name))
  return withHeaders(
    { ...request, headers: { ...request.headers, ...Object.fromEntries(added) } },
    { authorization: `Signature ${written.join(',')}` },
  )
}

const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(ALGORITHMS, name)

function signedNames(text: string, { body }: OutgoingRequest): readonly string[] {
  const names = text.toLowerCase().split(/\s+/).filter(Boolean)
  return body === undefined ? names.filter((name) => !OF_BODY.includes(name)) : names
}

/** The request's own headers win over computed ones. */
function valuesOf(
  names: readonly string[],
  request: OutgoingRequest,
  nowMs: number,
): Readonly<Record<string, string>> {
  const url = addressOf(request)
  return Object.fromEntries(
    names.map((name, index) => {
      const value = Object.hasOwn(request.headers, name)
        ? request.headers[name]!.trim()
        : COMPUTED[name]?.(request, url, nowMs)
      // By its number: the manifest may have made the name of a secret.
      if (value === undefined)
        throw new Fault(
          'REQUEST_INVALID',
          `header ${index + 1} is to be signed, and the request has no such header`,
        )
      return [name, value]
    }),
  )
}
