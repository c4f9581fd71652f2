import { APIError } from 'better-auth/api'
import { organization } from 'better-auth/plugins'
import { createAccessControl } from 'better-auth/plugins/access'
import { invitationLetter } from '../../mail/letters.ts'
import type { Mailer } from '../../mail/mailer.ts'
import { PERMISSIONS, ROLES, type Role } from '../permissions.ts'

/** What an organisation is on the platform; several at once are possible. */
export const KINDS = ['vendor', 'customer', 'operator'] as const
export type OrganisationKind = (typeof KINDS)[number]

/** What people may make of their own organisation. Operators are made on the console only. */
const OPEN_KINDS: readonly unknown[] = ['vendor', 'customer'] satisfies OrganisationKind[]

const INVITATION_TTL_S = 48 * 3600
const ORGANISATIONS_PER_PERSON = 20

const statements = {
  organization: ['update'],
  member: ['create', 'update', 'delete'],
  invitation: ['create', 'cancel'],
  team: [],
  ac: [],
} as const

/** Organisations, members and invitations, with our roles. What a role may do to members follows from the one table. */
export function organisations({ publicUrl, mail }: { publicUrl: string; mail: Mailer }) {
  const ac = createAccessControl(statements)
  const managing: readonly Role[] = PERMISSIONS['member.manage']
  const roleOf = (role: Role) =>
    ac.newRole(managing.includes(role) ? statements : { organization: [], member: [], invitation: [] })
  return organization({
    ac,
    roles: Object.fromEntries(ROLES.map((role) => [role, roleOf(role)])),
    creatorRole: 'admin' satisfies Role,
    // Ends with its data, not with one request: see src/platform/deletion.ts.
    disableOrganizationDeletion: true,
    organizationLimit: ORGANISATIONS_PER_PERSON,
    invitationExpiresIn: INVITATION_TTL_S,
    cancelPendingInvitationsOnReInvite: true,
    // Otherwise whoever signs up with somebody's address, unconfirmed, could take the invitation.
    requireEmailVerificationOnInvitation: true,
    schema: {
      organization: { additionalFields: { kinds: { type: 'string[]', required: false } } },
    },
    organizationHooks: {
      beforeCreateOrganization: async ({ organization: draft }) => ({
        data: { ...draft, kinds: openKinds(draft['kinds'] ?? ['customer']) },
      }),
      beforeUpdateOrganization: async ({ organization: change }) => {
        if (change['kinds'] !== undefined) openKinds(change['kinds'])
      },
      beforeCreateInvitation: async ({ invitation }) => oneRole(invitation.role),
      beforeUpdateMemberRole: async ({ newRole }) => oneRole(newRole),
      beforeAddMember: async ({ member }) => oneRole(member.role),
    },
    sendInvitationEmail: ({ id, email, role, organization: { name }, inviter }) =>
      mail.send(
        invitationLetter({
          to: email,
          organisation: name,
          inviter: inviter.user.name,
          role,
          url: `${publicUrl}/invitations/${id}`,
        }),
      ),
  })
}

function openKinds(kinds: unknown): unknown[] {
  if (!Array.isArray(kinds) || kinds.length === 0 || !kinds.every((kind) => OPEN_KINDS.includes(kind)))
    throw new APIError('BAD_REQUEST', { message: 'An organisation is a vendor, a customer, or both.' })
  return [...new Set(kinds)]
}

/** The library allows several roles in one text, `admin,viewer`; a member of ours has one. */
function oneRole(role: string): void {
  if (!ROLES.some((known) => known === role))
    throw new APIError('BAD_REQUEST', { message: `A role is one of ${ROLES.join(', ')}.` })
}
