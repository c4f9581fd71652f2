import { askOf, bodyOf } from '../paging.ts'
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
        const { limit: _, ...query } = request.query
        return bodyOf(
          await audit.list(callerOf(request).organisationId, { ...query, ...askOf(request.query) }),
        )
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
