import { hash } from 'node:crypto'
import { stringifyJson } from '../lib/json.ts'
import type { Row } from '../model/collection.ts'
import { Failure, type Program } from '../model/expression.ts'
import { momentMs } from './moment.ts'

/** When a record happened, with the words of the app, or the reason why that cannot be known. */
export type Occurrence = { readonly ms: number; readonly written?: string } | { readonly problem: string }

const EARLIEST_MS = Date.UTC(2000, 0, 1)
const DAY_MS = 86_400_000

export function occurrenceOf(value: unknown, source: string, nowMs: number): Occurrence {
  if (value instanceof Failure) return { problem: `time: ${source}: ${value.message}` }
  const ms = momentMs(value)
  if (ms === undefined) return { problem: `time: ${source} is no time` }
  if (!isPlausible(ms, nowMs)) return { problem: `time: ${source} is not between the year 2000 and tomorrow` }
  return typeof value === 'string' ? { ms, written: value } : { ms }
}

/** After the year 1999, and at most a day in the future: clocks differ. */
export function isPlausible(ms: number, nowMs: number): boolean {
  return ms >= EARLIEST_MS && ms <= nowMs + DAY_MS
}

export function timeOf(
  program: Program | undefined,
  row: Row,
  env: Readonly<Record<string, unknown>>,
): unknown {
  return program === undefined ? row.timeMs : program.evaluate(env)
}

/** Identity of an event within its stream: the record's key, or where it has none a hash of its JSON. */
export function identityOf(row: Row): string {
  return row.key ?? hash('sha256', stringifyJson(row.record))
}
