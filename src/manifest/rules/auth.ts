import { type Feature, featureOf } from '../../model/feature.ts'
import { type AuthDraft, type Draft, entriesOf, itemsOf } from '../draft.ts'
import type { Path } from '../path.ts'
import { authKindOf } from '../secrets.ts'
import { complain, complainKey, isWritten, meaningsAt, programsOf, type Study } from '../study.ts'

type OAuth = NonNullable<AuthDraft['oauth2']>

/** Each auth method has what its kind needs, and sends what it gets. */
export function auth(study: Study): void {
  const methods = itemsOf(study.draft.connect?.auth)
  if (study.draft.connect?.auth !== undefined && methods.length === 0)
    complain(study, ['connect', 'auth'], {
      code: 'FIELD_MISSING',
      message: 'at least one auth method is needed',
      hint: '- none: true for an app without credentials',
    })
  for (const [i, method] of methods) {
    const path = ['connect', 'auth', i]
    if (method.oauth2 !== undefined) oauth(study, [...path, 'oauth2'], method.oauth2)
    sending(study, path, method)
  }
}

type Need = { readonly grants: readonly string[]; readonly needed: boolean }
const every = (grants: readonly string[]): Need => ({ grants, needed: true })
const maybe = (grants: readonly string[]): Need => ({ grants, needed: false })

/** Which grants each field belongs to. */
const FIELDS: Readonly<Partial<Record<keyof OAuth, Need>>> = {
  authorizationUrl: every(['authorization_code']),
  deviceUrl: every(['device_code']),
  subjectToken: every(['token_exchange']),
  pkce: maybe(['authorization_code']),
  authorizationParams: maybe(['authorization_code', 'device_code']),
  refreshUrl: maybe([
    'authorization_code',
    'device_code',
    'refresh_token',
    'password',
    'jwt_bearer',
    'token_exchange',
  ]),
  refreshParams: maybe([
    'authorization_code',
    'device_code',
    'refresh_token',
    'password',
    'jwt_bearer',
    'token_exchange',
  ]),
}

function oauth(study: Study, path: Path, method: OAuth): void {
  const { grant } = method
  if (grant === undefined) return
  for (const [key, { grants, needed }] of Object.entries(FIELDS)) {
    const isPresent = isWritten(study, [...path, key])
    if (needed && !isPresent && grants.includes(grant))
      complainKey(study, path, {
        code: 'FIELD_MISSING',
        message: `"oauth2" needs "${key}" for the grant ${grant}`,
      })
    if (isPresent && !grants.includes(grant))
      complainKey(study, [...path, key], {
        code: 'FIELD_UNUSED',
        message: `"${key}" has no effect with the grant ${grant}`,
        level: 'warning',
      })
  }
  assertion(study, path, method)
  scopes(study, path, method)
}

function assertion(study: Study, path: Path, { grant, clientAuth }: OAuth): void {
  const isPresent = isWritten(study, [...path, 'assertion'])
  if (grant === 'jwt_bearer' && !isPresent)
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: '"oauth2" needs "assertion" for the grant jwt_bearer',
      hint: 'issuer and audience are what most apps want in it',
    })
  if (isPresent && grant !== 'jwt_bearer' && clientAuth !== 'private_key_jwt')
    complainKey(study, [...path, 'assertion'], {
      code: 'FIELD_UNUSED',
      message: '"assertion" is for jwt_bearer and private_key_jwt',
      level: 'warning',
    })
}

/** When scopes are told apart by feature, each feature that the manifest uses has its line. */
function scopes(study: Study, path: Path, method: OAuth): void {
  const { scopes: given } = method
  if (given === undefined) return
  for (const [feature, user] of usersOf(study.draft))
    if (given[feature] === undefined && (given.always ?? []).length === 0)
      complain(study, [...path, 'scopes'], {
        code: 'SCOPE_MISSING',
        message: `no scopes for ${feature}, which ${user} needs`,
        hint: `add ${feature}: [ … ], or an empty list when it needs none`,
        level: 'warning',
      })
}

/** The first part of the manifest that uses each feature and has no scopes of its own. */
function usersOf({ streams, actions }: Draft): ReadonlyMap<Feature, string> {
  const users = new Map<Feature, string>()
  for (const [name, { kind, scopes: own }] of entriesOf(streams)) {
    const feature = kind === undefined ? undefined : featureOf(kind)
    if (feature !== undefined && own === undefined && !users.has(feature))
      users.set(feature, `the stream ${name}`)
  }
  const action = entriesOf(actions).find(([, { scopes: own }]) => own === undefined)?.[0]
  if (action !== undefined) users.set('respond', `the action ${action}`)
  return users
}

/** The name that send must use for the credential to leave the house. */
const SENT: Readonly<Record<string, string>> = {
  oauth2: 'token',
  login: 'token',
  jwt: 'token',
  hmac: 'token',
  apiKey: 'secrets',
}

function sending(study: Study, path: Path, method: AuthDraft): void {
  const kind = authKindOf(method)
  const name = kind && SENT[kind]
  if (kind === undefined || name === undefined || !isWritten(study, [...path, kind, 'send'])) return
  const at = [...path, kind, 'send']
  const programs = meaningsAt(study, at).map((site) => programsOf(study, site))
  // What could not be compiled was reported already.
  if (programs.includes(undefined)) return
  const reads = programs.flatMap((list) => (list ?? []).flatMap((program) => program.reads))
  if (reads.some(([root]) => root === name)) return
  complainKey(study, at, {
    code: 'CREDENTIAL_UNSENT',
    message: `nothing in send uses ${name === 'token' ? 'token' : 'a secret'}`,
  })
}
