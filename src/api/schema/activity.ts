import Type, { type Static } from 'typebox'
import { ACTIVITY_FIELDS } from '../../model/activity.ts'
import { HABIT_FIELDS, HABIT_RULE } from '../../model/habit.ts'
import { count, FaultShape, free, named, object, oneOf, optional, PageQuery, text, time } from './common.ts'

/**
 * A filter as query parameters. `where` is repeated; each is `field:operator:value`, with values separated by `|`:
 * `where=action:is:login|logout`, `where=ip:startsWith:10.`, `where=country:missing:`.
 */
export const FilterQuery = {
  from: optional(time('Start, inclusive; 24 hours before `to` when absent.')),
  to: optional(time('End, exclusive; now when absent.')),
  where: optional(
    Type.Array(text('field:operator:value|value'), {
      maxItems: 30,
      description: `Conditions that all hold. Fields: ${ACTIVITY_FIELDS.join(', ')}. Operators: is, not, startsWith, contains, exists, missing.`,
    }),
  ),
  text: optional(text('Words that all occur in the event.', { maxLength: 500 })),
}
export const ActivityQuery = object({ ...FilterQuery, ...PageQuery })
export const HistogramQuery = object({
  ...FilterQuery,
  buckets: optional(Type.Integer({ minimum: 1, maximum: 400, default: 60, description: 'How many spans.' })),
})
export const FacetsQuery = object({
  ...FilterQuery,
  fields: optional(Type.Array(oneOf(ACTIVITY_FIELDS, 'Field.'), { maxItems: ACTIVITY_FIELDS.length })),
  limit: optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 8, description: 'Values for each field.' }),
  ),
})

const HABIT_RULE_TEXT = `uncommon: at most one in ${HABIT_RULE.oneIn} of the actor's events had it, of at least ${HABIT_RULE.events} on at least ${HABIT_RULE.days} days; unknown: there is less history than that.`

export const ActivityRowShape = named('ActivityRow', {
  uid: Type.String(),
  connection: Type.String(),
  time: time('When it happened.'),
  ingestedAt: time('When we had it.'),
  app: Type.String(),
  stream: Type.String(),
  action: text('Our stable verb, such as account.create.'),
  classUid: Type.Integer(),
  className: Type.String(),
  activityName: Type.String(),
  eventCode: text('The app’s own name of the event.'),
  message: Type.String(),
  status: Type.String(),
  severityId: Type.Integer(),
  severity: Type.String(),
  actorUid: Type.String(),
  actorName: Type.String(),
  actorEmail: Type.String(),
  actorType: Type.String(),
  targetUid: Type.String(),
  targetName: Type.String(),
  ip: Type.String(),
  country: Type.String(),
  userAgent: Type.String(),
  resourceType: Type.String(),
  resourceName: Type.String(),
  resourceUid: Type.String(),
})
export const ActivityDetailShape = named('ActivityDetail', {
  ...ActivityRowShape.properties,
  event: free('The OCSF event, whole.'),
  raw: text('The record as received.'),
})
export const HabitsShape = named('Habits', {
  actor: text('Whose habits these are; empty where the event names nobody.'),
  from: time('Start of the 30 days before the event.'),
  to: time('The event.'),
  habits: Type.Array(
    object({
      field: oneOf(HABIT_FIELDS, 'Field.'),
      value: text('The value of the event.'),
      count: count('Events of the actor that had this value.'),
      of: count('Events of the actor that had any value here.'),
      days: count('On how many days these were.'),
      firstSeen: optional(time('First of them; absent when none had it.')),
      lastSeen: optional(time('Last of them.')),
      verdict: oneOf(['uncommon', 'usual', 'unknown'] as const, HABIT_RULE_TEXT),
    }),
  ),
})
export const HistogramShape = named('Histogram', {
  total: count('Events in all.'),
  buckets: Type.Array(
    object({
      from: time('Start of the span.'),
      count: count('Events.'),
      failed: count('Of these with status Failure.'),
      severe: count('Of these with severity High or worse.'),
    }),
  ),
})
export const FacetsShape = named('Facets', {
  facets: Type.Array(
    object({
      field: oneOf(ACTIVITY_FIELDS, 'Field.'),
      values: Type.Array(object({ value: Type.String(), count: count('Events.') })),
    }),
  ),
})

export const StoredQueryShape = named('StoredQuery', {
  from: optional(time('Start, inclusive; 24 hours before `to` when absent.')),
  to: optional(time('End, exclusive; the moment of asking when absent.')),
  /** A span that moves with now, such as 24h; instead of from and to. */
  last: optional(text('Such as 24h or 7d; instead of from and to.', { pattern: '^[0-9]{1,4}[mhd]$' })),
  where: optional(Type.Array(Type.String(), { maxItems: 30 })),
  text: optional(Type.String({ maxLength: 500 })),
})
export const SavedQueryShape = named('SavedQuery', {
  id: Type.String(),
  name: Type.String(),
  query: StoredQueryShape,
  isSuggested: Type.Boolean({ description: 'Comes with the platform.' }),
  createdBy: optional(Type.String()),
})
export const NewSavedQueryShape = named('NewSavedQuery', {
  name: text('Name.', { minLength: 1, maxLength: 100 }),
  query: StoredQueryShape,
})

export const ExportShape = named('Export', {
  id: Type.String(),
  format: oneOf(['ndjson', 'parquet'] as const, 'Format.'),
  state: oneOf(['waiting', 'running', 'done', 'failed'] as const, 'Where it stands.'),
  events: count('Events written.'),
  eventsExpected: optional(count('Events to be written.')),
  bytes: count('Bytes written.'),
  query: StoredQueryShape,
  fault: optional(FaultShape),
  createdBy: Type.String(),
  createdAt: time('When it was asked for.'),
  expiresAt: time('When the file is deleted.'),
})
export const NewExportShape = named('NewExport', {
  query: StoredQueryShape,
  format: oneOf(['ndjson', 'parquet'] as const, 'Format.'),
})
export type ActivityRowBody = Static<typeof ActivityRowShape>
