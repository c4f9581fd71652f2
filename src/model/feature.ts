import type { StreamPlan } from './connector.ts'

/** What the platform can be used for; each has scopes of its own. */
export type Feature = 'accounts' | 'activity' | 'posture' | 'respond'

const FEATURE_OF: Readonly<Record<StreamPlan['kind'], Feature | undefined>> = {
  accounts: 'accounts',
  groups: 'accounts',
  roles: 'accounts',
  grants: 'accounts',
  tokens: 'accounts',
  resources: 'accounts',
  settings: 'posture',
  activity: 'activity',
  list: undefined,
}

/** What reading a stream belongs to. A list serves others, which ask for what they need. */
export function featureOf(kind: StreamPlan['kind']): Feature | undefined {
  return FEATURE_OF[kind]
}
