import { type Selectable, sql } from 'kysely'
import type { Tx } from './control-store.ts'
import type { InventoryTable } from './tables.ts'

export type AccountRow = Omit<Selectable<InventoryTable>, 'event'> & { readonly app_id: string }
export type AccountWithEvent = AccountRow & { readonly event: object }
export type AccountKey = { readonly connectionId: string; readonly stream: string; readonly key: string }

export type AccountSearch = {
  readonly kind: string
  /** Connections that may be seen; all where absent. */
  readonly connectionIds?: readonly string[]
  readonly search?: string
  readonly status?: string
  readonly isAdmin?: boolean
  readonly mfa?: 'yes' | 'no' | 'unknown'
  readonly withDeleted: boolean
  readonly limit: number
  /** The last one of the page before. */
  readonly after?: AccountKey & { readonly name: string }
}

const COLUMNS = [
  'inventory.organisation_id',
  'inventory.connection_id',
  'inventory.stream',
  'inventory.key',
  'inventory.kind',
  'inventory.uid',
  'inventory.name',
  'inventory.email',
  'inventory.status',
  'inventory.type',
  'inventory.is_admin',
  'inventory.has_mfa',
  'inventory.last_login_at',
  'inventory.first_seen_at',
  'inventory.last_seen_at',
  'inventory.last_run_id',
  'inventory.deleted_at',
  'connection.app_id',
] as const

/** By name; what has none comes first. */
export function searchAccounts(tx: Tx, ask: AccountSearch): Promise<AccountRow[]> {
  const { after, search, connectionIds } = ask
  const named = sql<string>`coalesce(inventory.name, '')`
  const pattern = `%${(search ?? '').replace(/[\\%_]/g, '\\$&')}%`
  return tx
    .selectFrom('inventory')
    .innerJoin('connection', 'connection.id', 'inventory.connection_id')
    .select(COLUMNS)
    .where('inventory.kind', '=', ask.kind)
    .$if(connectionIds !== undefined, (query) =>
      query.where('inventory.connection_id', 'in', [...(connectionIds ?? []), '']),
    )
    .$if(search !== undefined, (query) =>
      query.where((or) =>
        or.or([
          or('inventory.name', 'ilike', pattern),
          or('inventory.email', 'ilike', pattern),
          or('inventory.uid', 'ilike', pattern),
        ]),
      ),
    )
    .$if(ask.status !== undefined, (query) => query.where('inventory.status', '=', ask.status ?? ''))
    .$if(ask.isAdmin !== undefined, (query) => query.where('inventory.is_admin', '=', ask.isAdmin ?? false))
    .$if(ask.mfa === 'unknown', (query) => query.where('inventory.has_mfa', 'is', null))
    .$if(ask.mfa === 'yes' || ask.mfa === 'no', (query) =>
      query.where('inventory.has_mfa', '=', ask.mfa === 'yes'),
    )
    .$if(!ask.withDeleted, (query) => query.where('inventory.deleted_at', 'is', null))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(${named}, inventory.connection_id, inventory.stream, inventory.key) >
          (${after?.name ?? ''}, ${after?.connectionId ?? ''}, ${after?.stream ?? ''}, ${after?.key ?? ''})`,
      ),
    )
    .orderBy(named)
    .orderBy('inventory.connection_id')
    .orderBy('inventory.stream')
    .orderBy('inventory.key')
    .limit(ask.limit)
    .execute()
}

export function readAccount(
  tx: Tx,
  { connectionId, stream, key }: AccountKey,
): Promise<AccountWithEvent | undefined> {
  return tx
    .selectFrom('inventory')
    .innerJoin('connection', 'connection.id', 'inventory.connection_id')
    .select([...COLUMNS, 'inventory.event'])
    .where('inventory.connection_id', '=', connectionId)
    .where('inventory.stream', '=', stream)
    .where('inventory.key', '=', key)
    .executeTakeFirst()
}
