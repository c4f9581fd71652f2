import { Fault, type FaultCode } from '../lib/fault.ts'
import type { Value } from '../model/expression.ts'
import type { Answer } from '../model/transport.ts'
import { isPassing, retryAfterMs } from './ask.ts'

/**
 * What the error codes of token endpoints mean: those of the standards, then the common spellings of the rest.
 * `gone`: what was presented is no longer accepted. Only codes of this table appear in messages: any other text of an
 * answer may repeat what we sent.
 *
 * @see RFC 6749 sections 4.1.2.1 and 5.2; RFC 7009 section 2.2.1; RFC 8628 section 3.5; RFC 8693 section 2.2.2.
 */
const MEANINGS: Readonly<Record<string, FaultCode | 'gone'>> = {
  invalid_grant: 'gone',
  expired_token: 'gone',
  access_denied: 'CREDENTIAL_REFUSED',
  invalid_client: 'CREDENTIAL_REFUSED',
  unauthorized_client: 'CREDENTIAL_REFUSED',
  consent_required: 'gone',
  interaction_required: 'gone',
  login_required: 'gone',
  invalid_scope: 'PERMISSION_MISSING',
  insufficient_scope: 'PERMISSION_MISSING',
  invalid_request: 'SOURCE_REFUSED',
  invalid_target: 'SOURCE_REFUSED',
  unsupported_grant_type: 'SOURCE_REFUSED',
  unsupported_response_type: 'SOURCE_REFUSED',
  unsupported_token_type: 'SOURCE_REFUSED',
  server_error: 'SOURCE_UNAVAILABLE',
  temporarily_unavailable: 'SOURCE_UNAVAILABLE',
  authorization_pending: 'CREDENTIAL_MISSING',
  slow_down: 'SOURCE_THROTTLED',
  bad_refresh_token: 'gone',
  invalid_refresh_token: 'gone',
  refresh_token_expired: 'gone',
  token_expired: 'gone',
  token_revoked: 'gone',
  invalid_token: 'gone',
  invalid_code: 'gone',
  bad_verification_code: 'gone',
  invalid_auth: 'CREDENTIAL_REFUSED',
  invalid_credentials: 'CREDENTIAL_REFUSED',
  invalid_client_id: 'CREDENTIAL_REFUSED',
  invalid_client_secret: 'CREDENTIAL_REFUSED',
  bad_client_secret: 'CREDENTIAL_REFUSED',
  incorrect_client_credentials: 'CREDENTIAL_REFUSED',
  rate_limited: 'SOURCE_THROTTLED',
  ratelimited: 'SOURCE_THROTTLED',
  rate_limit_exceeded: 'SOURCE_THROTTLED',
  too_many_requests: 'SOURCE_THROTTLED',
}

/** What was sent: a refresh token, the code of a device, or anything else. */
export type Asked = { readonly presented: 'refresh' | 'device' | 'other'; readonly nowMs: number }

const GONE = {
  refresh: 'CREDENTIAL_REVOKED',
  device: 'CONSENT_EXPIRED',
  other: 'CREDENTIAL_REFUSED',
} as const

/** The fault that an answer without a token stands for. */
export function tokenFault(answer: Answer, body: Value, asked: Asked): Fault {
  const { status } = answer
  const place = placeOf(answer.url)
  const code = errorCode(body)
  const said = `${place} answered ${status}${code === undefined ? '' : ` ${code}`} to a request for a token`
  if (status === 429) return new Fault('SOURCE_THROTTLED', `${said}${waitText(answer, asked.nowMs)}`)
  if (isPassing(status)) return new Fault('SOURCE_UNAVAILABLE', said)
  if (status >= 300 && status < 400)
    return new Fault('REDIRECT_REFUSED', `${said}: a redirect is not followed`)
  const meaning = code === undefined ? undefined : MEANINGS[code]
  if (meaning === 'gone') return new Fault(GONE[asked.presented], said)
  // To a device it is the person who says no; anywhere else, the server to the client.
  if (code === 'access_denied' && asked.presented === 'device') return new Fault('CONSENT_REFUSED', said)
  if (meaning !== undefined) return new Fault(meaning, said)
  return new Fault(
    unknownFault(status, body),
    `${said}, without a token${hasError(body) ? ' and with an error of its own' : ''}`,
  )
}

function unknownFault(status: number, body: Value): FaultCode {
  if (status === 401 || status === 403) return 'CREDENTIAL_REFUSED'
  if (status >= 400) return 'SOURCE_REFUSED'
  return hasError(body) ? 'CREDENTIAL_REFUSED' : 'SOURCE_UNREADABLE'
}

/** The first code of the table at any of the places where servers put one. */
export function errorCode(body: Value): string | undefined {
  const error = member(body, 'error')
  const [first] = asList(member(body, 'errors'))
  const places = [
    error,
    ...['code', 'type', 'error', 'status'].flatMap((name) => [member(error, name), member(first, name)]),
    first,
    ...['error_code', 'errorCode', 'code', 'message'].map((name) => member(body, name)),
  ]
  return places
    .filter((place) => typeof place === 'string')
    .map((place) => place.toLowerCase())
    .find((place) => Object.hasOwn(MEANINGS, place))
}

function hasError(body: Value): boolean {
  const nothing: readonly unknown[] = [undefined, null, '', false]
  const isSaid = ['error', 'errors'].some((name) => !nothing.includes(member(body, name)))
  return isSaid || ['ok', 'success'].some((name) => member(body, name) === false)
}

/** An own property of an object, of whatever came. */
export function member(value: Value, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function waitText(answer: Answer, nowMs: number): string {
  const waitMs = retryAfterMs(answer, nowMs)
  return waitMs === undefined ? '' : `; it asks to wait ${Math.ceil(waitMs / 1000)} s`
}

/** Host and path, as a wrong tokenUrl shows there; never the query. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'the server'
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
