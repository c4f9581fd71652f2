import type { AuthPlan, Connector, StreamPlan } from '../../model/connector.ts'

export type OAuthPlan = NonNullable<AuthPlan['oauth2']>
export type Feature = 'accounts' | 'activity' | 'posture' | 'respond'

/** The kind is the name where the author gave none. */
export function nameOf(plan: AuthPlan): string {
  return plan.name ?? Object.keys(plan).find((key) => key !== 'name') ?? ''
}

/** What reading a stream belongs to; lists that only feed others belong to nothing. */
export function featureOf(kind: StreamPlan['kind']): Feature | undefined {
  if (kind === 'activity') return 'activity'
  if (kind === 'settings') return 'posture'
  return kind === 'list' ? undefined : 'accounts'
}

/** Every scope the manifest knows. */
export function allScopes(plan: OAuthPlan, streams: Connector['streams']): readonly string[] {
  const declared = Object.values(plan.scopes ?? {}).flat()
  const own = Object.values(streams).flatMap((stream) => stream.scopes ?? [])
  return [...new Set([...declared, ...own])]
}
