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
