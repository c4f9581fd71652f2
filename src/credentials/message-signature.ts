import { createHash, createHmac, type KeyObject, sign } from 'node:crypto'
import { Fault } from '../lib/fault.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import { addressOf } from './canonical-request.ts'
import type { CredentialContext } from './context.ts'
import { readPrivateKey, readSharedKey } from './key.ts'
import type { ProfilePlan } from './method.ts'
import { openReader } from './reader.ts'
import { withHeaders } from './send.ts'

type Context = Omit<CredentialContext, 'store'>

const ALGORITHMS = {
  'hmac-sha256': (key: KeyObject, base: string) => createHmac('sha256', key).update(base).digest('base64'),
  ed25519: (key: KeyObject, base: string) => sign(null, Buffer.from(base), key).toString('base64'),
} as const
type Algorithm = keyof typeof ALGORITHMS

const DERIVED: Readonly<Record<string, (request: OutgoingRequest, url: URL) => string>> = {
  '@method': ({ method }) => method,
  '@target-uri': (_, url) => url.href,
  '@authority': (_, url) => url.host,
  '@scheme': (_, url) => url.protocol.slice(0, -1),
  '@path': (_, url) => url.pathname,
  '@query': (_, url) => (url.search === '' ? '?' : url.search),
}

/** What is covered unless `with.components` says otherwise; `content-digest` only where there is a body. */
const COVERED = '@method @authority @path @query content-digest'

/**
 * Signs a request as the profile http-message-signatures says. Parameters in `with`: `key` (text, bytes, or for ed25519 a PEM or
 * JWK private key), `keyId`, `algorithm` (hmac-sha256, the default, or ed25519), `components` (names with spaces between),
 * `label` (sig1) and `tag`.
 *
 * @throws {Fault} `SETTING_MISSING`, `SETTING_INVALID`, `MANIFEST_INVALID`; `REQUEST_INVALID` when a covered header is absent.
 * @see RFC 9421; RFC 9530 for Content-Digest.
 */
export function signMessage(plan: ProfilePlan, context: Context, request: OutgoingRequest): OutgoingRequest {
  const given = openReader(context).values(plan.with, 'profile.with')
  const text = (name: string, fallback: string) => String(given[name] ?? fallback)
  const algorithm = knownAlgorithm(text('algorithm', 'hmac-sha256'))
  const label = text('label', 'sig1')
  const components = coveredComponents(text('components', COVERED), request)
  const key =
    algorithm === 'hmac-sha256'
      ? readSharedKey(given['key'], 'profile.with.key')
      : readPrivateKey(text('key', ''), 'profile.with.key')
  const whole = withDigestAndDate(request, components, context.clock.now())
  const parameters = signatureParameters(components, {
    created: Math.floor(context.clock.now() / 1000),
    ...(given['keyId'] === undefined ? {} : { keyid: text('keyId', '') }),
    ...(given['tag'] === undefined ? {} : { tag: text('tag', '') }),
  })
  const signature = ALGORITHMS[algorithm](key, signatureBase(whole, components, parameters))
  return withHeaders(whole, {
    'signature-input': `${label}=${parameters}`,
    signature: `${label}=:${signature}:`,
  })
}

function knownAlgorithm(name: string): Algorithm {
  if (Object.hasOwn(ALGORITHMS, name)) return name as Algorithm
  const known = Object.keys(ALGORITHMS).join(' or ')
  throw new Fault('MANIFEST_INVALID', `profile.with.algorithm must be ${known}`)
}

function coveredComponents(text: string, { body }: OutgoingRequest): readonly string[] {
  const names = text.toLowerCase().split(/\s+/).filter(Boolean)
  return body === undefined ? names.filter((name) => name !== 'content-digest') : names
}

function withDigestAndDate(
  request: OutgoingRequest,
  components: readonly string[],
  nowMs: number,
): OutgoingRequest {
  const digest = createHash('sha256')
    .update(request.body ?? '')
    .digest('base64')
  const added = {
    ...(components.includes('content-digest') ? { 'content-digest': `sha-256=:${digest}:` } : {}),
    ...(components.includes('date') ? { date: new Date(nowMs).toUTCString() } : {}),
  }
  return { ...request, headers: { ...added, ...request.headers } }
}

/** The inner list with its parameters, as in Signature-Input (RFC 9421 section 2.3). */
export function signatureParameters(
  components: readonly string[],
  parameters: Readonly<Record<string, string | number>>,
): string {
  const list = components.map((name) => `"${name}"`).join(' ')
  const rest = Object.entries(parameters).map(([name, value]) => `;${name}=${structured(value)}`)
  return `(${list})${rest.join('')}`
}

function structured(value: string | number): string {
  return typeof value === 'number' ? String(value) : quoted(value)
}

/** @throws {Fault} `SETTING_INVALID` for what no header's quoted text can hold. */
export function quoted(value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value))
    throw new Fault('SETTING_INVALID', 'profile.with: only visible ASCII fits')
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}

/**
 * What is signed (RFC 9421 section 2.5).
 *
 * @throws {Fault} `REQUEST_INVALID` when the request lacks a covered header.
 */
export function signatureBase(
  request: OutgoingRequest,
  components: readonly string[],
  parameters: string,
): string {
  const url = addressOf(request)
  const lines = components.map((name, index) => {
    if (Object.hasOwn(DERIVED, name)) return `"${name}": ${DERIVED[name]!(request, url)}`
    if (Object.hasOwn(request.headers, name)) return `"${name}": ${request.headers[name]!.trim()}`
    // By its number: the manifest may have made the name of a secret.
    throw new Fault(
      'REQUEST_INVALID',
      `component ${index + 1} is to be signed, and the request has no such header`,
    )
  })
  return [...lines, `"@signature-params": ${parameters}`].join('\n')
}
