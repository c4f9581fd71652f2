import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { ACTIVITY_FIELDS, type ActivityRow } from '../../model/activity.ts'
import { type Habits, verdictOf } from '../../model/habit.ts'
import { filterOf } from '../filter.ts'
import { callerOf, callerReach, found, type Routes } from '../route.ts'
import {
  ActivityDetailShape,
  ActivityQuery,
  type ActivityRowBody,
  ActivityRowShape,
  FacetsQuery,
  FacetsShape,
  HabitsShape,
  HistogramQuery,
  HistogramShape,
  type StoredQueryShape,
} from '../schema/activity.ts'
import { object, page, text } from '../schema/common.ts'
import { readSpanCursor, writeSpanCursor } from '../span-cursor.ts'

const tags = ['Activity']
const EventParams = object({
  connection: text('Connection.', { maxLength: 64 }),
  uid: text('Identity of the event within the connection.', { maxLength: 1000 }),
})

export const activityRoutes: Routes =
  ({ activity }) =>
  async (app) => {
    app.get(
      '/activity',
      {
        config: { permission: 'activity.read' },
        schema: {
          operationId: 'searchActivity',
          summary: 'Events, newest first',
          tags,
          querystring: ActivityQuery,
          response: { 200: page(ActivityRowShape) },
        },
      },
      async (request) => {
        const { organisationId } = callerOf(request)
        const { after: cursor, limit = 50 } = request.query
        const { after, ...span }: Partial<ReturnType<typeof readSpanCursor>> =
          cursor === undefined ? {} : readSpanCursor(cursor)
        const filter = { ...asked(request), ...span }
        const ask = after === undefined ? { limit } : { limit, after }
        const { rows, next } = await activity.search(organisationId, filter, ask)
        const items = rows.map(rowBody)
        return next === undefined ? { items } : { items, next: writeSpanCursor(filter, next) }
      },
    )
    app.get(
      '/activity/histogram',
      {
        config: { permission: 'activity.read' },
        schema: {
          operationId: 'getHistogram',
          summary: 'How many events there were over the time asked for',
          tags,
          querystring: HistogramQuery,
          response: { 200: HistogramShape },
        },
      },
      async (request) => {
        const { organisationId } = callerOf(request)
        const buckets = await activity.histogram(organisationId, asked(request), request.query.buckets ?? 60)
        return {
          total: buckets.reduce((sum, { count }) => sum + count, 0),
          buckets: buckets.map(({ fromMs, ...counts }) => ({
            from: new Date(fromMs).toISOString(),
            ...counts,
          })),
        }
      },
    )
    app.get(
      '/activity/facets',
      {
        config: { permission: 'activity.read' },
        schema: {
          operationId: 'getFacets',
          summary: 'The most frequent values of each field',
          tags,
          querystring: FacetsQuery,
          response: { 200: FacetsShape },
        },
      },
      async (request) => {
        const { fields = ACTIVITY_FIELDS, limit = 8 } = request.query
        const { organisationId } = callerOf(request)
        const facets = await activity.facets(organisationId, asked(request), fields, limit)
        return { facets: facets.map(({ field, values }) => ({ field, values: [...values] })) }
      },
    )
    app.get(
      '/activity/:connection/:uid',
      {
        config: { permission: 'activity.read' },
        schema: {
          operationId: 'getEvent',
          summary: 'One event, whole, with the record as received',
          tags,
          params: EventParams,
          response: { 200: ActivityDetailShape },
        },
      },
      async (request) => {
        const { connection, uid } = request.params
        const detail = found(await activity.event(callerOf(request).organisationId, connection, uid))
        return { ...rowBody(detail), event: detail.event, raw: detail.raw }
      },
    )
    app.get(
      '/activity/:connection/:uid/habits',
      {
        config: { permission: 'activity.read' },
        schema: {
          operationId: 'getEventHabits',
          summary: 'How usual the event is for whoever did it',
          description:
            'How often its actor had each of its values in the 30 days before it, in the connections you may see.',
          tags,
          params: EventParams,
          response: { 200: HabitsShape },
        },
      },
      async (request) => {
        const { connection, uid } = request.params
        const reach = callerReach(request)
        const ask = { connectionId: connection, uid, ...(reach !== 'all' && { connections: reach }) }
        return habitsBody(found(await activity.habits(callerOf(request).organisationId, ask)))
      },
    )
  }

function asked(request: FastifyRequest & { readonly query: Static<typeof StoredQueryShape> }) {
  return filterOf(request.query, callerReach(request), Date.now())
}

const isoOf = (ms: number) => new Date(ms).toISOString()

const habitsBody = ({ actor, fromMs, toMs, habits }: Habits): Static<typeof HabitsShape> => ({
  ...{ actor, from: isoOf(fromMs), to: isoOf(toMs) },
  habits: habits.map(({ firstMs, lastMs, ...habit }) => ({
    ...habit,
    ...(firstMs !== undefined && { firstSeen: isoOf(firstMs) }),
    ...(lastMs !== undefined && { lastSeen: isoOf(lastMs) }),
    verdict: verdictOf(habit),
  })),
})

const rowBody = ({ timeMs, ingestedMs, ...row }: ActivityRow): ActivityRowBody => ({
  ...row,
  time: new Date(timeMs).toISOString(),
  ingestedAt: new Date(ingestedMs).toISOString(),
})
