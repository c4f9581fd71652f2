import { AUTH_KINDS } from '../model/language/words.ts'
import type { AuthDraft } from './draft.ts'

export type AuthKind = (typeof AUTH_KINDS)[number]

/** Labels of the secrets that auth kinds ask for by themselves; connect.secrets may give better ones. */
export const BUILT_IN_SECRETS: Readonly<Record<string, string>> = {
  client_id: 'Client ID',
  client_secret: 'Client secret',
  username: 'User name',
  password: 'Password',
  refresh_token: 'Refresh token',
  private_key: 'Private key',
  key: 'API key',
}

/** The part of an oauth2 method that tells which secrets it takes; a draft or a compiled one. */
type OAuthShape = {
  readonly grant?: string | undefined
  readonly clientAuth?: string | undefined
  readonly assertion?: unknown
}

/** The secrets an oauth2 method takes whatever its fields name. */
export function oauthSecrets({ grant, clientAuth = 'post', assertion }: OAuthShape): readonly string[] {
  const isSigned = grant === 'jwt_bearer' || clientAuth === 'private_key_jwt'
  // The assertion names its issuer itself; a client without secret has nothing else to say.
  const isAnonymous = clientAuth === 'none' && (grant === 'jwt_bearer' || grant === 'token_exchange')
  const names: string[] = isAnonymous ? [] : ['client_id']
  if (!['none', 'private_key_jwt'].includes(clientAuth)) names.push('client_secret')
  if (grant === 'password') names.push('username', 'password')
  if (grant === 'refresh_token') names.push('refresh_token')
  if (isSigned && assertion === undefined) names.push('private_key')
  return names
}

export function authKindOf(auth: AuthDraft): AuthKind | undefined {
  return AUTH_KINDS.find((kind) => auth[kind] !== undefined)
}
