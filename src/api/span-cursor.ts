import { Fault } from '../lib/fault.ts'
import type { ActivityFilter } from '../model/activity.ts'

type Span = Pick<ActivityFilter, 'fromMs' | 'toMs'>

/** A cursor that remembers the span of its first page: one that ends now would be another question on every page. */
export const writeSpanCursor = ({ fromMs, toMs }: Span, next: string): string => `${fromMs}-${toMs}-${next}`

const SHAPE = /^(\d{1,15})-(\d{1,15})-(.+)$/

/** @throws {Fault} `INPUT_INVALID` for what is no cursor of ours. */
export function readSpanCursor(cursor: string): Span & { readonly after: string } {
  const [, fromMs, toMs, after] = SHAPE.exec(cursor) ?? []
  if (after === undefined) throw new Fault('INPUT_INVALID', 'query.after is no cursor of this list')
  return { fromMs: Number(fromMs), toMs: Number(toMs), after }
}
