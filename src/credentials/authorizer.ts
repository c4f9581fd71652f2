import { Fault } from '../lib/fault.ts'
import type { Authorizer, GrantStore } from '../model/credential.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import { canonicalRequest } from './canonical-request.ts'
import type { CredentialContext } from './context.ts'
import type { HeldGrant } from './grant.ts'
import { signHeaders } from './header-signature.ts'
import { jwtSource } from './jwt-source.ts'
import { loginSource } from './login-source.ts'
import { openMemoryStore } from './memory-store.ts'
import { signMessage } from './message-signature.ts'
import { type BasicPlan, chooseMethod, type Method, NONE, type SendPlan } from './method.ts'
import { oauthSource } from './oauth-source.ts'
import { nullProto, openReader } from './reader.ts'
import { place, withHeaders } from './send.ts'
import { signRequest, takeStamp } from './sign-request.ts'
import { openHolder, type TokenSource } from './token-holder.ts'

type Place = (request: OutgoingRequest) => OutgoingRequest
/** One method, ready for use. */
type Opened = {
  readonly authorize: (request: OutgoingRequest) => Promise<OutgoingRequest>
  readonly refused: (request: OutgoingRequest) => Promise<boolean>
  readonly kept: Authorizer['kept']
}

/**
 * Adds the credentials of one connection to requests.
 *
 * `refused` wants the very request that `authorize` returned: by it, it knows which token was refused.
 *
 * @throws {Fault} `SETTING_INVALID` when the customer chose a method that the manifest does not have.
 */
export function openAuthorizer(context: CredentialContext): Authorizer {
  const chosen = chooseMethod(context.connector, context.input.auth)
  const opened = new Map<string, Opened>([[chosen.name, open(chosen, context, context.store)]])
  const methodOf = (name: string = chosen.name): Opened => {
    const known = opened.get(name)
    if (known !== undefined) return known
    const method = name === 'none' ? NONE : chooseMethod(context.connector, name)
    const other = open(secondary(method), context, openMemoryStore())
    opened.set(name, other)
    return other
  }
  return {
    authorize: async (request, auth) => methodOf(auth).authorize(request),
    refused: async (request, auth) => methodOf(auth).refused(request),
    kept: () => methodOf().kept(),
  }
}

/** A connection stores one grant. Another method may be used beside it when it can start again from the settings alone. */
function secondary(method: Method): Method {
  const personal = ['authorization_code', 'device_code', 'refresh_token']
  if (method.kind === 'oauth2' && personal.includes(method.plan.grant))
    throw new Fault('CREDENTIAL_MISSING', `the connection was not made with the auth method "${method.name}"`)
  return method
}

function open(method: Method, context: CredentialContext, store: GrantStore): Opened {
  switch (method.kind) {
    case 'oauth2':
      return withToken(oauthSource(method.plan, context), method.plan.send, { ...context, store })
    case 'login': {
      const authorize = async (request: OutgoingRequest) =>
        openLoginCredential(method.plan.request.auth, context).authorize(request)
      return withToken(loginSource(method.plan, context, authorize), method.plan.send, { ...context, store })
    }
    case 'jwt':
      return withToken(jwtSource(method.plan, context), method.plan.send, {
        ...context,
        store: openMemoryStore(),
      })
    case 'apiKey':
    case 'basic':
    case 'hmac':
    case 'profile':
    case 'none':
      return fixed(fixedPlace(method, context))
  }
}

const PROFILES = { 'http-message-signatures': signMessage, 'http-signatures': signHeaders } as const

function fixedPlace(
  method: Exclude<Method, { kind: 'oauth2' | 'login' | 'jwt' }>,
  context: CredentialContext,
): Place {
  switch (method.kind) {
    case 'apiKey':
      return (request) => place(method.send, senderReader(context, request), request)
    case 'basic':
      return (request) => withHeaders(request, basicHeader(method.plan, context))
    case 'hmac':
      return (request) => signRequest(method.plan, context, request)
    case 'profile':
      return (request) => PROFILES[method.plan.name](method.plan, context, request)
    case 'none':
      return (request) => request
  }
}

/** The login request goes without a credential unless the manifest names a method, which must not itself get a token from the app. */
function openLoginCredential(name: string | undefined, context: CredentialContext): Opened {
  const method = name === undefined || name === 'none' ? NONE : chooseMethod(context.connector, name)
  if (method.kind === 'oauth2' || method.kind === 'login')
    throw new Fault('MANIFEST_INVALID', `login.request.auth: "${name}" needs a token itself`)
  return open(method, context, openMemoryStore())
}

function fixed(put: Place): Opened {
  return {
    authorize: async (request) => put(request),
    refused: async () => false,
    kept: async () => ({}),
  }
}

function withToken(source: TokenSource, send: SendPlan, context: CredentialContext): Opened {
  const holder = openHolder({ source, store: context.store, clock: context.clock })
  const carried = new WeakMap<OutgoingRequest, HeldGrant>()
  return {
    authorize: async (request) => {
      const grant = await holder.current()
      const extra = { token: grant.accessToken.reveal(), grant: nullProto(grant.kept.reveal()) }
      const placed = place(send, senderReader(context, request, extra), request)
      carried.set(placed, grant)
      return placed
    },
    refused: async (request) => {
      const grant = carried.get(request) ?? (await context.store.read())
      return grant === undefined ? false : holder.replace(grant)
    },
    kept: async () => (await holder.current()).kept.reveal(),
  }
}

function senderReader(context: CredentialContext, request: OutgoingRequest, extra: object = {}) {
  return openReader(context, { ...extra, request: canonicalRequest(request, takeStamp(context)) })
}

function basicHeader(plan: BasicPlan, context: CredentialContext): Record<string, string> {
  const reader = openReader(context)
  const pair = `${reader.text(plan.username, 'basic.username')}:${reader.text(plan.password, 'basic.password')}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}
