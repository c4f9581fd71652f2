import Type from 'typebox'
import { filterOf } from '../filter.ts'
import { newestFirst } from '../paging.ts'
import { callerOf, callerReach, found, type Routes } from '../route.ts'
import { ExportShape, NewExportShape } from '../schema/activity.ts'
import { IdParams, object, PageQuery, page } from '../schema/common.ts'

const tags = ['Exports']
const MEDIA = { ndjson: 'application/x-ndjson', parquet: 'application/vnd.apache.parquet' } as const

export const exportRoutes: Routes =
  ({ exports }) =>
  async (app) => {
    app.get(
      '/exports',
      {
        config: { permission: 'activity.export' },
        schema: {
          operationId: 'listExports',
          summary: 'Exports, newest first',
          tags,
          querystring: object(PageQuery),
          response: { 200: page(ExportShape) },
        },
      },
      async (request) =>
        newestFirst(request.query, (ask) => exports.list(callerOf(request).organisationId, ask)),
    )
    app.post(
      '/exports',
      {
        config: { permission: 'activity.export' },
        schema: {
          operationId: 'createExport',
          summary: 'Write the events of a query to a file',
          description: 'OCSF events, oldest first. A span that ends now ends at the moment of asking.',
          tags,
          body: NewExportShape,
          response: { 202: ExportShape },
        },
      },
      async (request, reply) => {
        const { query, format } = request.body
        const filter = filterOf(query, callerReach(request), Date.now())
        reply.code(202)
        return exports.create(callerOf(request), { format, query, filter })
      },
    )
    app.get(
      '/exports/:id/file',
      {
        config: { permission: 'activity.export' },
        schema: {
          operationId: 'downloadExport',
          summary: 'The file of an export that is done',
          tags,
          params: IdParams,
          produces: Object.values(MEDIA),
          response: { 200: Type.Unknown({ description: 'The file.', 'x-binary': true }) },
        },
      },
      async (request, reply) => {
        const file = found(await exports.file(callerOf(request).organisationId, request.params.id))
        return reply
          .type(MEDIA[file.format])
          .header('content-length', file.bytes)
          .header('content-disposition', `attachment; filename="${file.name}"`)
          .send(file.open())
      },
    )
  }
