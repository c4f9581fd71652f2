import { Fault } from '../lib/fault.ts'
import type { AuthPlan, Connector } from '../model/connector.ts'

export type OAuthPlan = NonNullable<AuthPlan['oauth2']>
export type LoginPlan = NonNullable<AuthPlan['login']>
export type JwtPlan = NonNullable<AuthPlan['jwt']>
export type HmacPlan = NonNullable<AuthPlan['hmac']>
export type ProfilePlan = NonNullable<AuthPlan['profile']>
export type BasicPlan = NonNullable<AuthPlan['basic']>
export type SendPlan = NonNullable<AuthPlan['apiKey']>['send']

/** An auth method of the manifest, told apart by `kind`. */
export type Method =
  | { readonly kind: 'oauth2'; readonly name: string; readonly plan: OAuthPlan }
  | { readonly kind: 'login'; readonly name: string; readonly plan: LoginPlan }
  | { readonly kind: 'jwt'; readonly name: string; readonly plan: JwtPlan }
  | { readonly kind: 'apiKey'; readonly name: string; readonly send: SendPlan }
  | { readonly kind: 'basic'; readonly name: string; readonly plan: BasicPlan }
  | { readonly kind: 'hmac'; readonly name: string; readonly plan: HmacPlan }
  | { readonly kind: 'profile'; readonly name: string; readonly plan: ProfilePlan }
  | { readonly kind: 'none'; readonly name: string }

/** What a request says that goes without a credential, whatever methods the manifest has. */
export const NONE: Method = { kind: 'none', name: 'none' }

/**
 * The method of that name; the manifest's first when no name is given. A method without a name goes by its kind.
 *
 * @throws {Fault} `SETTING_INVALID` when there is none of that name.
 */
export function chooseMethod(connector: Connector, name?: string): Method {
  const methods = connector.connect.auth.map(readMethod)
  const chosen = name === undefined ? methods[0] : methods.find((method) => method.name === name)
  if (chosen !== undefined) return chosen
  if (name === undefined || name === 'none') return NONE
  const known = methods.map((method) => `"${method.name}"`).join(', ')
  throw new Fault('SETTING_INVALID', `there is no auth method "${name}"; known: ${known}`)
}

function readMethod(auth: AuthPlan): Method {
  const { oauth2, login, jwt, apiKey, basic, hmac, profile } = auth
  const named = <K extends Method['kind']>(kind: K) => ({ kind, name: auth.name ?? kind })
  if (oauth2 !== undefined) return { ...named('oauth2'), plan: oauth2 }
  if (login !== undefined) return { ...named('login'), plan: login }
  if (jwt !== undefined) return { ...named('jwt'), plan: jwt }
  if (apiKey !== undefined) return { ...named('apiKey'), send: apiKey.send }
  if (basic !== undefined) return { ...named('basic'), plan: basic }
  if (hmac !== undefined) return { ...named('hmac'), plan: hmac }
  if (profile !== undefined) return { ...named('profile'), plan: profile }
  return named('none')
}
