import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, type Program } from '../model/expression.ts'
import type { Context, Row } from './context.ts'
import { valueAt, withValueAt } from './json-path.ts'
import type { Item } from './stock.ts'

/** A record of a stream as it is after collection, with its key as text. */
export type HeldRow = Row & { readonly key?: string; readonly over: Readonly<Record<string, unknown>> }

type List = {
  readonly plan: StreamPlan
  readonly context: Context
  readonly env: Env
  readonly items: readonly Item[]
}

/** The rows of one list as collection makes them. */
export function rowsOf({ plan, context, env, items }: List): readonly HeldRow[] {
  const kept = keepOf(plan, env)
  return items
    .flatMap((item) => exploded(item.record(), plan, env))
    .map((row) => ({
      ...row,
      record: withKept(redacted(row.record, plan), kept),
      parent: context.parent,
      over: context.over,
    }))
    .filter((row) => plan.where === undefined || plan.where.evaluate({ ...env, ...row }) === true)
    .map((row) => ({ ...row, ...keyOf(plan.key?.evaluate({ ...env, ...row })) }))
}

export function exploded(record: unknown, { explode }: StreamPlan, env: Env): readonly Row[] {
  if (explode === undefined) return [{ record }]
  const list = explode.evaluate({ ...env, record })
  return Array.isArray(list) ? list.map((element: unknown) => ({ record: element, outer: record })) : []
}

function keepOf({ each }: StreamPlan, env: Env): Readonly<Record<string, unknown>> {
  const values = Object.entries<Program>(each?.keep ?? {}).map(
    ([name, program]) => [name, program.evaluate(env)] as const,
  )
  return Object.fromEntries(values.filter(([, value]) => !(value instanceof Failure)))
}

function redacted(record: unknown, { redact = [] }: StreamPlan): unknown {
  return redact
    .flatMap(({ path }) => (path?.[0] === 'record' ? [path.slice(1)] : []))
    .filter((path) => valueAt(record, path) !== undefined)
    .reduce((kept, path) => withValueAt(kept, path, undefined), record)
}

const withKept = (record: unknown, kept: Readonly<Record<string, unknown>>): unknown =>
  typeof record === 'object' && record !== null ? { ...record, ...kept } : record

export const keyOf = (key: unknown): { readonly key?: string } =>
  key === undefined || key === null || key instanceof Failure ? {} : { key: String(key) }
