import type { ActivityField, ActivityFilter } from '../../model/activity.ts'
import type { Place } from './cursor.ts'
import { eventKey } from './event-key.ts'
import { columnsOf, invalid, matching, type Query, VISIBLE } from './query.ts'

/** The columns of a line of the explorer, under the names of `ActivityRow`. */
const LINE = `uid, toUnixTimestamp64Milli(time) as timeMs, toUnixTimestamp64Milli(ingested) as ingestedMs, app, connection, stream, action,
  class_uid as classUid, class_name as className, activity_name as activityName, event_code as eventCode, message, status,
  severity_id as severityId, severity, actor_uid as actorUid, actor_name as actorName, actor_email as actorEmail,
  actor_type as actorType, target_uid as targetUid, target_name as targetName, ip, country, user_agent as userAgent,
  resource_type as resourceType, resource_name as resourceName, resource_uid as resourceUid`

const MAX_LIMIT = 1000
const MAX_BUCKETS = 1000

export function searchQuery(
  organisationId: string,
  filter: ActivityFilter,
  { limit, after }: { readonly limit: number; readonly after?: Place },
): Query {
  const { sql, params } = matching(organisationId, filter)
  const below =
    after === undefined
      ? ''
      : ` and time <= ${AFTER_TIME} and (time, uid, connection) < (${AFTER_TIME}, {afterUid:String}, {afterConnection:String})`
  return {
    sql: `select ${LINE} ${sql}${below} order by time desc, uid desc, connection desc limit ${wholeNumber('limit', limit, MAX_LIMIT)} + 1`,
    params: {
      ...params,
      ...(after !== undefined && {
        afterMs: after.timeMs,
        afterUid: after.uid,
        afterConnection: after.connection,
      }),
    },
  }
}

const AFTER_TIME = "fromUnixTimestamp64Milli({afterMs:Int64}, 'UTC')"

export function countQuery(organisationId: string, filter: ActivityFilter): Query {
  const { sql, params } = matching(organisationId, filter)
  return { sql: `select count() as count ${sql}`, params }
}

/** The spans of a histogram; the last one may reach beyond the filter's end. */
export type Spans = { readonly count: number; readonly widthMs: number }

export function spansOf({ fromMs, toMs }: ActivityFilter, buckets: number): Spans {
  const widthMs = Math.max(
    1,
    Math.ceil((toMs - fromMs) / wholeNumber('number of buckets', buckets, MAX_BUCKETS)),
  )
  return { widthMs, count: Math.max(0, Math.ceil((toMs - fromMs) / widthMs)) }
}

export function histogramQuery(organisationId: string, filter: ActivityFilter, { widthMs }: Spans): Query {
  const { sql, params } = matching(organisationId, filter)
  return {
    sql: `select intDiv(toUnixTimestamp64Milli(time) - {firstMs:Int64}, {widthMs:Int64}) as bucket, count() as count,
      countIf(status = 'Failure') as failed, countIf(severity_id between 4 and 6) as severe ${sql} group by bucket`,
    params: { ...params, firstMs: filter.fromMs, widthMs },
  }
}

/** One pass over the rows for all fields: `grouping` has a bit for each, which is 0 for the field a line counts. */
export function facetsQuery(
  organisationId: string,
  filter: ActivityFilter,
  { fields, limit }: { readonly fields: readonly ActivityField[]; readonly limit: number },
): Query {
  const { sql, params } = matching(organisationId, filter)
  const names = fields.map((_, index) => `f${index}`)
  const values = fields.map((field, index) => `${shownValue(columnsOf(field))} as f${index}`)
  return {
    sql: `select field, value, count from (
        select grouping(${names}) as field, ${values}, concat(${names}, '') as value, count() as count ${sql}
        group by grouping sets (${names.map((name) => `(${name})`)})
      ) where value != '' order by field, count desc, value limit ${wholeNumber('limit', limit, MAX_LIMIT)} by field`,
    params,
  }
}

/** What `grouping` says in the lines of one field. */
export const groupingOf = (index: number, fields: number): number =>
  2 ** fields - 1 - 2 ** (fields - 1 - index)

const shownValue = ([first, ...others]: readonly string[]): string =>
  others.length === 0 ? `${first}` : `if(${first} != '', ${first}, ${shownValue(others)})`

/** Where an event is in time, by its identity. */
export function placeQuery(organisationId: string, connectionId: string, uid: string): Query {
  return {
    sql: `select toUnixTimestamp64Milli(time) as timeMs from activity_key
      where organisation = {organisation:String} and key = {key:UInt64} and connection = {connection:String} and uid = {uid:String} and ${VISIBLE}`,
    params: { organisation: organisationId, connection: connectionId, uid, key: eventKey(connectionId, uid) },
  }
}

export function eventQuery(
  organisationId: string,
  connectionId: string,
  place: { readonly uid: string; readonly timeMs: number },
): Query {
  return oneEventQuery(organisationId, connectionId, { ...place, columns: `${LINE}, event, raw` })
}

/** @param columns SQL of ours. */
export function oneEventQuery(
  organisationId: string,
  connectionId: string,
  { uid, timeMs, columns }: { readonly uid: string; readonly timeMs: number; readonly columns: string },
): Query {
  return {
    sql: `select ${columns} from activity where organisation = {organisation:String}
      and time = fromUnixTimestamp64Milli({timeMs:Int64}, 'UTC') and uid = {uid:String} and connection = {connection:String} and ${VISIBLE}`,
    params: { organisation: organisationId, connection: connectionId, uid, timeMs },
  }
}

/** Each event is one line of JSON already. */
export function exportQuery(
  organisationId: string,
  filter: ActivityFilter,
  format: 'ndjson' | 'parquet',
): Query {
  const { sql, params } = matching(organisationId, filter)
  const columns = format === 'ndjson' ? 'event' : `${LINE}, time, event`
  return {
    sql: `select ${columns} ${sql} order by time, uid, connection format ${format === 'ndjson' ? 'TabSeparatedRaw' : 'Parquet'}`,
    params,
  }
}

/** Limits are part of the SQL, where a placeholder may not stand: they are numbers, whatever the type was cheated with. */
function wholeNumber(what: string, value: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    throw invalid(`the ${what} is a whole number from 1 to ${most}`)
  return value
}
