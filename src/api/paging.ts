import { Fault } from '../lib/fault.ts'
import type { NewestFirst, Page, PageAsk } from './services.ts'

/** Cursors are text in base64url, so that nobody reads a meaning into them. */
const read = (after: string) => Buffer.from(after, 'base64url').toString()
const write = (text: string) => Buffer.from(text).toString('base64url')
const DEFAULT_LIMIT = 50

type Query = { readonly limit?: number; readonly after?: string }
type Answer<T> = { items: T[]; next?: string }

/** One page of a list that is whole in memory: for what an organisation has few of. */
export function pageOf<T>(
  items: readonly T[],
  { limit = DEFAULT_LIMIT, after }: Query,
  idOf: (item: T) => string,
): Answer<T> {
  const before = after === undefined ? -1 : items.findIndex((item) => idOf(item) === read(after))
  if (after !== undefined && before < 0) throw noCursor()
  return pageBy(items.slice(before + 1, before + 2 + limit), limit, idOf)
}

const ID = /^[a-z]{1,10}_[0-9a-z]{26}$/

/** One page of a list that is in the order of its ids, which sort by time. One more than the page is asked for: whether there is a next one is known. */
export async function newestFirst<T extends { readonly id: string }>(
  { limit = DEFAULT_LIMIT, after }: Query,
  list: (ask: NewestFirst) => Promise<readonly T[]>,
): Promise<Answer<T>> {
  const beforeId = after === undefined ? undefined : read(after)
  if (beforeId !== undefined && !ID.test(beforeId)) throw noCursor()
  const items = await list({ limit: limit + 1, ...(beforeId === undefined ? {} : { beforeId }) })
  return pageBy(items, limit, ({ id }) => id)
}

/** The same for a list that is numbered. */
export async function highestFirst<T extends { readonly number: number }>(
  { limit = DEFAULT_LIMIT, after }: Query,
  list: (ask: { readonly limit: number; readonly before?: number }) => Promise<readonly T[]>,
): Promise<Answer<T>> {
  const before = after === undefined ? undefined : Number(read(after))
  if (before !== undefined && !Number.isSafeInteger(before)) throw noCursor()
  const items = await list({ limit: limit + 1, ...(before === undefined ? {} : { before }) })
  return pageBy(items, limit, ({ number }) => String(number))
}

function pageBy<T>(items: readonly T[], limit: number, idOf: (item: T) => string): Answer<T> {
  const page = items.slice(0, limit)
  const last = page.at(-1)
  return last === undefined || items.length <= limit
    ? { items: page }
    : { items: page, next: write(idOf(last)) }
}

const noCursor = () => new Fault('INPUT_INVALID', 'query.after is no cursor of this list')

/** What a service gave, as the answer. */
export const bodyOf = <T>({ items, next }: Page<T>): Answer<T> =>
  next === undefined ? { items: [...items] } : { items: [...items], next }

/** What a service with cursors of its own is asked. */
export const askOf = ({ limit = DEFAULT_LIMIT, after }: Query): PageAsk => ({
  limit,
  ...(after === undefined ? {} : { after }),
})
