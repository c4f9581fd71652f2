import type { SavedQueriesPort } from '../api/services.ts'
import { newId } from '../lib/id.ts'
import {
  deleteSavedQuery,
  keepSavedQuery,
  listSavedQueries,
  type SavedQueryRow,
} from '../store/postgres/saved-query-rows.ts'
import type { RecordPorts } from './record-ports.ts'
import { SUGGESTED_QUERIES } from './suggested-queries.ts'

type SavedQuery = Awaited<ReturnType<SavedQueriesPort['save']>>
/** More than anybody reads; a list that is shown whole has an end. */
const MOST = 1000

export function savedQueryService({ control, clock, record }: RecordPorts): SavedQueriesPort {
  return {
    list: (organisationId) =>
      control.within(organisationId, async (tx) => {
        const rows = await listSavedQueries(tx, MOST)
        return [...SUGGESTED_QUERIES, ...rows.map(queryOf)]
      }),
    save: (by, { name, query }) =>
      control.within(by.organisationId, async (tx) => {
        const id = newId('qry', clock.now())
        const target = { kind: 'saved_query', id, name }
        await record(tx, by, { action: 'saved_query.create', target })
        const { organisationId, id: createdBy } = by
        return queryOf(await keepSavedQuery(tx, { id, organisationId, name, query, createdBy }))
      }),
    remove: (by, id) =>
      control.within(by.organisationId, async (tx) => {
        const name = await deleteSavedQuery(tx, id)
        if (name === undefined) return false
        await record(tx, by, { action: 'saved_query.delete', target: { kind: 'saved_query', id, name } })
        return true
      }),
  }
}

const queryOf = (row: SavedQueryRow): SavedQuery => ({
  id: row.id,
  name: row.name,
  query: row.query as SavedQuery['query'],
  isSuggested: false,
  createdBy: row.created_by,
})
