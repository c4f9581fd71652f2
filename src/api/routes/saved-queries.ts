import Type from 'typebox'
import { pageOf } from '../paging.ts'
import { callerOf, notFound, type Routes } from '../route.ts'
import { NewSavedQueryShape, SavedQueryShape } from '../schema/activity.ts'
import { IdParams, object, PageQuery, page } from '../schema/common.ts'

const tags = ['Activity']

export const savedQueryRoutes: Routes =
  ({ savedQueries }) =>
  async (app) => {
    app.get(
      '/saved-queries',
      {
        config: { permission: 'activity.read' },
        schema: {
          operationId: 'listSavedQueries',
          summary: 'Queries the organisation keeps, and those that come with the platform',
          tags,
          querystring: object(PageQuery),
          response: { 200: page(SavedQueryShape) },
        },
      },
      async (request) =>
        pageOf(await savedQueries.list(callerOf(request).organisationId), request.query, ({ id }) => id),
    )
    app.post(
      '/saved-queries',
      {
        config: { permission: 'query.save' },
        schema: {
          operationId: 'saveQuery',
          summary: 'Keep a query for everybody in the organisation',
          tags,
          body: NewSavedQueryShape,
          response: { 201: SavedQueryShape },
        },
      },
      async (request, reply) => {
        reply.code(201)
        return savedQueries.save(callerOf(request), request.body)
      },
    )
    app.delete(
      '/saved-queries/:id',
      {
        config: { permission: 'query.save' },
        schema: {
          operationId: 'deleteSavedQuery',
          summary: 'Delete a kept query',
          tags,
          params: IdParams,
          response: { 204: Type.Null({ description: 'Deleted.' }) },
        },
      },
      async (request, reply) => {
        if (!(await savedQueries.remove(callerOf(request), request.params.id))) throw notFound()
        reply.code(204)
        return null
      },
    )
  }
