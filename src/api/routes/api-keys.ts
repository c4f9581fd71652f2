import Type from 'typebox'
import { pageOf } from '../paging.ts'
import { callerOf, type Routes } from '../route.ts'
import { IdParams, object, PageQuery, page } from '../schema/common.ts'
import { ApiKeyShape, CreatedApiKeyShape, NewApiKeyShape } from '../schema/organisation.ts'

const tags = ['API keys']

export const apiKeyRoutes: Routes =
  ({ apiKeys }) =>
  async (app) => {
    app.get(
      '/api-keys',
      {
        config: { permission: 'key.manage' },
        schema: {
          operationId: 'listApiKeys',
          summary: 'API keys, never the keys themselves',
          tags,
          querystring: object(PageQuery),
          response: { 200: page(ApiKeyShape) },
        },
      },
      async (request) =>
        pageOf(await apiKeys.list(callerOf(request).organisationId), request.query, ({ id }) => id),
    )
    app.post(
      '/api-keys',
      {
        config: { permission: 'key.manage', isShownOnce: true },
        schema: {
          operationId: 'createApiKey',
          summary: 'Make an API key',
          description: 'The key is in the answer and nowhere else, ever.',
          tags,
          body: NewApiKeyShape,
          response: { 201: CreatedApiKeyShape },
        },
      },
      async (request, reply) => {
        reply.code(201)
        return apiKeys.create(callerOf(request), request.body)
      },
    )
    app.delete(
      '/api-keys/:id',
      {
        config: { permission: 'key.manage' },
        schema: {
          operationId: 'revokeApiKey',
          summary: 'Refuse a key from now on',
          tags,
          params: IdParams,
          response: { 204: Type.Null({ description: 'Revoked.' }) },
        },
      },
      async (request, reply) => {
        await apiKeys.revoke(callerOf(request), request.params.id)
        reply.code(204)
        return null
      },
    )
  }
