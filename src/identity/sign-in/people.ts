import { type Generated, Kysely, PostgresDialect, sql } from 'kysely'
import type { Pool } from 'pg'
import { newId } from '../../lib/id.ts'
import type { Role } from '../permissions.ts'
import type { OrganisationKind } from './organisations.ts'

/** The schema that sign-in keeps its tables in. */
export const SCHEMA = 'identity'

/** Columns of the library's tables that we read or write ourselves; spelled as the library spells them. */
type SignInTables = {
  user: { id: string; name: string; email: string; emailVerified: boolean; twoFactorEnabled: boolean | null }
  member: { id: string; organizationId: string; userId: string; role: string; createdAt: Generated<Date> }
  organization: {
    id: string
    name: string
    slug: string
    kinds: OrganisationKind[] | string | null
    createdAt: Generated<Date>
  }
  invitation: {
    id: string
    organizationId: string
    email: string
    role: string
    status: string
    expiresAt: Date
  }
  session: { id: string; token: string; userId: string; activeOrganizationId: string | null; expiresAt: Date }
  ssoProvider: { providerId: string; organizationId: string | null; domainVerified: boolean }
}

export type Membership = {
  readonly organisationId: string
  readonly organisation: string
  readonly kinds: readonly OrganisationKind[]
  readonly role: string
}

/** Questions about people and organisations that the sign-in library has no answer to. */
export type People = ReturnType<typeof openPeople>

export function openPeople(pool: Pool) {
  const db = new Kysely<SignInTables>({ dialect: new PostgresDialect({ pool }) }).withSchema(SCHEMA)
  const memberships = db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organizationId')
    .select(['organization.id', 'organization.name', 'organization.kinds', 'member.role'])
    .orderBy('member.createdAt')
  return {
    db,
    membershipsOf: async (userId: string): Promise<readonly Membership[]> =>
      (await memberships.where('member.userId', '=', userId).execute()).map(membershipOf),
    membershipIn: async (userId: string, organisationId: string): Promise<Membership | undefined> => {
      const row = await memberships
        .where('member.userId', '=', userId)
        .where('member.organizationId', '=', organisationId)
        .executeTakeFirst()
      return row && membershipOf(row)
    },
    membersOf: (organisationId: string) =>
      db
        .selectFrom('member')
        .innerJoin('user', 'user.id', 'member.userId')
        .select(['member.id', 'member.userId', 'member.role', 'member.createdAt'])
        .select(['user.name', 'user.email', 'user.twoFactorEnabled'])
        .where('member.organizationId', '=', organisationId)
        .orderBy('user.name')
        .execute(),
    /** Those that can still be accepted. */
    invitationsTo: (organisationId: string) =>
      db
        .selectFrom('invitation')
        .select(['id', 'email', 'role', 'expiresAt'])
        .where('organizationId', '=', organisationId)
        .where('status', '=', 'pending')
        .where('expiresAt', '>', sql<Date>`now()`)
        .orderBy('email')
        .execute(),
    isInvited: async (email: string): Promise<boolean> => {
      const row = await db
        .selectFrom('invitation')
        .select('id')
        .where(sql`lower(email)`, '=', email.toLowerCase())
        .where('status', '=', 'pending')
        .where('expiresAt', '>', sql<Date>`now()`)
        .executeTakeFirst()
      return row !== undefined
    },
    /** Makes a person a member where they are none yet, and shows them the organisation where they look at none. */
    join: async (userId: string, organisationId: string, role: Role): Promise<boolean> => {
      const { numAffectedRows } = await sql`
        insert into identity.member (id, "organizationId", "userId", role, "createdAt")
        values (${newId('mem', Date.now())}, ${organisationId}, ${userId}, ${role}, now())
        on conflict do nothing`.execute(db)
      await db
        .updateTable('session')
        .set({ activeOrganizationId: organisationId })
        .where('userId', '=', userId)
        .where('activeOrganizationId', 'is', null)
        .execute()
      return numAffectedRows === 1n
    },
  }
}

type MembershipRow = { id: string; name: string; kinds: OrganisationKind[] | string | null; role: string }

function membershipOf({ id, name, kinds, role }: MembershipRow): Membership {
  const list: OrganisationKind[] = typeof kinds === 'string' ? JSON.parse(kinds) : (kinds ?? [])
  return { organisationId: id, organisation: name, kinds: list, role }
}
