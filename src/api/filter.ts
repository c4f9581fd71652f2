import type { Static } from 'typebox'
import { Fault } from '../lib/fault.ts'
import {
  ACTIVITY_FIELDS,
  type ActivityCondition,
  type ActivityField,
  type ActivityFilter,
  type ActivityOperator,
} from '../model/activity.ts'
import type { StoredQueryShape } from './schema/activity.ts'
import type { Reach } from './services.ts'

const DAY_MS = 86_400_000
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS }
const MAX_VALUES = 100

/** How many values each operator takes. */
const OPERATORS: Readonly<Record<ActivityOperator, 'some' | 'none'>> = {
  is: 'some',
  not: 'some',
  startsWith: 'some',
  contains: 'some',
  exists: 'none',
  missing: 'none',
}

/**
 * What a query means now.
 *
 * @param reach the connections the caller may see.
 * @throws {Fault} `QUERY_INVALID` for a condition nobody understands, and for a span that ends before it starts.
 */
export function filterOf(
  query: Static<typeof StoredQueryShape>,
  reach: Reach,
  nowMs: number,
): ActivityFilter {
  const toMs = query.to === undefined ? nowMs : Date.parse(query.to)
  const fromMs = query.from === undefined ? toMs - spanMs(query.last) : Date.parse(query.from)
  if (fromMs >= toMs) throw new Fault('QUERY_INVALID', 'from is not before to')
  const asked = (query.where ?? []).map(conditionOf)
  const conditions = reach === 'all' ? asked : [...asked, within(reach)]
  return { fromMs, toMs, conditions, ...(query.text === undefined ? {} : { text: query.text }) }
}

const spanMs = (last = '24h') => Number(last.slice(0, -1)) * (UNIT_MS[last.slice(-1)] ?? DAY_MS)

const within = (values: readonly string[]): ActivityCondition => ({
  field: 'connection',
  operator: 'is',
  values,
})

/** `field:operator:value|value`; a value may hold colons. */
function conditionOf(text: string): ActivityCondition {
  const [field = '', operator = '', ...rest] = text.split(':')
  if (!isField(field)) throw new Fault('QUERY_INVALID', `where: no field is called ${quote(field)}`)
  if (!isOperator(operator))
    throw new Fault('QUERY_INVALID', `where: no operator is called ${quote(operator)}`)
  const value = rest.join(':')
  const values = value === '' ? [] : value.split('|')
  if (OPERATORS[operator] === 'none' ? values.length > 0 : values.length === 0)
    throw new Fault('QUERY_INVALID', `where: ${operator} takes ${OPERATORS[operator]} values`)
  if (values.length > MAX_VALUES) throw new Fault('QUERY_INVALID', `where: more than ${MAX_VALUES} values`)
  return { field, operator, values }
}

const isField = (text: string): text is ActivityField => ACTIVITY_FIELDS.some((field) => field === text)
const isOperator = (text: string): text is ActivityOperator => Object.hasOwn(OPERATORS, text)
const quote = (text: string) => JSON.stringify(text.slice(0, 40))
