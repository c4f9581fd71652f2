import type { AnswerOf } from '../../api/client.generated.ts'

/** The explorer's filter, as it stands in the address: a link to it is the filter. */
export type Filter = {
  /** A span that moves with now: 24h, 7d. Absent: from and to. */
  readonly last?: string
  readonly from?: string
  readonly to?: string
  /** field:operator:value|value */
  readonly where: readonly string[]
  readonly text?: string
}

export type Field = AnswerOf<'getFacets'>['facets'][number]['field']
export type Operator = 'is' | 'not' | 'startsWith' | 'contains' | 'exists' | 'missing'
export type Condition = {
  readonly field: Field
  readonly operator: Operator
  readonly values: readonly string[]
}

export const FIELDS: Readonly<Record<Field, string>> = {
  app: 'App',
  connection: 'Connection',
  stream: 'Stream',
  action: 'Action',
  class: 'Class',
  activity: 'Activity',
  eventCode: 'Activity type in the app',
  status: 'Outcome',
  severity: 'Severity',
  actor: 'User',
  actorType: 'User type',
  target: 'Object of the activity',
  ip: 'IP address',
  country: 'Country',
  asn: 'ASN',
  userAgent: 'User agent',
  resource: 'Item',
  resourceType: 'Item type',
  session: 'Session',
}
export const OPERATORS: Readonly<Record<Operator, string>> = {
  is: 'is',
  not: 'is not',
  startsWith: 'starts with',
  contains: 'contains',
  exists: 'is set',
  missing: 'is not set',
}
export const isBare = (operator: Operator): boolean => operator === 'exists' || operator === 'missing'

export const DEFAULT_LAST = '24h'
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

export const spanMs = (last: string): number =>
  Number(last.slice(0, -1)) * (UNITS[last.slice(-1)] ?? 3_600_000)

/** What is asked of the API. Times are rounded to seconds, so that the four questions of one look agree. */
export function queryOf(filter: Filter, nowMs: number) {
  const last = filter.last ?? (filter.from === undefined ? DEFAULT_LAST : undefined)
  const to = last === undefined ? (filter.to ?? iso(nowMs)) : iso(nowMs + 1000)
  const from =
    last === undefined ? (filter.from ?? iso(nowMs - spanMs(DEFAULT_LAST))) : iso(nowMs - spanMs(last))
  return {
    from,
    to,
    where: filter.where.length === 0 ? undefined : [...filter.where],
    text: filter.text === undefined || filter.text.trim() === '' ? undefined : filter.text,
  }
}

const iso = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString()

/** What is kept with a saved query or an export. */
export const storedOf = ({ last, from, to, where, text }: Filter) => ({
  ...(last === undefined && from === undefined ? { last: DEFAULT_LAST } : {}),
  ...(last === undefined ? {} : { last }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  ...(where.length === 0 ? {} : { where: [...where] }),
  ...(text === undefined || text === '' ? {} : { text }),
})

export function readCondition(text: string): Condition | undefined {
  const [field = '', operator = '', ...rest] = text.split(':')
  if (!(field in FIELDS) || !(operator in OPERATORS)) return undefined
  const values = rest
    .join(':')
    .split('|')
    .filter((value) => value !== '')
  return { field: field as Field, operator: operator as Operator, values }
}

export const writeCondition = ({ field, operator, values }: Condition): string =>
  `${field}:${operator}:${isBare(operator) ? '' : values.join('|')}`

/** Adds a value to a filter; a condition of the same field and operator takes it in, the opposite one gives it up. */
export function withValue(
  filter: Filter,
  field: Field,
  value: string,
  operator: 'is' | 'not' = 'is',
): Filter {
  const opposite = operator === 'is' ? 'not' : 'is'
  const conditions = filter.where.flatMap((text) => readCondition(text) ?? [])
  const kept = conditions
    .map((known) =>
      known.field === field && known.operator === opposite
        ? { ...known, values: known.values.filter((other) => other !== value) }
        : known,
    )
    .filter((known) => isBare(known.operator) || known.values.length > 0)
  const same = kept.find((known) => known.field === field && known.operator === operator)
  const next =
    same === undefined
      ? [...kept, { field, operator, values: [value] } as Condition]
      : kept.map((known) =>
          known === same ? { ...known, values: [...new Set([...known.values, value])] } : known,
        )
  return { ...filter, where: next.map(writeCondition) }
}

export function readFilter(search: Readonly<Record<string, unknown>>): Filter {
  const text = (name: string) => (typeof search[name] === 'string' ? (search[name] as string) : undefined)
  const where = search['where']
  return {
    where: Array.isArray(where) ? where.map(String) : typeof where === 'string' ? [where] : [],
    ...given('last', text('last')),
    ...given('from', text('from')),
    ...given('to', text('to')),
    ...given('text', text('text')),
  }
}

const given = <K extends string>(key: K, value: string | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string }
