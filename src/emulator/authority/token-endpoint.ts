import { createHash } from 'node:crypto'
import { match, patternOf } from '../pattern.ts'
import { fieldsOf, type Incoming, jsonAnswer, type Outgoing } from '../wire.ts'
import { acceptsAll } from './accept.ts'
import { basicPair } from './door.ts'
import type { Issue } from './issued.ts'
import { isGoodJwt } from './jwt.ts'
import type { Server } from './server.ts'
import { tokenAnswer } from './token-answer.ts'

type Fields = ReadonlyMap<string, string>
type Exchange = {
  readonly fields: Fields
  readonly clientId: string
  readonly nowMs: number
  readonly url: string
}
/** What is granted, or the error code of RFC 6749 section 5.2. */
type Outcome =
  | (Omit<Issue, 'family'> & { readonly family?: string; readonly canRefresh: boolean })
  | { readonly error: string }

/** @see RFC 6749 section 5 */
export async function answerToken(server: Server, request: Incoming, nowMs: number): Promise<Outgoing> {
  if (request.method !== 'POST') return jsonAnswer(405, { error: 'invalid_request' })
  const fields = fieldsOf(request)
  const url = `https://${request.url.host}${request.url.pathname}`
  const clientId = await provenClient(server, request, { fields, nowMs, url })
  if (clientId === undefined)
    return jsonAnswer(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic' })
  const exchange = GRANTS[fields.get('grant_type') ?? '']
  if (exchange === undefined) return jsonAnswer(400, { error: 'unsupported_grant_type' })
  const outcome = await exchange(server, { fields, clientId, nowMs, url })
  if ('error' in outcome) return jsonAnswer(400, outcome)
  return granted(server, outcome, nowMs)
}

function granted(server: Server, outcome: Exclude<Outcome, { error: string }>, nowMs: number): Outgoing {
  const { issued, plan } = server
  const issue = { ...outcome, family: outcome.family ?? issued.family() }
  const expiresAt = nowMs + server.lifetimeMs
  const refreshToken = outcome.canRefresh ? issued.refresh(issue) : undefined
  return tokenAnswer(
    plan.token,
    {
      accessToken: issued.access(issue, expiresAt),
      ...(refreshToken !== undefined && { refreshToken }),
      expiresAt,
      scopes: issue.scopes.join(plan.scopeSeparator),
    },
    { model: server.model, env: server.env, nowMs },
  )
}

type Proof = Pick<Exchange, 'fields' | 'nowMs' | 'url'>

/** @returns the client's id when it proves itself as the manifest says. */
async function provenClient(server: Server, request: Incoming, proof: Proof): Promise<string | undefined> {
  const { accept, plan } = server
  const id = proof.fields.get('client_id') ?? ''
  switch (plan.clientAuth) {
    case 'basic': {
      const [user = '', secret = ''] = (basicPair(request.headers['authorization']) ?? []).map(formDecode)
      return isPair(server, user, secret) ? user : undefined
    }
    case 'post':
      return isPair(server, id, proof.fields.get('client_secret') ?? '') ? id : undefined
    case 'none':
      return id === '' || accept('client_id', id) ? id : undefined
    default:
      return (await isAsserted(server, proof)) && accept('client_id', id) ? id : undefined
  }
}

const isPair = ({ accept }: Server, id: string, secret: string) =>
  accept('client_id', id) && accept('client_secret', secret)

/** @see RFC 7523 section 2.2 */
function isAsserted(server: Server, { fields, nowMs, url }: Proof): Promise<boolean> {
  const { plan, secrets } = server
  const key = plan.clientAuth === 'client_secret_jwt' ? secrets['client_secret'] : secrets['private_key']
  const check = { nowMs, ...(key !== undefined && { key }), ...audience(server, url) }
  return isGoodJwt(fields.get('client_assertion') ?? '', check)
}

/** The token endpoint itself, unless the manifest names another audience. */
const audience = ({ plan }: Server, url: string) =>
  plan.assertion?.audience === undefined ? { audiences: [url] } : {}

function formDecode(text: string): string {
  return [...new URLSearchParams(`v=${text}`).values()].join('&')
}

function asked(server: Server, fields: Fields): readonly string[] {
  const scope = fields.get('scope')
  return scope === undefined || scope === '' ? server.scopes : scope.split(server.plan.scopeSeparator)
}

const INVALID: Outcome = { error: 'invalid_grant' }

const GRANTS: Readonly<Record<string, (server: Server, exchange: Exchange) => Promise<Outcome>>> = {
  authorization_code: async (server, exchange) => redeemCode(server, exchange),
  refresh_token: async (server, exchange) => refresh(server, exchange),
  client_credentials: async (server, exchange) => ({ ...plain(server, exchange), canRefresh: false }),
  password: async (server, exchange) => {
    const { fields } = exchange
    const isKnown =
      server.accept('username', fields.get('username') ?? '') &&
      server.accept('password', fields.get('password') ?? '')
    return isKnown ? { ...plain(server, exchange), canRefresh: true } : INVALID
  },
  'urn:ietf:params:oauth:grant-type:jwt-bearer': async (server, exchange) => {
    const key = server.secrets['private_key']
    const check = {
      nowMs: exchange.nowMs,
      ...(key !== undefined && { key }),
      ...audience(server, exchange.url),
    }
    const isGood = await isGoodJwt(exchange.fields.get('assertion') ?? '', check)
    return isGood ? { ...plain(server, exchange), canRefresh: false } : INVALID
  },
  'urn:ietf:params:oauth:grant-type:device_code': async (server, exchange) => pollDevice(server, exchange),
  'urn:ietf:params:oauth:grant-type:token-exchange': async (server, exchange) => {
    const { subjectToken } = server.plan
    const token = exchange.fields.get('subject_token') ?? ''
    const held = subjectToken === undefined ? undefined : match(patternOf(subjectToken), token)
    const isKnown = held !== undefined && acceptsAll(held, server.accept)
    return isKnown ? { ...plain(server, exchange), canRefresh: false } : INVALID
  },
}

function plain(server: Server, { fields, clientId }: Exchange) {
  return { method: server.method, clientId, scopes: asked(server, fields) }
}

/** @see RFC 6749 section 4.1.3; RFC 7636 section 4.6 */
function redeemCode(server: Server, { fields, clientId, nowMs }: Exchange): Outcome {
  const code = server.codes.get(fields.get('code') ?? '')
  if (code === undefined || code.expiresAt <= nowMs || code.clientId !== clientId) return INVALID
  if (code.family !== undefined) {
    // A code that comes twice was stolen once (RFC 6749 section 4.1.2).
    server.issued.revokeFamily(code.family)
    return INVALID
  }
  if (fields.get('redirect_uri') !== code.redirectUri) return INVALID
  if (code.challenge !== undefined && s256(fields.get('code_verifier') ?? '') !== code.challenge)
    return INVALID
  code.family = server.issued.family()
  return { method: server.method, clientId, scopes: code.scopes, family: code.family, canRefresh: true }
}

const s256 = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

function refresh(server: Server, { fields, clientId }: Exchange): Outcome {
  const token = fields.get('refresh_token') ?? ''
  const issue = server.issued.redeem(token)
  if (typeof issue === 'object') return issue.clientId === clientId ? { ...issue, canRefresh: true } : INVALID
  // A token that the customer pasted was issued before this app was opened.
  const isPasted =
    issue === 'unknown' && server.plan.grant === 'refresh_token' && !token.startsWith('refresh_')
  return isPasted && server.accept('refresh_token', token)
    ? { ...plain(server, { fields, clientId, nowMs: 0, url: '' }), canRefresh: true }
    : INVALID
}

const POLL_MS = 5000

/** @see RFC 8628 section 3.5 */
function pollDevice(server: Server, { fields, clientId, nowMs }: Exchange): Outcome {
  const device = server.devices.get(fields.get('device_code') ?? '')
  if (device === undefined || device.clientId !== clientId) return INVALID
  if (device.expiresAt <= nowMs) return { error: 'expired_token' }
  if (device.answer === 'denied') return { error: 'access_denied' }
  const isHasty = device.lastAskedMs !== undefined && nowMs - device.lastAskedMs < POLL_MS
  device.lastAskedMs = nowMs
  if (device.answer === undefined) return { error: isHasty ? 'slow_down' : 'authorization_pending' }
  server.devices.delete(fields.get('device_code') ?? '')
  return { method: server.method, clientId, scopes: device.scopes, canRefresh: true }
}
