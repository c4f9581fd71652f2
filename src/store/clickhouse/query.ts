import { Fault } from '../../lib/fault.ts'
import {
  ACTIVITY_FIELDS,
  type ActivityCondition,
  type ActivityField,
  type ActivityFilter,
  type ActivityOperator,
} from '../../model/activity.ts'
import { LATEST_MS } from './activity-row.ts'
import type { ColumnName } from './columns.ts'
import { queryTerms } from './terms.ts'

/** SQL with its bound parameters. Nothing a person or an app wrote is ever part of `sql`. */
export type Query = { readonly sql: string; readonly params: Readonly<Record<string, unknown>> }

/** Where the values of a field are; of several columns the first that is not empty is what people see. */
export const FIELD_COLUMNS: Readonly<Record<ActivityField, readonly [ColumnName, ...ColumnName[]]>> = {
  app: ['app'],
  connection: ['connection'],
  stream: ['stream'],
  action: ['action'],
  class: ['class_name'],
  activity: ['activity_name'],
  eventCode: ['event_code'],
  status: ['status'],
  severity: ['severity'],
  actor: ['actor_email', 'actor_name', 'actor_uid'],
  actorType: ['actor_type'],
  target: ['target_email', 'target_name', 'target_uid'],
  ip: ['ip'],
  country: ['country'],
  asn: ['asn'],
  userAgent: ['user_agent'],
  resource: ['resource_name', 'resource_uid'],
  resourceType: ['resource_type'],
  session: ['session'],
}

/** One column alone, where a field is several. */
export type ColumnIs = { readonly column: ColumnName; readonly value: string }

/** Parameters travel in the URL: a longer filter would be refused on the way, with a worse message. */
const MAX_FILTER_BYTES = 8000

/**
 * The rows of one organisation that a filter means. The only way to a FROM clause: there is none without the organisation,
 * and its condition comes first.
 *
 * @throws {Fault} `QUERY_INVALID` for a field, operator, time or amount of text that no API should have let through.
 */
export function matching(
  organisationId: string,
  filter: ActivityFilter,
  columns: readonly ColumnIs[] = [],
): Query {
  const bound = bindings()
  const conditions = [
    'organisation = {organisation:String}',
    ...queryTerms(filter.text ?? '').map((term) => `has(terms, ${bound.add(term)})`),
    ...columns.map(({ column, value }) => COMPARISONS.is(column, bound.add(value))),
    ...filter.conditions.map((condition) => conditionSql(condition, bound)),
  ]
  const times = timeConditions(filter, bound)
  if (bound.bytes() > MAX_FILTER_BYTES)
    throw invalid(`a filter has at most ${MAX_FILTER_BYTES} bytes of text`)
  return {
    // The times choose what is read at all; compared row by row before the terms they made free text three times as slow.
    sql: `from activity prewhere ${conditions.join(' and ')} where ${times.join(' and ')} and ${VISIBLE}`,
    params: { organisation: organisationId, ...bound.params },
  }
}

const OPEN = `select batch from activity_batch where organisation = {organisation:String} group by batch having sum(sign) > 0`
const WINNERS = `select key, argMax(batch, (at, batch)) as winner from activity_winner where organisation = {organisation:String} and batch not in (${OPEN}) group by key`

/** A row shows when its append was completed and, where several appends brought its event, the latest of them did. */
export const VISIBLE = `batch not in (${OPEN}) and (key not in (select key from (${WINNERS})) or (key, batch) in (${WINNERS}))`

type Bindings = {
  /** @returns the placeholder. */
  readonly add: (value: string) => string
  readonly params: Readonly<Record<string, unknown>>
  readonly bytes: () => number
}

function bindings(): Bindings {
  const params: Record<string, unknown> = {}
  let bytes = 0
  return {
    add: (value) => {
      const name = `p${Object.keys(params).length}`
      params[name] = value
      bytes += Buffer.byteLength(value)
      return `{${name}:String}`
    },
    params,
    bytes: () => bytes,
  }
}

function timeConditions({ fromMs, toMs }: ActivityFilter, bound: Bindings): readonly string[] {
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) throw invalid('a filter has two times')
  const moment = (ms: number) =>
    `fromUnixTimestamp64Milli(toInt64(${bound.add(String(Math.ceil(clamp(ms))))}), 'UTC')`
  return [`time >= ${moment(fromMs)}`, `time < ${moment(toMs)}`]
}

const clamp = (ms: number): number => Math.min(Math.max(ms, 0), LATEST_MS + 1)

/** How one value is compared with one column; case never counts. */
const COMPARISONS = {
  is: (column: string, value: string) => `lowerUTF8(${column}) = lowerUTF8(${value})`,
  startsWith: (column: string, value: string) => `startsWith(lowerUTF8(${column}), lowerUTF8(${value}))`,
  contains: (column: string, value: string) => `position(lowerUTF8(${column}), lowerUTF8(${value})) > 0`,
} as const

type Compare = (columns: readonly string[], values: readonly string[], bound: Bindings) => string

const anyIs = anyPair(COMPARISONS.is)
const OPERATORS: Readonly<Record<ActivityOperator, Compare>> = {
  is: anyIs,
  not: (columns, values, bound) => `not ${anyIs(columns, values, bound)}`,
  startsWith: anyPair(COMPARISONS.startsWith),
  contains: anyPair(COMPARISONS.contains),
  exists: (columns) => `(${columns.map((column) => `${column} != ''`).join(' or ')})`,
  missing: (columns) => `(${columns.map((column) => `${column} = ''`).join(' and ')})`,
}

/** No value at all means none of them: nothing is any of no values. */
function anyPair(compare: (column: string, value: string) => string): Compare {
  return (columns, values, bound) => {
    const pairs = values.flatMap((value) => {
      const placeholder = bound.add(value)
      return columns.map((column) => compare(column, placeholder))
    })
    return pairs.length === 0 ? 'false' : `(${pairs.join(' or ')})`
  }
}

function conditionSql({ field, operator, values }: ActivityCondition, bound: Bindings): string {
  const columns = columnsOf(field)
  if (!Object.hasOwn(OPERATORS, operator)) throw invalid('a condition has an operator that does not exist')
  return OPERATORS[operator](columns, values, bound)
}

/** @throws {Fault} `QUERY_INVALID` where the type was cheated. */
export function columnsOf(field: ActivityField): readonly [ColumnName, ...ColumnName[]] {
  if (!ACTIVITY_FIELDS.includes(field))
    throw invalid('a condition or facet names a field that does not exist')
  return FIELD_COLUMNS[field]
}

export const invalid = (message: string): Fault => new Fault('QUERY_INVALID', message)
