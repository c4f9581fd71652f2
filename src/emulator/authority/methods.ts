import type { AuthPlan, Connector } from '../../model/connector.ts'

export type OAuthPlan = NonNullable<AuthPlan['oauth2']>

/** The kind is the name where the author gave none. */
export function nameOf(plan: AuthPlan): string {
  return plan.name ?? Object.keys(plan).find((key) => key !== 'name') ?? ''
}

/** Every scope the manifest knows. */
export function allScopes(plan: OAuthPlan, streams: Connector['streams']): readonly string[] {
  const declared = Object.values(plan.scopes ?? {}).flat()
  const own = Object.values(streams).flatMap((stream) => stream.scopes ?? [])
  return [...new Set([...declared, ...own])]
}
