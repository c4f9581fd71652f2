import { sql } from 'kysely'
import type { Tx } from '../../store/postgres/control-store.ts'

export type KnownOrganisation = { readonly name: string; readonly isOperator: boolean }

/** An organisation, held: its name is not changed before the transaction ends. As the platform, like everything here. */
export async function holdOrganisation(tx: Tx, id: string): Promise<KnownOrganisation | undefined> {
  const { rows } = await sql<KnownOrganisation>`
    select name, ${IS_OPERATOR} as "isOperator" from identity.organization where id = ${id} for update`.execute(
    tx,
  )
  return rows[0]
}

/** The organisations of whoever runs the platform. */
export async function operatorIds(tx: Tx): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from identity.organization where ${IS_OPERATOR} order by id`.execute(tx)
  return rows.map(({ id }) => id)
}

/**
 * Lets nobody in any more. Members, invitations with their letters, identity providers with what they said of people: all go. Whoever
 * looked at the organisation looks at the first of their others. People keep their accounts: those are theirs.
 */
export async function closeOrganisation(tx: Tx, id: string): Promise<void> {
  await sql`select set_config('fairlead.erasing', 'on', true)`.execute(tx)
  for (const statement of [
    sql`delete from outbox using identity.invitation i
      where i."organizationId" = ${id} and position('/invitations/' || i.id in outbox.body) > 0`,
    // Whoever registers a provider of the same name later must not find people who signed in by this one.
    sql`delete from identity.account a using identity."ssoProvider" p
      where p."organizationId" = ${id} and a."providerId" = p."providerId"`,
    sql`delete from identity."ssoProvider" where "organizationId" = ${id}`,
    sql`delete from identity.invitation where "organizationId" = ${id}`,
    sql`delete from identity.member where "organizationId" = ${id}`,
    sql`update identity.session s set "activeOrganizationId" = (
        select m."organizationId" from identity.member m where m."userId" = s."userId" order by m."createdAt" limit 1)
      where s."activeOrganizationId" = ${id}`,
    // What it was called in addresses is free for another.
    sql`update identity.organization set slug = ${id} where id = ${id}`,
  ])
    await statement.execute(tx)
}

/** The last that is known of it. @returns its name. */
export async function forgetOrganisation(tx: Tx, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    delete from identity.organization where id = ${id} returning name`.execute(tx)
  return rows[0]?.name
}

const IS_OPERATOR = sql<boolean>`coalesce(kinds::text like '%"operator%', false)`
