import { pageOf } from '../paging.ts'
import { callerOf, found, type Routes } from '../route.ts'
import { AppShape, AppSummaryShape } from '../schema/apps.ts'
import { IdParams, object, PageQuery, page } from '../schema/common.ts'

const tags = ['Apps']

export const appRoutes: Routes =
  ({ apps }) =>
  async (app) => {
    app.get(
      '/apps',
      {
        config: { permission: 'connection.read' },
        schema: {
          operationId: 'listApps',
          summary: 'The catalog',
          tags,
          querystring: object(PageQuery),
          response: { 200: page(AppSummaryShape) },
        },
      },
      async (request) =>
        pageOf(await apps.list(callerOf(request).organisationId), request.query, ({ id }) => id),
    )
    app.get(
      '/apps/:id',
      {
        config: { permission: 'connection.read' },
        schema: {
          operationId: 'getApp',
          summary: 'One app: features, permissions, hosts and what connecting asks for',
          tags,
          params: IdParams,
          response: { 200: AppShape },
        },
      },
      async (request) => found(await apps.get(callerOf(request).organisationId, request.params.id)),
    )
  }
