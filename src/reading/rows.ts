import type { FaultCode } from '../lib/fault.ts'
import { stringifyJson } from '../lib/json.ts'
import type { Batch, Row } from '../model/collection.ts'
import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, type Program } from '../model/expression.ts'
import { timestampMs } from '../ocsf/timestamp.ts'

export type Rows = Pick<Batch, 'rows' | 'filtered' | 'unreadable'> & {
  /** The latest time among them, Unix milliseconds. */
  readonly latestMs: number | undefined
}

type Unreadable = { record: unknown; code: FaultCode; message: string }

/**
 * Records as rows: exploded, filtered, redacted, with key and time.
 *
 * @param names the scope of a record, without `record` and `outer`.
 */
export function rowsOf(plan: StreamPlan, records: readonly unknown[], names: Env): Rows {
  const rows: Row[] = []
  const unreadable: Unreadable[] = []
  const parent = names['parent']
  const kept = plan.each?.keep === undefined ? undefined : keptOf(plan.each.keep, names)
  let filtered = 0
  let latestMs: number | undefined
  // One object for all records: nothing keeps it, and a page has thousands.
  const env: Record<string, unknown> = { ...names, record: undefined, outer: undefined }
  const take = (record: unknown, outer: unknown): void => {
    env['record'] = record
    env['outer'] = outer
    const row = readRow(plan, env)
    if (row === undefined) filtered++
    else if ('code' in row) unreadable.push(row)
    else {
      if (row.timeMs !== undefined && (latestMs === undefined || row.timeMs > latestMs)) latestMs = row.timeMs
      rows.push(outer === undefined && parent === undefined ? row : { ...row, outer, parent })
    }
  }
  for (const received of records) {
    const record = kept === undefined ? received : joined(received, kept)
    if (plan.explode === undefined) take(record, undefined)
    else
      for (const part of partsOf(plan.explode, { ...names, record }))
        take(kept === undefined ? part : joined(part, kept), record)
  }
  return { rows, filtered, unreadable, latestMs }
}

function readRow(plan: StreamPlan, env: Record<string, unknown>): Row | Unreadable | undefined {
  const where = plan.where?.evaluate(env)
  if (where === false || (where instanceof Failure && where.reason === 'missing')) return undefined
  const key = plan.key === undefined ? undefined : keyText(plan.key.evaluate(env))
  const timeMs = plan.window === undefined ? undefined : timestampMs(plan.window.time.evaluate(env))
  const record = plan.redact === undefined ? env['record'] : redacted(env['record'], plan.redact)
  if (where instanceof Failure)
    return { record, code: 'EXPRESSION_FAILED', message: `where: ${where.message}` }
  if (plan.key !== undefined && key === undefined)
    return { record, code: 'RECORD_UNMAPPABLE', message: `key: ${plan.key.source} gives nothing` }
  if (plan.window !== undefined && timeMs === undefined) {
    return {
      record,
      code: 'RECORD_UNMAPPABLE',
      message: `window.time: ${plan.window.time.source} gives no moment`,
      ...(key === undefined ? {} : { key }),
    }
  }
  return { record, ...(key === undefined ? {} : { key }), ...(timeMs === undefined ? {} : { timeMs }) }
}

/** A record's identity as text; whole numbers keep every digit. */
export function keyText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  if (value === null || value === undefined || value instanceof Failure) return undefined
  return stringifyJson(value)
}

function partsOf(explode: Program, env: Env): readonly unknown[] {
  const value = explode.evaluate(env)
  return Array.isArray(value) ? value : []
}

function keptOf(keep: Readonly<Record<string, Program>>, env: Env): Readonly<Record<string, unknown>> {
  const values = Object.entries(keep).map(([name, program]) => [name, program.evaluate(env)] as const)
  return Object.fromEntries(values.filter(([, value]) => !(value instanceof Failure)))
}

function joined(record: unknown, kept: Readonly<Record<string, unknown>>): unknown {
  return typeof record === 'object' && record !== null && !Array.isArray(record)
    ? { ...record, ...kept }
    : record
}

/** The record without the values at these paths; what is shared with other records is left as it is. */
export function redacted(record: unknown, paths: readonly Program[]): unknown {
  return paths.reduce(
    (value, { path }) => (path === undefined ? value : withoutValue(value, path.slice(1))),
    record,
  )
}

function withoutValue(value: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
    return value
  const inner =
    rest.length === 0 ? undefined : withoutValue((value as Record<string | number, unknown>)[key], rest)
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner }
}
