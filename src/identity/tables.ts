import type { ColumnType } from 'kysely'
import type { Tx } from '../store/postgres/control-store.ts'

/** The tables of `sql/0002-identity.sql`. */
type IdentityTables = {
  audit_head: { organisation_id: string; number: number; hash: Buffer }
  instance_admin: {
    organisation_id: string
    user_id: string
    connection_id: string
    granted_by: string
    granted_at: ColumnType<Date, Date | undefined, Date>
  }
  first_run: {
    is_only: ColumnType<boolean, boolean | undefined, boolean>
    token_hash: Buffer
    printed_at: ColumnType<Date, Date | undefined, Date>
    used_at: ColumnType<Date | null, Date | null | undefined, Date | null>
    used_by: ColumnType<string | null, string | null | undefined, string | null>
  }
}

/** The caller's own transaction, with these tables in sight. */
export function withIdentityTables(tx: Tx) {
  return tx.withTables<IdentityTables>()
}
