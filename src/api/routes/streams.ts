import Type from 'typebox'
import { newestFirst } from '../paging.ts'
import { callerOf, found, type Routes } from '../route.ts'
import { IdParams, object, PageQuery, page, text } from '../schema/common.ts'
import {
  BackfillShape,
  QuarantinedShape,
  ReplayedShape,
  ReplayShape,
  RunShape,
  RunsQuery,
  StreamChangeShape,
  StreamShape,
} from '../schema/connections.ts'

const tags = ['Streams']
const StreamParams = object({ ...IdParams.properties, name: text('Stream.', { maxLength: 128 }) })
const ItemParams = object({ ...IdParams.properties, itemId: text('Item.', { maxLength: 64 }) })

export const streamRoutes: Routes =
  ({ streams }) =>
  async (app) => {
    app.get(
      '/connections/:id/streams',
      {
        config: { permission: 'connection.read' },
        schema: {
          operationId: 'listStreams',
          summary: 'The streams of a connection, with their health, and where the app delivers to',
          tags,
          params: IdParams,
          response: { 200: object({ items: Type.Array(StreamShape) }) },
        },
      },
      async (request) => ({
        items: [...found(await streams.list(callerOf(request).organisationId, request.params.id))],
      }),
    )
    app.patch(
      '/connections/:id/streams/:name',
      {
        config: { permission: 'connection.change' },
        schema: {
          operationId: 'changeStream',
          summary: 'Switch a stream on or off',
          tags,
          params: StreamParams,
          body: StreamChangeShape,
          response: { 200: StreamShape },
        },
      },
      (request) => {
        const { id, name } = request.params
        return streams.change(callerOf(request), id, name, request.body)
      },
    )
    app.post(
      '/connections/:id/streams/:name/run',
      {
        config: { permission: 'connection.change' },
        schema: {
          operationId: 'runStream',
          summary: 'Read a stream now',
          tags,
          params: StreamParams,
          response: { 202: StreamShape },
        },
      },
      async (request, reply) => {
        reply.code(202)
        return streams.runNow(callerOf(request), request.params.id, request.params.name)
      },
    )
    app.post(
      '/connections/:id/streams/:name/backfill',
      {
        config: { permission: 'connection.change' },
        schema: {
          operationId: 'backfillStream',
          summary: 'Read a stream again from a day in the past',
          tags,
          params: StreamParams,
          body: BackfillShape,
          response: { 202: StreamShape },
        },
      },
      async (request, reply) => {
        const fromMs = Date.parse(request.body.from)
        reply.code(202)
        return streams.backfill(callerOf(request), request.params.id, request.params.name, fromMs)
      },
    )
    app.get(
      '/connections/:id/runs',
      {
        config: { permission: 'connection.read' },
        schema: {
          operationId: 'listRuns',
          summary: 'Runs, newest first',
          tags,
          params: IdParams,
          querystring: RunsQuery,
          response: { 200: page(RunShape) },
        },
      },
      async (request) => {
        const { stream } = request.query
        const only = stream === undefined ? {} : { stream }
        const { organisationId } = callerOf(request)
        return newestFirst(request.query, async (ask) =>
          found(await streams.runs(organisationId, request.params.id, { ...ask, ...only })),
        )
      },
    )
    app.get(
      '/connections/:id/quarantine',
      {
        config: { permission: 'quarantine.read' },
        schema: {
          operationId: 'listQuarantine',
          summary: 'Records that could not become events, newest first',
          tags,
          params: IdParams,
          querystring: object(PageQuery),
          response: { 200: page(QuarantinedShape) },
        },
      },
      async (request) => {
        const { organisationId } = callerOf(request)
        return newestFirst(request.query, async (ask) =>
          found(await streams.quarantine(organisationId, request.params.id, ask)),
        )
      },
    )
    app.get(
      '/connections/:id/quarantine/:itemId',
      {
        config: { permission: 'quarantine.read' },
        schema: {
          operationId: 'getQuarantined',
          summary: 'One of them, with the record as received',
          tags,
          params: ItemParams,
          response: { 200: QuarantinedShape },
        },
      },
      async (request) => {
        const { id, itemId } = request.params
        return found(await streams.quarantined(callerOf(request).organisationId, id, itemId))
      },
    )
    app.post(
      '/connections/:id/quarantine/replay',
      {
        config: { permission: 'quarantine.replay' },
        schema: {
          operationId: 'replayQuarantine',
          summary: 'Try again to make events of them',
          tags,
          params: IdParams,
          body: ReplayShape,
          response: { 200: ReplayedShape },
        },
      },
      (request) => streams.replay(callerOf(request), request.params.id, request.body.ids),
    )
  }
