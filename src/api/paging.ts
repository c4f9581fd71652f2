import { Fault } from '../lib/fault.ts'
import type { Page, PageAsk } from './services.ts'

/** Reads a cursor we gave: text in base64url, so that nobody reads a meaning into it. */
const read = (after: string) => Buffer.from(after, 'base64url').toString()
const write = (id: string) => Buffer.from(id).toString('base64url')

/** One page of a list that is whole in memory: for what an organisation has few of. */
export function pageOf<T>(
  items: readonly T[],
  { limit, after }: PageAsk,
  idOf: (item: T) => string,
): { items: T[]; next?: string } {
  const before = after === undefined ? -1 : items.findIndex((item) => idOf(item) === read(after))
  if (after !== undefined && before < 0)
    throw new Fault('INPUT_INVALID', 'query.after is no cursor of this list')
  const page = items.slice(before + 1, before + 1 + limit)
  const last = page.at(-1)
  const hasMore = last !== undefined && before + 1 + limit < items.length
  return hasMore ? { items: page, next: write(idOf(last)) } : { items: page }
}

/** What a service gave, as the answer. */
export const bodyOf = <T>({ items, next }: Page<T>): { items: T[]; next?: string } =>
  next === undefined ? { items: [...items] } : { items: [...items], next }

/** What a service is asked, without names that have no value. */
export const askOf = ({ limit, after }: { limit?: number; after?: string }): PageAsk => ({
  limit: limit ?? 50,
  ...(after === undefined ? {} : { after }),
})
