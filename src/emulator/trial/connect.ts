import { generateKeyPairSync } from 'node:crypto'
import { Secret } from '../../lib/secret.ts'
import type { AuthPlan, Connector } from '../../model/connector.ts'
import type { ConnectionInput, Grant, GrantStore } from '../../model/credential.ts'
import type { Program, Template } from '../../model/expression.ts'
import { nameOf } from '../authority/methods.ts'
import type { Emulator } from '../emulator.ts'
import { exampleSettings } from '../options.ts'

/** A made-up customer: example settings, made-up secrets, and the auth method whose tokens can be taken away, where there is one. */
export function trialInput(connector: Connector): ConnectionInput {
  const method = trialMethod(connector)
  const methods = [method, ...signersOf(connector, method)]
  const names = new Set(methods.flatMap((one) => [...secretsIn(one), ...impliedSecrets(one)]))
  const secrets = [...names].map((name) => [name, new Secret(secretValue(name, methods))] as const)
  return { settings: exampleSettings(connector), secrets: Object.fromEntries(secrets), auth: nameOf(method) }
}

export function trialMethod({ connect }: Connector): AuthPlan {
  const { auth } = connect
  return (
    auth.find(({ oauth2 }) => oauth2 !== undefined) ??
    auth.find(({ login }) => login !== undefined) ??
    auth[0]!
  )
}

/** The method that signs the login of another. */
function signersOf({ connect }: Connector, { login }: AuthPlan): readonly AuthPlan[] {
  return connect.auth.filter((method) => nameOf(method) === login?.request.auth)
}

/** The secrets that the expressions of a method read, wherever they stand. */
function secretsIn(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return []
  if ('reads' in part && Array.isArray(part.reads))
    return (part.reads as Program['reads']).flatMap(([root, name]) =>
      root === 'secrets' ? [String(name)] : [],
    )
  return Object.entries(part).flatMap(([key, inner]) => (key === 'tree' ? [] : secretsIn(inner)))
}

const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  password: ['username', 'password'],
  refresh_token: ['refresh_token'],
  jwt_bearer: ['private_key'],
}

function impliedSecrets({ oauth2, basic }: AuthPlan): readonly string[] {
  if (basic !== undefined) return ['username', 'password']
  if (oauth2 === undefined) return []
  const ofClient = oauth2.clientAuth === 'private_key_jwt' ? ['private_key'] : ['client_secret']
  return ['client_id', ...ofClient, ...(IMPLIED[oauth2.grant] ?? [])]
}

function secretValue(name: string, methods: readonly AuthPlan[]): string {
  const algorithm = methods.map((method) => signingWith(name, method)).find((found) => found !== undefined)
  return algorithm === undefined ? `made-up-${name}` : privateKey(algorithm)
}

/** The algorithm for which a secret must be a private key; nothing where any text will do. */
function signingWith(name: string, method: AuthPlan): string | undefined {
  const jwt = method.jwt ?? method.oauth2?.assertion
  const isImplied = name === 'private_key' && method.oauth2 !== undefined
  const algorithm =
    isImplied || reads(jwt?.key, name) ? (jwt?.algorithm ?? 'RS256') : profileAlgorithm(name, method)
  return algorithm?.startsWith('HS') ? undefined : algorithm
}

const reads = (template: Template | undefined, secret: string): boolean =>
  template?.programs.some((program) =>
    program.reads.some(([root, name]) => root === 'secrets' && name === secret),
  ) === true

const PROFILE_KEYS: Readonly<Record<string, string>> = { 'rsa-sha256': 'RS256', ed25519: 'EdDSA' }
const PROFILE_DEFAULTS = {
  'http-signatures': 'rsa-sha256',
  'http-message-signatures': 'hmac-sha256',
} as const

function profileAlgorithm(secret: string, { profile }: AuthPlan): string | undefined {
  if (profile === undefined || !reads(profile.with?.['key'], secret)) return undefined
  const algorithm = profile.with?.['algorithm']
  return PROFILE_KEYS[
    algorithm === undefined ? PROFILE_DEFAULTS[profile.name] : String(algorithm.evaluate({}))
  ]
}

/** Drawn once for each algorithm: drawing takes longer than anything else here. */
const KEYS = new Map<string, string>()

function privateKey(algorithm: string): string {
  const known = KEYS.get(algorithm)
  if (known !== undefined) return known
  const { privateKey: key } = keyPair(algorithm)
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  KEYS.set(algorithm, pem)
  return pem
}

function keyPair(algorithm: string) {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  if (algorithm.startsWith('RS') || algorithm.startsWith('PS'))
    return generateKeyPairSync('rsa', { modulusLength: 2048 })
  return generateKeyPairSync('ec', { namedCurve: algorithm === 'ES384' ? 'P-384' : 'P-256' })
}

/** Keeps a grant in memory. */
function trialStore(first?: Grant): GrantStore {
  let grant = first
  let turn: Promise<unknown> = Promise.resolve()
  return {
    read: async () => grant,
    update: (change) => {
      const next = turn.then(async () => {
        grant = await change(grant)
        return grant
      })
      turn = next.catch(() => undefined)
      return next
    },
  }
}

/** What the trial's customer consented to; empty where no person is needed. */
export function trialGrants(connector: Connector, emulator: Emulator): GrantStore {
  const method = trialMethod(connector)
  const { oauth2 } = method
  const isPersonal = oauth2?.grant === 'authorization_code' || oauth2?.grant === 'device_code'
  return trialStore(
    isPersonal ? emulator.consent(connector.connect.auth.indexOf(method), 'made-up-client_id') : undefined,
  )
}
