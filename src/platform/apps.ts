import { sql } from 'kysely'
import type { AppsPort } from '../api/services.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { appBody, appSummary } from './app-bodies.ts'
import type { Catalog } from './catalog.ts'

/** The catalog as the API wants it, with how often the organisation has connected each app. */
export function appService(control: ControlStore, catalog: Catalog): AppsPort {
  const connections = async (organisationId: string): Promise<ReadonlyMap<string, number>> => {
    const rows = await control.within(organisationId, (tx) =>
      tx
        .selectFrom('connection')
        .select(['app_id', sql<number>`count(*)::int`.as('count')])
        .where('status', '<>', 'disconnected')
        .groupBy('app_id')
        .execute(),
    )
    return new Map(rows.map(({ app_id, count }) => [app_id, count]))
  }
  return {
    list: async (organisationId) => {
      const counts = await connections(organisationId)
      return catalog.all().map((connector) => appSummary(connector, counts.get(connector.app.id) ?? 0))
    },
    get: async (organisationId, appId) => {
      const connector = catalog.find(appId)
      if (connector === undefined) return undefined
      return appBody(connector, (await connections(organisationId)).get(appId) ?? 0)
    },
  }
}
