import type { Static } from 'typebox'
import type { MemberShape } from '../api/schema/organisation.ts'
import type { MembersPort } from '../api/services.ts'
import { isRole } from '../identity/permissions.ts'
import { Fault } from '../lib/fault.ts'
import { readConnection } from '../store/postgres/connection-rows.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'
import { askSignIn, type SignInAddress } from './sign-in-library.ts'

type Member = Static<typeof MemberShape>

/** Members as the API wants them. Changes go through the sign-in library, in the name of whoever asks. */
export function memberService(ports: SignInAddress & { readonly control: ControlStore }): MembersPort {
  const { identity, control } = ports
  const list = async (organisationId: string): Promise<readonly Member[]> => {
    const rows = await identity.people.membersOf(organisationId)
    return control.within(organisationId, async (tx) => {
      const members: Member[] = []
      for (const { id, userId, name, email, role, createdAt, twoFactorEnabled } of rows) {
        const connectionIds = await identity.instanceAdmins.connectionsOf(tx, organisationId, userId)
        members.push({
          ...{ id, userId, name, email, role: roleOf(role) },
          ...(connectionIds.length > 0 && { connectionIds: [...connectionIds] }),
          hasTwoFactor: twoFactorEnabled === true,
          joinedAt: createdAt.toISOString(),
        })
      }
      return members
    })
  }
  const member = async (organisationId: string, id: string): Promise<Member> => {
    const found = (await list(organisationId)).find((known) => known.id === id)
    if (found === undefined) throw new Fault('NOT_FOUND', 'there is no such member')
    return found
  }
  const invitations = async (organisationId: string) =>
    (await identity.people.invitationsTo(organisationId)).map(({ id, email, role, expiresAt }) => ({
      ...{ id, email, role: roleOf(role) },
      expiresAt: expiresAt.toISOString(),
    }))
  return {
    list,
    invitations,
    invite: async ({ organisationId }, { email, role }, headers) => {
      await askSignIn(
        ports,
        'organization/invite-member',
        { organizationId: organisationId, email, role },
        headers,
      )
      const made = (await invitations(organisationId)).find((known) => known.email === email.toLowerCase())
      if (made === undefined) throw new Fault('PLATFORM_FAILED', 'the invitation was not kept')
      return made
    },
    cancelInvitation: async ({ organisationId }, id, headers) => {
      if (!(await invitations(organisationId)).some((known) => known.id === id))
        throw new Fault('NOT_FOUND', 'there is no such invitation')
      await askSignIn(ports, 'organization/cancel-invitation', { invitationId: id }, headers)
    },
    changeRole: async (by, id, { role, connectionIds }, headers) => {
      const { organisationId } = by
      const { userId } = await member(organisationId, id)
      const named = connectionIds && [...new Set(connectionIds)]
      if (named !== undefined) await control.within(organisationId, (tx) => assertThere(tx, named))
      await askSignIn(
        ports,
        'organization/update-member-role',
        { organizationId: organisationId, memberId: id, role },
        headers,
      )
      if (named !== undefined)
        await control.within(organisationId, async (tx) => {
          const granted = { organisationId, userId, connectionIds: named, grantedBy: by.id }
          await identity.instanceAdmins.set(tx, granted)
          await identity.audit.record(tx, {
            organisationId,
            actor: { kind: by.kind, id: by.id, name: by.name },
            action: 'member.connections',
            target: { kind: 'user', id: userId },
            detail: { connectionIds: named },
          })
        })
      return member(organisationId, id)
    },
    remove: async ({ organisationId }, id, headers) => {
      await member(organisationId, id)
      await askSignIn(
        ports,
        'organization/remove-member',
        { organizationId: organisationId, memberIdOrEmail: id },
        headers,
      )
    },
  }
}

/** @throws {Fault} `NOT_FOUND` for a connection the organisation does not have. */
async function assertThere(tx: Tx, connectionIds: readonly string[]): Promise<void> {
  for (const id of connectionIds)
    if ((await readConnection(tx, id)) === undefined)
      throw new Fault('NOT_FOUND', `there is no connection ${id}`)
}

const roleOf = (role: string): Member['role'] => (isRole(role) ? role : 'viewer')
