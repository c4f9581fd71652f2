import type { Grant } from '../model/credential.ts'
import { type Feature, featureOf } from '../model/feature.ts'
import type { CredentialContext } from './context.ts'
import type { OAuthPlan } from './method.ts'

/** What is read unless the customer chose otherwise. Acting (`respond`) is never asked for unasked. */
export const READING: readonly Feature[] = ['accounts', 'activity', 'posture']

/** The scopes to ask for, each once, in the manifest's order. */
export function requestedScopes(plan: OAuthPlan, features: readonly Feature[] = READING): readonly string[] {
  const { always = [], ...byFeature } = plan.scopes ?? {}
  const chosen = features.flatMap((feature) => byFeature[feature] ?? [])
  return [...new Set([...always, ...chosen])]
}

/** What to ask for: the scopes of the chosen features, and those of their streams that this connection has. */
export function scopesToAsk(
  plan: OAuthPlan,
  { connector, input, features = READING }: Pick<CredentialContext, 'connector' | 'input' | 'features'>,
): readonly string[] {
  const streams = Object.values(connector.streams).filter(({ kind, when }) => {
    const feature = featureOf(kind)
    const isChosen = feature === undefined || features.includes(feature)
    return isChosen && (when === undefined || when.evaluate({ settings: input.settings }) === true)
  })
  return [...new Set([...requestedScopes(plan, features), ...streams.flatMap(({ scopes = [] }) => scopes)])]
}

/**
 * The scopes a token answer names: a list, or a text with the manifest's separator, commas or white space in between.
 *
 * @returns `undefined` when the answer names none: then all that were requested are granted (RFC 6749 section 5.1).
 */
export function readScopes(value: unknown, separator: string): readonly string[] | undefined {
  if (Array.isArray(value)) return value.filter((scope) => typeof scope === 'string' && scope !== '')
  if (typeof value !== 'string') return undefined
  const parts = value.split(/[\s,]+/).flatMap((part) => part.split(separator.trim() || ' '))
  return parts.filter((scope) => scope !== '')
}

/** Scopes that authorization servers act on but do not list among those granted. */
const UNLISTED = /^(?:openid|profile|email|offline_access|offline)$|\/\.default$/

/** The requested scopes that were not granted; none when the app does not say what it granted. */
export function missingScopes(
  plan: OAuthPlan,
  grant: Pick<Grant, 'scopes'>,
  features: readonly Feature[] = READING,
): readonly string[] {
  return notGranted(requestedScopes(plan, features), grant.scopes)
}

/**
 * Those of the scopes that were not granted.
 *
 * Servers may name a granted scope with or without the address of its API in front: both count as the same.
 *
 * @param granted `undefined` when the app does not say: then all are.
 */
export function notGranted(
  scopes: readonly string[],
  granted: readonly string[] | undefined,
): readonly string[] {
  if (granted === undefined) return []
  const known = granted.map((scope) => scope.toLowerCase())
  const isGranted = (scope: string) =>
    known.some((other) => other === scope || other.endsWith(`/${scope}`) || scope.endsWith(`/${other}`))
  return scopes.filter((scope) => !UNLISTED.test(scope) && !isGranted(scope.toLowerCase()))
}
