import type { Account } from '../api/schema/accounts.ts'
import type { AccountsPort } from '../api/services.ts'
import { Fault } from '../lib/fault.ts'
import {
  type AccountKey,
  type AccountRow,
  readAccount,
  searchAccounts,
} from '../store/postgres/account-rows.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { given, iso } from './stream-bodies.ts'

export function accountService(control: ControlStore): AccountsPort {
  return {
    list: (organisationId, reach, { kind, connection, search, status, admin, mfa, deleted, limit, after }) =>
      control.within(organisationId, async (tx) => {
        const rows = await searchAccounts(tx, {
          kind: kind ?? 'accounts',
          ...given('connectionIds', visible(reach, connection)),
          ...given('search', search),
          ...given('status', status),
          ...given('isAdmin', admin),
          ...given('mfa', mfa),
          ...given('after', after === undefined ? undefined : afterOf(after)),
          withDeleted: deleted ?? false,
          limit: limit + 1,
        })
        const items = rows.slice(0, limit)
        const last = rows.length > limit ? items.at(-1) : undefined
        return { items: items.map(accountOf), ...given('next', last && cursorOf(last)) }
      }),
    get: (organisationId, id) =>
      control.within(organisationId, async (tx) => {
        const [connectionId, stream, key] = partsOf(id, 3) ?? []
        if (connectionId === undefined || stream === undefined || key === undefined) return undefined
        const row = await readAccount(tx, { connectionId, stream, key })
        return row === undefined ? undefined : { ...accountOf(row), event: { ...row.event } }
      }),
  }
}

/** The one asked for where it may be seen; otherwise all that may be. */
function visible(
  reach: 'all' | readonly string[],
  connection: string | undefined,
): readonly string[] | undefined {
  if (connection === undefined) return reach === 'all' ? undefined : reach
  return reach === 'all' || reach.includes(connection) ? [connection] : []
}

const idOf = (row: AccountRow) => pack([row.connection_id, row.stream, row.key])
const cursorOf = (row: AccountRow) => pack([row.name ?? '', row.connection_id, row.stream, row.key])

function afterOf(cursor: string): AccountKey & { name: string } {
  const [name, connectionId, stream, key] = partsOf(cursor, 4) ?? []
  if (name === undefined || connectionId === undefined || stream === undefined || key === undefined)
    throw new Fault('INPUT_INVALID', 'query.after is no cursor of this list')
  return { name, connectionId, stream, key }
}

const pack = (parts: readonly string[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

/** The texts packed into one, when they are as many; whatever else was sent is nothing we gave. */
function partsOf(packed: string, count: number): readonly string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(packed, 'base64url').toString())
    const isOurs = Array.isArray(parts) && parts.length === count && parts.every(isKeepable)
    return isOurs ? parts : undefined
  } catch {
    return undefined
  }
}

const isKeepable = (part: unknown): part is string =>
  typeof part === 'string' && part.isWellFormed() && !part.includes('\0')

function accountOf(row: AccountRow): Account {
  return {
    id: idOf(row),
    connection: row.connection_id,
    app: row.app_id,
    stream: row.stream,
    kind: row.kind,
    ...given('uid', row.uid ?? undefined),
    ...given('name', row.name ?? undefined),
    ...given('email', row.email ?? undefined),
    ...given('status', row.status ?? undefined),
    ...given('type', row.type ?? undefined),
    ...given('isAdmin', row.is_admin ?? undefined),
    ...given('hasMfa', row.has_mfa ?? undefined),
    ...given('lastLoginAt', iso(row.last_login_at)),
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    ...given('deletedAt', iso(row.deleted_at)),
  }
}
