/** What a member is in an organisation. `instance_admin` administers the connections named for them and sees nothing else. */
export const ROLES = ['admin', 'analyst', 'viewer', 'instance_admin'] as const
export type Role = (typeof ROLES)[number]

/** The one table of who may do what. The page docs/roles.md shows it; a test compares the two. */
export const PERMISSIONS = {
  'connection.read': ['admin', 'analyst', 'viewer', 'instance_admin'],
  'connection.create': ['admin'],
  'connection.change': ['admin', 'instance_admin'],
  'connection.delete': ['admin', 'instance_admin'],
  'activity.read': ['admin', 'analyst', 'viewer', 'instance_admin'],
  'activity.export': ['admin', 'analyst'],
  'account.read': ['admin', 'analyst', 'viewer', 'instance_admin'],
  'quarantine.read': ['admin', 'analyst', 'instance_admin'],
  'quarantine.replay': ['admin', 'analyst', 'instance_admin'],
  'member.read': ['admin', 'analyst', 'viewer'],
  'member.manage': ['admin'],
  'key.manage': ['admin'],
  'audit.read': ['admin', 'analyst'],
  'setting.change': ['admin'],
  'webhook.manage': ['admin'],
  'organisation.delete': ['admin'],
  'query.save': ['admin', 'analyst'],
  // Of the operator's organisation only; see src/platform/outbox.ts.
  'outbox.read': ['admin'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof PERMISSIONS

const ALL = Object.keys(PERMISSIONS).filter(isPermission)

/**
 * A key that could make keys or members, or read letters that let people in, would outlive its own revocation; and no program ends an
 * organisation. No key is given these.
 */
const PEOPLE_ONLY: readonly Permission[] = [
  'member.manage',
  'key.manage',
  'organisation.delete',
  'outbox.read',
]

/** What an API key can be allowed to do. */
export const KEY_SCOPES: readonly Permission[] = ALL.filter((permission) => !PEOPLE_ONLY.includes(permission))

/** Somebody who asks: a member through a session, or an API key. It always belongs to one organisation. */
export type Principal = {
  readonly kind: 'user' | 'key'
  readonly id: string
  readonly name: string
  readonly organisationId: string
  /** Absent for a key: a key has scopes, not a role. */
  readonly role: Role | undefined
  /** What it may do on everything the organisation has. */
  readonly scopes: readonly Permission[]
  /** The connections it administers; adds to `scopes` for these only. */
  readonly connectionIds: readonly string[]
  /** The session behind a user, for what must end where it began (OAuth consent). */
  readonly sessionId: string | undefined
}

/** What a role may do on everything the organisation has. */
export function scopesOf(role: Role): readonly Permission[] {
  return role === 'instance_admin' ? [] : ALL.filter((permission) => rolesOf(permission).includes(role))
}

/** The connections on which a principal may do something: all of the organisation's, or the ones named (perhaps none). */
export function reachOf(
  { scopes, connectionIds }: Pick<Principal, 'scopes' | 'connectionIds'>,
  permission: Permission,
): 'all' | readonly string[] {
  if (scopes.includes(permission)) return 'all'
  return rolesOf(permission).includes('instance_admin') ? connectionIds : []
}

/** Whether a principal may do something: on the connection named, or on everything where none is named. */
export function allows(
  principal: Pick<Principal, 'scopes' | 'connectionIds'>,
  permission: Permission,
  { connectionId }: { readonly connectionId?: string } = {},
): boolean {
  const reach = reachOf(principal, permission)
  return reach === 'all' || (connectionId !== undefined && reach.includes(connectionId))
}

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value)
}

export function isPermission(value: unknown): value is Permission {
  return typeof value === 'string' && Object.hasOwn(PERMISSIONS, value)
}

function rolesOf(permission: Permission): readonly Role[] {
  return PERMISSIONS[permission]
}
