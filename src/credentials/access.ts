import { createHash } from 'node:crypto'
import { canonicalJson } from '../lib/canonical.ts'
import { systemClock } from '../lib/clock.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput } from '../model/credential.ts'
import type { Feature } from '../model/feature.ts'
import { chooseMethod, type Method, type OAuthPlan } from './method.ts'
import { openReader } from './reader.ts'
import { scopesToAsk } from './scopes.ts'

/** What a connection may reach and how it proves itself: what a person agrees to when the app is connected. */
export type Access = {
  readonly app: string
  readonly method: string
  /** SHA-256 of how the manifest has the credential got and sent, hex. */
  readonly manner: string
  readonly hosts: readonly string[]
  /** Addresses that get client secrets, codes and refresh tokens. */
  readonly endpoints: readonly string[]
  readonly scopes: readonly string[]
}

type Asked = {
  readonly connector: Connector
  readonly input: Pick<ConnectionInput, 'settings' | 'auth'>
  readonly features: readonly Feature[]
}

/** @throws {Fault} `SETTING_MISSING`, `EXPRESSION_FAILED` when the settings do not give the names of the hosts. */
export function accessOf({ connector, input: { settings, auth }, features }: Asked): Access {
  const input: ConnectionInput = { settings, secrets: {}, ...(auth === undefined ? {} : { auth }) }
  const reader = openReader({ connector, input, clock: systemClock })
  const method = chooseMethod(connector, auth)
  const hosts = connector.connect.hosts.map((host) => reader.text(host, 'connect.hosts').toLowerCase())
  const oauth = method.kind === 'oauth2' ? method.plan : undefined
  const endpoints = addressesOf(oauth).map((template) => reader.text(template, 'oauth2'))
  return {
    app: connector.app.id,
    method: method.name,
    manner: mannerOf(method),
    hosts: [...new Set(hosts)].sort(),
    endpoints: [...new Set(endpoints)].sort(),
    scopes: oauth === undefined ? [] : [...scopesToAsk(oauth, { connector, input, features })].sort(),
  }
}

function addressesOf(plan: OAuthPlan | undefined) {
  if (plan === undefined) return []
  const { tokenUrl, refreshUrl, authorizationUrl, deviceUrl, revocationUrl } = plan
  return [tokenUrl, refreshUrl, authorizationUrl, deviceUrl, revocationUrl].filter(
    (template) => template !== undefined,
  )
}

/** The method as its author wrote it, without scopes: they are compared by themselves. */
function mannerOf(method: Method): string {
  const { name: _name, ...rest } = method
  const asWritten = (key: string, value: unknown): unknown => {
    if (key === 'scopes') return undefined
    const isProgram = typeof value === 'object' && value !== null && 'source' in value
    return isProgram ? value.source : value
  }
  const text = canonicalJson(JSON.parse(JSON.stringify(rest, asWritten)))
  return createHash('sha256').update(text).digest('hex')
}

/** What sealed credentials are bound to: all of it but the scopes, which only the app enforces. */
export function bindingOf({ scopes: _scopes, ...rest }: Access): string {
  return canonicalJson(rest)
}

/**
 * What is in the new access that nobody agreed to yet, a sentence each. Empty: the old agreement covers it.
 *
 * Fewer scopes need no consent. Fewer hosts do, for the credential is sealed for the very set.
 */
export function needsConsent(old: Access, next: Access): readonly string[] {
  return [
    ...changed('host', old.hosts, next.hosts),
    ...changed('credential endpoint', old.endpoints, next.endpoints),
    ...(old.app === next.app ? [] : [`another app: ${next.app}`]),
    ...(old.method === next.method && old.manner === next.manner
      ? []
      : [`another way to sign in: ${next.method}`]),
    ...next.scopes.filter((scope) => !old.scopes.includes(scope)).map((scope) => `new scope: ${scope}`),
  ]
}

function changed(what: string, old: readonly string[], next: readonly string[]): readonly string[] {
  return [
    ...next.filter((one) => !old.includes(one)).map((one) => `new ${what}: ${one}`),
    ...old.filter((one) => !next.includes(one)).map((one) => `no longer a ${what}: ${one}`),
  ]
}
