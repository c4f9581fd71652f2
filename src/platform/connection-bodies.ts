import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Connection } from '../api/schema/connections.ts'
import { expiryWarning } from '../connect/expiry.ts'
import { lackingFeatures } from '../connect/wanted.ts'
import type { Connector } from '../model/connector.ts'
import type { Feature } from '../model/feature.ts'
import type { Tx } from '../store/postgres/control-store.ts'
import type { ConnectionTable } from '../store/postgres/tables.ts'
import type { Catalog } from './catalog.ts'
import { faultBody, given, iso } from './stream-bodies.ts'

type ConnectionRow = Selectable<ConnectionTable>

/** How connections look to the API: all of the organisation's, or those named. */
export async function connectionBodies(
  tx: Tx,
  catalog: Catalog,
  ids?: readonly string[],
): Promise<readonly Connection[]> {
  const rows = await tx
    .selectFrom('connection')
    .selectAll()
    .$if(ids !== undefined, (query) => query.where('id', 'in', [...(ids ?? []), '']))
    .orderBy('created_at')
    .execute()
  const tallies = await streamTallies(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => connectionBody(row, tallies.get(row.id) ?? NO_STREAMS, catalog))
}

type Tally = {
  readonly total: number
  readonly failing: number
  readonly blocked: number
  readonly running: number
  readonly silent: number
  readonly unread: number
  readonly events: number
  readonly last_event_at: Date | null
}
const NO_STREAMS: Tally = {
  ...{ total: 0, failing: 0, blocked: 0, running: 0, silent: 0, unread: 0, events: 0 },
  last_event_at: null,
}

async function streamTallies(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, Tally>> {
  const rows = await tx
    .selectFrom('stream')
    .select([
      'connection_id',
      sql<number>`count(*)::int`.as('total'),
      sql<number>`count(*) filter (where state = 'failed')::int`.as('failing'),
      sql<number>`count(*) filter (where state = 'blocked')::int`.as('blocked'),
      sql<number>`count(*) filter (where lease_until > clock_timestamp())::int`.as('running'),
      sql<number>`count(*) filter (where silent_since is not null)::int`.as('silent'),
      sql<number>`count(*) filter (where last_success_at is null and received_since is null)::int`.as(
        'unread',
      ),
      sql<number>`coalesce(sum(events_total), 0)::bigint`.as('events'),
      sql<Date | null>`max(last_event_at)`.as('last_event_at'),
    ])
    .where('connection_id', 'in', [...ids, ''])
    .where('is_enabled', '=', true)
    .groupBy('connection_id')
    .execute()
  return new Map(rows.map(({ connection_id, ...tally }) => [connection_id, tally]))
}

function connectionBody(row: ConnectionRow, tally: Tally, catalog: Catalog): Connection {
  const connector = catalog.get(row.app_id)
  return {
    id: row.id,
    app: { id: row.app_id, name: connector.app.name },
    name: row.name,
    status: row.status,
    health: healthOf(row, tally),
    features: row.features as Connection['features'],
    scopesRequested: row.scopes_requested,
    ...given('scopesGranted', row.scopes_granted ?? undefined),
    missing: missingScopes(row, connector),
    ...given('authMethod', row.auth_method ?? undefined),
    settings: { ...row.settings },
    secretNames: [...row.secret_names],
    ...given('identity', row.identity ?? undefined),
    ...given('credentialExpiresAt', iso(row.credential_expires_at)),
    ...given('fault', faultBody(row.fault)),
    streams: { total: tally.total, failing: tally.failing + tally.blocked, running: tally.running },
    events: tally.events,
    ...given('lastEventAt', iso(tally.last_event_at)),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }
}

/** As connecting itself judges it. Of a version that the connection does not run nothing is said: it may sign in another way. */
function missingScopes(row: ConnectionRow, connector: Connector): Connection['missing'] {
  if (connector.digest !== row.connector_digest) return []
  const { settings, auth_method: auth } = row
  const input = { settings, secrets: {}, ...(auth !== null && { auth }) }
  const chosen = { connector, input, features: row.features as readonly Feature[] }
  return lackingFeatures(chosen, row.scopes_granted ?? undefined).map(({ feature, scopes }) => ({
    feature,
    scopes: [...scopes],
  }))
}

/** The worst of what is known, in words a person acts on. */
function healthOf(row: ConnectionRow, tally: Tally): Connection['health'] {
  if (row.status === 'paused' || row.status === 'disconnected') return 'off'
  if (row.status === 'needs_reauth') return 'failing'
  if (row.status === 'connecting') return 'attention'
  if (tally.total > 0 && tally.failing + tally.blocked === tally.total) return 'failing'
  if (tally.failing + tally.blocked > 0) return 'attention'
  if (expiryWarning(row, Date.now()) !== undefined) return 'attention'
  if (tally.silent > 0) return 'silent'
  return tally.unread > 0 ? 'syncing' : 'good'
}
