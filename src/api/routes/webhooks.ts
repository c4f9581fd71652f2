import Type from 'typebox'
import { newestFirst, pageOf } from '../paging.ts'
import { callerOf, found, notFound, type Routes } from '../route.ts'
import { IdParams, object, PageQuery, page } from '../schema/common.ts'
import { CreatedWebhookShape, DeliveryShape, NewWebhookShape, WebhookShape } from '../schema/organisation.ts'

const tags = ['Webhooks']

export const webhookRoutes: Routes =
  ({ webhooks }) =>
  async (app) => {
    app.get(
      '/webhooks',
      {
        config: { permission: 'webhook.manage' },
        schema: {
          operationId: 'listWebhooks',
          summary: 'Addresses that are told of changes',
          tags,
          querystring: object(PageQuery),
          response: { 200: page(WebhookShape) },
        },
      },
      async (request) =>
        pageOf(await webhooks.list(callerOf(request).organisationId), request.query, ({ id }) => id),
    )
    app.post(
      '/webhooks',
      {
        config: { permission: 'webhook.manage', isShownOnce: true },
        schema: {
          operationId: 'createWebhook',
          summary: 'Have an address told of changes',
          description:
            'Deliveries are signed as Standard Webhooks says, tried again for a day, and an address that fails all day is switched off.',
          tags,
          body: NewWebhookShape,
          response: { 201: CreatedWebhookShape },
        },
      },
      async (request, reply) => {
        reply.code(201)
        return webhooks.create(callerOf(request), request.body)
      },
    )
    app.delete(
      '/webhooks/:id',
      {
        config: { permission: 'webhook.manage' },
        schema: {
          operationId: 'deleteWebhook',
          summary: 'Tell an address nothing more',
          tags,
          params: IdParams,
          response: { 204: Type.Null({ description: 'Deleted.' }) },
        },
      },
      async (request, reply) => {
        if (!(await webhooks.remove(callerOf(request), request.params.id))) throw notFound()
        reply.code(204)
        return null
      },
    )
    app.get(
      '/webhooks/:id/deliveries',
      {
        config: { permission: 'webhook.manage' },
        schema: {
          operationId: 'listDeliveries',
          summary: 'What an address was told, newest first',
          tags,
          params: IdParams,
          querystring: object(PageQuery),
          response: { 200: page(DeliveryShape) },
        },
      },
      async (request) => {
        const { organisationId } = callerOf(request)
        return newestFirst(request.query, async (ask) =>
          found(await webhooks.deliveries(organisationId, request.params.id, ask)),
        )
      },
    )
    app.post(
      '/webhooks/:id/test',
      {
        config: { permission: 'webhook.manage', perMinute: 20 },
        schema: {
          operationId: 'testWebhook',
          summary: 'Send an address a test now',
          tags,
          params: IdParams,
          response: { 200: DeliveryShape },
        },
      },
      async (request) => found(await webhooks.test(callerOf(request), request.params.id)),
    )
  }
