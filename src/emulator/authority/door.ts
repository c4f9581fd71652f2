import type { AuthPlan } from '../../model/connector.ts'
import type { Env, Template } from '../../model/expression.ts'
import type { Feature } from '../../model/feature.ts'
import { type Capture, match, patternOf } from '../pattern.ts'
import { type Incoming, type Outgoing, type Place, refusal, textAt } from '../wire.ts'
import { type Accept, acceptsAll } from './accept.ts'
import type { Issued } from './issued.ts'
import { isGoodJwt } from './jwt.ts'
import { nameOf } from './methods.ts'
import { isSigned } from './signature.ts'

/** What a request may do. */
export type Visitor = {
  /** Index of the auth method; absent where no credential is needed. */
  readonly method?: number
  /** Absent: everything. */
  readonly scopes?: readonly string[]
  /** The access token presented, where there is one. */
  readonly token?: string
}

export type Door = {
  readonly methods: readonly AuthPlan[]
  readonly issued: Issued
  readonly accept: Accept
  /** `settings` and the secrets that are known. */
  readonly env: Env
  readonly secrets: Readonly<Record<string, string>>
}

/** What is asked for: the method a declaration names (`none`: no credential), and the feature whose scopes it takes. */
export type Purpose = { readonly auth?: string; readonly feature?: Feature }

/** Lets a request in, or gives the answer that refuses it: 401 without a good credential, 403 without the scope. */
export async function enter(
  door: Door,
  request: Incoming,
  purpose: Purpose & { readonly nowMs: number },
): Promise<Visitor | Outgoing> {
  if (purpose.auth === 'none') return {}
  for (const [method, plan] of door.methods.entries()) {
    if (purpose.auth !== undefined && nameOf(plan) !== purpose.auth) continue
    const visitor = await visitorBy(door, request, { plan, method, nowMs: purpose.nowMs })
    if (visitor !== undefined) return lacksScope(visitor, plan, purpose) ?? visitor
  }
  return refusal(401, 'unauthorized', 'The credential is missing or not valid.')
}

export const isRefused = (entered: Visitor | Outgoing): entered is Outgoing => 'status' in entered

function lacksScope({ scopes }: Visitor, plan: AuthPlan, { feature }: Purpose): Outgoing | undefined {
  if (scopes === undefined || feature === undefined) return undefined
  const missing = (plan.oauth2?.scopes?.[feature] ?? []).filter((scope) => !scopes.includes(scope))
  if (missing.length === 0) return undefined
  return refusal(403, 'insufficient_scope', `The token lacks ${missing.join(', ')}.`)
}

type Method = { readonly plan: AuthPlan; readonly method: number; readonly nowMs: number }

async function visitorBy(
  door: Door,
  request: Incoming,
  { plan, method, nowMs }: Method,
): Promise<Visitor | undefined> {
  if (plan.oauth2 !== undefined || plan.login !== undefined)
    return tokenBearer(door, request, { plan, method, nowMs })
  return (await isProven(door, request, { plan, method, nowMs })) ? { method } : undefined
}

function tokenBearer(door: Door, request: Incoming, { plan, method, nowMs }: Method): Visitor | undefined {
  const send = (plan.oauth2 ?? plan.login)?.send
  const token = tokenIn(send === undefined ? undefined : readSent(send, request))
  const right = token === undefined ? undefined : door.issued.read(token, nowMs)
  return token === undefined || right?.method !== method ? undefined : { method, scopes: right.scopes, token }
}

const tokenIn = (captures: readonly Capture[] | undefined) =>
  captures?.find(({ program }) => program.path?.join('.') === 'token')?.text

/** Methods without a token of ours: whether the request carries what they ask for. */
async function isProven(door: Door, request: Incoming, { plan, nowMs }: Method): Promise<boolean> {
  if (plan.none === true) return true
  if (plan.basic !== undefined) return isGoodBasic(door, request, plan.basic)
  if (plan.profile !== undefined) return SIGNED[plan.profile.name](request)
  const send = (plan.apiKey ?? plan.jwt ?? plan.hmac)?.send
  const captures = send === undefined ? undefined : readSent(send, request)
  if (captures === undefined || !acceptsAll(captures, door.accept)) return false
  if (plan.hmac !== undefined) return isHmac(door, request, { plan: plan.hmac, captures })
  return plan.jwt === undefined || isJwt(door, tokenIn(captures), { plan: plan.jwt, nowMs })
}

/** Whether a signature is there; the key that it was made with is not known here. */
const SIGNED = {
  'http-message-signatures': ({ headers }: Incoming) => headers['signature'] !== undefined,
  'http-signatures': ({ headers }: Incoming) =>
    /^Signature .*signature="/.test(String(headers['authorization'])),
} as const

type SendPlan = NonNullable<AuthPlan['apiKey']>['send']

/** Everything that the credential's templates say in a request; `undefined` when one of them is not there. */
function readSent(send: SendPlan, request: Incoming): readonly Capture[] | undefined {
  const found: Capture[] = []
  const parts = [
    ...entries(send.headers, (name) => ({ in: 'header', name: name.toLowerCase() })),
    ...entries(send.query, (name) => ({ in: 'query', name })),
    ...(request.method === 'GET' ? [] : entries(send.json, (name) => ({ in: 'body', path: [name] }))),
  ]
  for (const { template, place } of parts) {
    const text = textAt(request, place)
    const captures = text === undefined ? undefined : match(patternOf(template), text)
    if (captures === undefined) return undefined
    found.push(...captures)
  }
  return parts.length === 0 ? undefined : found
}

function entries(map: Readonly<Record<string, Template>> | undefined, placeOf: (name: string) => Place) {
  return Object.entries<Template>(map ?? {}).map(([name, template]) => ({ template, place: placeOf(name) }))
}

function isGoodBasic(door: Door, request: Incoming, plan: NonNullable<AuthPlan['basic']>): boolean {
  const pair = basicPair(request.headers['authorization'])
  if (pair === undefined) return false
  const user = match(patternOf(plan.username), pair[0])
  const password = match(patternOf(plan.password), pair[1])
  return user !== undefined && password !== undefined && acceptsAll([...user, ...password], door.accept)
}

/** @see RFC 7617 */
export function basicPair(header: string | undefined): readonly [user: string, password: string] | undefined {
  const encoded = /^Basic\s+(?<pair>\S+)$/i.exec(header ?? '')?.groups?.['pair']
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon === -1 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}

function isHmac(
  door: Door,
  request: Incoming,
  { plan, captures }: { plan: NonNullable<AuthPlan['hmac']>; captures: readonly Capture[] },
): boolean {
  const names = plan.key.programs.flatMap(({ reads }) =>
    reads.filter(([name]) => name === 'secrets').map(([, name]) => String(name)),
  )
  // A key that the emulator was not told cannot be checked: that the signature is there must do.
  if (!names.every((name) => Object.hasOwn(door.secrets, name))) return captures.length > 0
  return isSigned(plan, request, { captures, env: door.env })
}

async function isJwt(
  door: Door,
  token: string | undefined,
  { plan, nowMs }: { plan: NonNullable<AuthPlan['jwt']>; nowMs: number },
): Promise<boolean> {
  const key = door.secrets['private_key']
  const isTold = key !== undefined && plan.key.source.includes('secrets.private_key')
  return token !== undefined && isGoodJwt(token, { nowMs, ...(isTold && { key }) })
}
