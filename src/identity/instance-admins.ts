import type { Tx } from '../store/postgres/control-store.ts'
import { withIdentityTables } from './tables.ts'

/** Which members administer which connections, whatever their role is otherwise. */
export type InstanceAdmins = ReturnType<typeof openInstanceAdmins>

export function openInstanceAdmins() {
  const namedFor = (organisationId: string, userId: string) => ({
    organisation_id: organisationId,
    user_id: userId,
  })
  return {
    connectionsOf: async (tx: Tx, organisationId: string, userId: string): Promise<readonly string[]> => {
      const rows = await withIdentityTables(tx)
        .selectFrom('instance_admin')
        .select('connection_id')
        .where('organisation_id', '=', organisationId)
        .where('user_id', '=', userId)
        .orderBy('connection_id')
        .execute()
      return rows.map(({ connection_id }) => connection_id)
    },
    /** Replaces the connections a member administers. A connection of another organisation is an error of the database. */
    set: async (
      tx: Tx,
      granted: {
        organisationId: string
        userId: string
        connectionIds: readonly string[]
        grantedBy: string
      },
    ): Promise<void> => {
      const { organisationId, userId, connectionIds, grantedBy } = granted
      const who = namedFor(organisationId, userId)
      await revokeAll(tx, organisationId, userId)
      const rows = connectionIds.map((connection_id) => ({ ...who, connection_id, granted_by: grantedBy }))
      if (rows.length > 0) await withIdentityTables(tx).insertInto('instance_admin').values(rows).execute()
    },
    revokeAll,
  }
}

async function revokeAll(tx: Tx, organisationId: string, userId: string): Promise<void> {
  await withIdentityTables(tx)
    .deleteFrom('instance_admin')
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .execute()
}
