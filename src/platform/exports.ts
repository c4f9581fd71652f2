import type { ExportsPort } from '../api/services.ts'
import type { Export } from '../exports/export.ts'
import type { Exports } from '../exports/exports.ts'
import type { RecordPorts } from './record-ports.ts'

/** Exports as the API wants them: each is in the audit trail before it is written. */
export function exportService(exports: Exports, { record }: Pick<RecordPorts, 'record'>): ExportsPort {
  return {
    list: async (organisationId, ask) => (await exports.list(organisationId, ask)).map(bodyOf),
    create: async (by, { format, query, filter }) => {
      const { organisationId, id: createdBy } = by
      const made = await exports.create({ organisationId, createdBy, format, query, filter }, (tx, id) =>
        record(tx, by, { action: 'export.create', target: { kind: 'export', id }, detail: { format } }),
      )
      return bodyOf(made)
    },
    file: exports.file,
  }
}

/** The query is the caller's own, which had this shape when it came. */
const bodyOf = (made: Export) => ({ ...made, query: { ...made.query } })
