import { highestFirst } from '../paging.ts'
import { callerOf, type Routes } from '../route.ts'
import { page } from '../schema/common.ts'
import { AuditEntryShape, AuditQuery, AuditVerdictShape } from '../schema/organisation.ts'

const tags = ['Audit trail']

export const auditRoutes: Routes =
  ({ audit }) =>
  async (app) => {
    app.get(
      '/audit',
      {
        config: { permission: 'audit.read' },
        schema: {
          operationId: 'listAudit',
          summary: 'Who changed what, newest first',
          tags,
          querystring: AuditQuery,
          response: { 200: page(AuditEntryShape) },
        },
      },
      async (request) => {
        const { limit: _, after: __, ...only } = request.query
        const { organisationId } = callerOf(request)
        return highestFirst(request.query, (ask) => audit.list(organisationId, { ...only, ...ask }))
      },
    )
    app.get(
      '/audit/verify',
      {
        config: { permission: 'audit.read', perMinute: 10 },
        schema: {
          operationId: 'verifyAudit',
          summary: 'Whether an entry was altered or taken out',
          description:
            'Each entry holds the hash of the one before. Keep `head` elsewhere to prove it later.',
          tags,
          response: { 200: AuditVerdictShape },
        },
      },
      (request) => audit.verify(callerOf(request).organisationId),
    )
  }
