import Type from 'typebox'
import { pageOf } from '../paging.ts'
import { callerOf, callerReach, found, type Routes } from '../route.ts'
import { IdParams, object, PageQuery, page } from '../schema/common.ts'
import {
  ConnectionChangeShape,
  ConnectionShape,
  DisconnectedShape,
  NewConnectionShape,
  NextStepShape,
  TestResultShape,
} from '../schema/connections.ts'

const tags = ['Connections']

export const connectionRoutes: Routes =
  ({ connections }) =>
  async (app) => {
    app.get(
      '/connections',
      {
        config: { permission: 'connection.read' },
        schema: {
          operationId: 'listConnections',
          summary: 'Connections, with their health',
          tags,
          querystring: object(PageQuery),
          response: { 200: page(ConnectionShape) },
        },
      },
      async (request) => {
        const all = await connections.list(callerOf(request).organisationId, callerReach(request))
        return pageOf(all, request.query, ({ id }) => id)
      },
    )
    app.post(
      '/connections',
      {
        config: { permission: 'connection.create' },
        schema: {
          operationId: 'createConnection',
          summary: 'Connect an app',
          description:
            'Answers with what is asked of the customer next: a consent in the browser, or nothing.',
          tags,
          body: NewConnectionShape,
          response: { 201: NextStepShape },
        },
      },
      async (request, reply) => {
        reply.code(201)
        return connections.create(callerOf(request), request.body)
      },
    )
    app.get(
      '/connections/:id',
      {
        config: { permission: 'connection.read' },
        schema: {
          operationId: 'getConnection',
          summary: 'One connection',
          tags,
          params: IdParams,
          response: { 200: ConnectionShape },
        },
      },
      async (request) => found(await connections.get(callerOf(request).organisationId, request.params.id)),
    )
    app.patch(
      '/connections/:id',
      {
        config: { permission: 'connection.change' },
        schema: {
          operationId: 'changeConnection',
          summary: 'Change name, features, settings or secrets in place',
          tags,
          params: IdParams,
          body: ConnectionChangeShape,
          response: { 200: NextStepShape },
        },
      },
      (request) => connections.change(callerOf(request), request.params.id, request.body),
    )
    app.delete(
      '/connections/:id',
      {
        config: { permission: 'connection.delete' },
        schema: {
          operationId: 'removeConnection',
          summary: 'Delete a connection with all it collected',
          tags,
          params: IdParams,
          response: { 204: Type.Null({ description: 'Deleted.' }) },
        },
      },
      async (request, reply) => {
        await connections.remove(callerOf(request), request.params.id)
        reply.code(204)
        return null
      },
    )
    app.post(
      '/connections/:id/authorize',
      {
        config: { permission: 'connection.change' },
        schema: {
          operationId: 'authorizeConnection',
          summary: 'Begin the consent again',
          tags,
          params: IdParams,
          response: { 200: NextStepShape },
        },
      },
      (request) => connections.authorize(callerOf(request), request.params.id),
    )
    app.post(
      '/connections/:id/authorize/code',
      {
        config: { permission: 'connection.change' },
        schema: {
          operationId: 'askConsentByCode',
          summary: 'What came of a code that a person types into the app',
          description:
            'Ask every `intervalMs`: the app is asked no more often. `consent` means not yet; `done` that it is connected; `failed` says in `fault` why nothing comes of this code: CONSENT_REFUSED, CONSENT_EXPIRED, or what the app answered. Only the session that began gets an answer.',
          tags,
          params: IdParams,
          response: { 200: NextStepShape },
        },
      },
      (request) => connections.askByCode(callerOf(request), request.params.id),
    )
    app.post(
      '/connections/:id/test',
      {
        config: { permission: 'connection.change' },
        schema: {
          operationId: 'testConnection',
          summary: 'Ask the app whether it accepts the credential',
          tags,
          params: IdParams,
          response: { 200: TestResultShape },
        },
      },
      (request) => connections.test(callerOf(request), request.params.id),
    )
    app.post(
      '/connections/:id/disconnect',
      {
        config: { permission: 'connection.change' },
        schema: {
          operationId: 'disconnectConnection',
          summary: 'Destroy the credential and keep what was collected',
          tags,
          params: IdParams,
          response: { 200: DisconnectedShape },
        },
      },
      (request) => connections.disconnect(callerOf(request), request.params.id),
    )
    for (const { verb, summary } of CHANGES)
      app.post(
        `/connections/:id/${verb}`,
        {
          config: { permission: 'connection.change' },
          schema: {
            operationId: `${verb}Connection`,
            summary,
            tags,
            params: IdParams,
            response: { 200: ConnectionShape },
          },
        },
        (request) => connections[verb](callerOf(request), request.params.id),
      )
  }

const CHANGES = [
  { verb: 'pause', summary: 'Stop reading; nothing is lost that the app keeps' },
  { verb: 'resume', summary: 'Read again from where it stopped' },
] as const
