import { generateKeyPairSync } from 'node:crypto'
import { Secret } from '../../lib/secret.ts'
import type { AuthPlan, Connector } from '../../model/connector.ts'
import type { ConnectionInput, Grant, GrantStore } from '../../model/credential.ts'
import type { Program } from '../../model/expression.ts'
import { nameOf } from '../authority/methods.ts'
import type { Emulator } from '../emulator.ts'
import { exampleSettings } from '../options.ts'

/** A made-up customer: example settings, made-up secrets, and the auth method whose tokens can be taken away, where there is one. */
export function trialInput(connector: Connector): ConnectionInput {
  const method = trialMethod(connector)
  const names = new Set([...secretsIn(method), ...impliedSecrets(method)])
  const secrets = [...names].map((name) => [name, new Secret(secretValue(name, method))] as const)
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

function secretValue(name: string, method: AuthPlan): string {
  const algorithm = (method.jwt ?? method.oauth2?.assertion)?.algorithm ?? 'RS256'
  if (name !== 'private_key' || algorithm.startsWith('HS')) return `made-up-${name}`
  return privateKey(algorithm)
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
