import { stringifyJson } from '../../lib/json.ts'
import type { Batch, Row } from '../../model/collection.ts'
import type { StreamPlan } from '../../model/connector.ts'
import { type Env, Failure, Instant, type Program, type Value } from '../../model/expression.ts'
import { timestampMs } from '../../ocsf/timestamp.ts'
import { isRecord, redact } from './redact.ts'
import { isBelievable } from './windows.ts'

export type Rows = Pick<Batch, 'filtered' | 'unreadable'> & {
  readonly rows: Row[]
  /** The latest believable time among them, Unix milliseconds. */
  readonly latestMs: number | undefined
}

/** The columns of `Rows` while they fill, and the one env that all records are read with. */
type Filling = {
  readonly plan: StreamPlan
  readonly env: Record<string, Value>
  readonly keep: Readonly<Record<string, Value>> | undefined
  readonly nowMs: number
  readonly rows: Row[]
  readonly unreadable: Batch['unreadable'][number][]
  filtered: number
  latestMs: number | undefined
}

/**
 * Records as rows: redacted, joined with what is kept of the parent, exploded, filtered, with key and time. A record that cannot be
 * read as one is set aside, never dropped.
 *
 * @param names the scope of a record, without `record` and `outer`.
 * @param nowMs records later than this (and a little) do not count for `latestMs`.
 */
export function rowsOf(plan: StreamPlan, records: readonly unknown[], names: Env, nowMs: number): Rows {
  const filling: Filling = {
    plan,
    env: { ...names, record: undefined },
    keep: plan.each?.keep === undefined ? undefined : keptOf(plan.each.keep, names),
    nowMs,
    rows: [],
    unreadable: [],
    filtered: 0,
    latestMs: undefined,
  }
  for (const record of records) {
    redact(record, plan.redact)
    if (plan.explode === undefined) add(filling, record, undefined)
    else explode(filling, record, plan.explode)
  }
  const { rows, filtered, unreadable, latestMs } = filling
  return { rows, filtered, unreadable, latestMs }
}

function explode(filling: Filling, record: unknown, program: Program): void {
  const { env, unreadable, plan } = filling
  env['record'] = record
  const parts = program.evaluate(env)
  if (parts === null || (parts instanceof Failure && parts.reason === 'missing')) return
  if (!Array.isArray(parts)) {
    const why = parts instanceof Failure ? parts.message : 'no list'
    unreadable.push({ record, code: 'EXPRESSION_FAILED', message: `explode: ${why}` })
    return
  }
  env['outer'] = record
  for (const part of parts) {
    redact(part, plan.redact)
    add(filling, part, record)
  }
}

function add(filling: Filling, received: unknown, outer: unknown): void {
  const { plan, env, keep } = filling
  const record = keep !== undefined && isRecord(received) ? { ...received, ...keep } : received
  env['record'] = record
  if (plan.where !== undefined && !isWanted(filling, plan.where)) return
  const key = plan.key === undefined ? undefined : keyText(plan.key.evaluate(env))
  const timeMs = plan.window === undefined ? undefined : timestampMs(plan.window.time.evaluate(env))
  if (plan.key !== undefined && key === undefined)
    setAside(filling, `key: ${plan.key.source} gives no identity`)
  else if (plan.window !== undefined && timeMs === undefined)
    setAside(filling, `window.time: ${plan.window.time.source} gives no moment`)
  else {
    filling.rows.push(rowOf(record, { outer, parent: env['parent'], key, timeMs }))
    if (timeMs !== undefined) noteTime(filling, timeMs)
  }
}

/** A condition about something that a record lacks does not hold; one that cannot be judged otherwise is an author's mistake. */
function isWanted(filling: Filling, where: Program): boolean {
  const { env, unreadable } = filling
  const holds = where.evaluate(env)
  if (holds instanceof Failure && holds.reason !== 'missing')
    unreadable.push({ record: env['record'], code: 'EXPRESSION_FAILED', message: `where: ${holds.message}` })
  else if (holds !== true) filling.filtered++
  return holds === true
}

function setAside({ unreadable, env }: Filling, message: string): void {
  unreadable.push({ record: env['record'], code: 'RECORD_UNMAPPABLE', message })
}

function noteTime(filling: Filling, timeMs: number): void {
  const isLater = filling.latestMs === undefined || timeMs > filling.latestMs
  if (isLater && isBelievable(timeMs, filling.nowMs)) filling.latestMs = timeMs
}

type Beside = {
  readonly outer: unknown
  readonly parent: unknown
  readonly key: string | undefined
  readonly timeMs: number | undefined
}

function rowOf(record: unknown, { outer, parent, key, timeMs }: Beside): Row {
  const row: { -readonly [Name in keyof Row]: Row[Name] } = { record }
  if (outer !== undefined) row.outer = outer
  if (parent !== undefined) row.parent = parent
  if (key !== undefined) row.key = key
  if (timeMs !== undefined) row.timeMs = timeMs
  return row
}

/** An identity as text; whole numbers keep every digit. Missing, null and empty are none. */
export function keyText(value: Value): string | undefined {
  switch (typeof value) {
    case 'string':
      return value === '' ? undefined : value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      if (value === null || value === undefined || value instanceof Failure) return undefined
      return value instanceof Instant ? new Date(value.ms).toISOString() : stringifyJson(value)
  }
}

function keptOf(keep: Readonly<Record<string, Program>>, names: Env): Readonly<Record<string, Value>> {
  const values = Object.entries(keep).map(([name, program]) => [name, program.evaluate(names)] as const)
  return Object.fromEntries(values.filter(([, value]) => !(value instanceof Failure)))
}
