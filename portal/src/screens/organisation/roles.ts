import type { Member } from '../../api/client.generated.ts'

export type Role = Member['role']

/** The roles in the order of what they may, with what that is. */
export const ROLES: Readonly<Record<Role, { readonly label: string; readonly about: string }>> = {
  admin: { label: 'Administrator', about: 'Does everything in the organisation, members and keys included.' },
  analyst: {
    label: 'Analyst',
    about: 'Searches, exports, replays the quarantine, saves queries; changes no connection.',
  },
  viewer: { label: 'Viewer', about: 'Looks, changes nothing.' },
  instance_admin: {
    label: 'Instance administrator',
    about: 'Administers the connections named for them, and sees nothing else.',
  },
}

export const ROLE_OPTIONS = Object.entries(ROLES).map(([value, { label }]) => ({ value, label }))

/** What a key can be allowed to do, in words; the rest is for people: it would outlive the key's own revocation. */
export const KEY_PERMISSIONS: Readonly<Record<string, string>> = {
  'connection.read': 'See connections and their health',
  'connection.create': 'Connect apps',
  'connection.change': 'Change and pause connections',
  'connection.delete': 'Delete connections with their data',
  'activity.read': 'Search activity',
  'activity.export': 'Export activity',
  'account.read': 'See accounts and the inventory',
  'quarantine.read': 'Read the quarantine',
  'quarantine.replay': 'Replay the quarantine',
  'member.read': 'See members',
  'audit.read': 'Read the audit trail',
  'setting.change': 'Change settings',
  'webhook.manage': 'Manage webhooks',
  'query.save': 'Save queries',
}
