import type { Env } from '../model/expression.ts'
import { compose } from './compose.ts'
import type { Context } from './context.ts'
import type { FaultName } from './faults.ts'
import { type Path, valueAt, withValueAt } from './json-path.ts'
import { type Ask, asked, offsetOf, PAGE_PARAMETER, positionAfter } from './page-ask.ts'
import { pageSizeOf } from './page-size.ts'
import { type PageState, writeState } from './page-state.ts'
import type { Draft } from './settle.ts'
import type { Item } from './stock.ts'
import type { Incoming } from './wire.ts'
import type { StreamWorld } from './world.ts'

export type Serving = {
  readonly nowMs: number
  readonly seed: string
  readonly pageSize: number | undefined
  /** Those that strike what the page says. */
  readonly faults: ReadonlySet<FaultName>
  /** Number of the request, to tell tokens apart. */
  readonly count: number
  readonly note: (text: string) => void
}

type Cut = {
  readonly records: readonly Item[]
  readonly offset: number
  /** Where the next page begins; absent on the last. */
  readonly next?: number
  /** The token that the next request is to send, where it is not a fresh one. */
  readonly sameToken?: string
  /** The page comes again: its token must not be the one just used. */
  readonly isAgain?: true
}
type Cutting = {
  readonly items: readonly Item[]
  readonly ask: Ask
  readonly size: number
  readonly offset: number
}

/** The page that is asked for, or the one that a fault puts in its place. */
function cutPage({ items, ask, size, offset }: Cutting, kind: string, { faults }: Serving): Cut {
  const page = (from: number): Cut => {
    const to = from + size
    return { records: items.slice(from, to), offset: from, ...(to < items.length && { next: to }) }
  }
  const { token } = ask
  if (faults.has('repeat')) {
    if (token !== undefined) return { ...page(offset), next: offset, sameToken: token.text }
    if (kind === 'offset' || kind === 'page' || kind === 'last') return page(0)
  }
  const isFresh = token !== undefined && token.state.turn === undefined
  if (faults.has('duplicate') && isFresh)
    return { ...page(Math.max(0, offset - size)), next: offset, isAgain: true }
  if (faults.has('empty') && isFresh) return { records: [], offset, next: offset, isAgain: true }
  return page(offset)
}

type Paging = {
  readonly stream: StreamWorld
  readonly request: Incoming
  readonly ask: Ask
  readonly contexts: readonly Context[]
  readonly env: Env
}

/** The page that a request asks for; a text where it asks for none that there is: what is wrong with it. */
export function pageDraft(paging: Paging, serving: Serving): Draft | string {
  const { stream, ask, contexts, env } = paging
  const { plan, recording } = stream
  const held = contexts.flatMap((context) => stream.items(context, ask.asOfMs))
  const items = asked(held, ask)
  const size = pageSizeOf(plan, recording, serving.pageSize)
  const offset = offsetOf(ask, { plan, size, items, env })
  if (typeof offset === 'string') return offset
  const cut = cutPage({ items, ask, size, offset }, plan.page.next, serving)
  const facts = {
    records: cut.records.map((item) => recordOf(item, stream, serving)),
    isLast: cut.next === undefined,
    total: items.length,
    pages: Math.ceil(items.length / size),
    ...continuation(paging, cut, serving),
    ...positionFact(paging, { cut, items }, serving),
  }
  const own = contexts.flatMap(stream.recorded).filter(({ records }) => records !== undefined)
  const models = own.length > 0 ? own : recording.recorded.filter(({ records }) => records !== undefined)
  const note = (text: string) => serving.note(`${stream.name}: ${text}`)
  return compose(facts, { plan, at: recording.at!, isList: recording.isList, models, env, note })
}

function recordOf(item: Item, { plan }: StreamWorld, { faults }: Serving): unknown {
  return faults.has('schema') ? renamed(item.record(), plan) : item.record()
}

function continuation({ stream, request, ask, contexts }: Paging, cut: Cut, serving: Serving) {
  const { next, sameToken, isAgain } = cut
  if (next === undefined) return {}
  const token = sameToken ?? nextToken({ ask, contexts, next, isAgain }, serving)
  const url = nextUrl(request.url, token, stream.plan.page)
  if (serving.faults.has('elsewhere')) url.host = 'elsewhere.invalid'
  return { token, url }
}

function positionFact(
  { stream, ask }: Paging,
  { cut, items }: { readonly cut: Cut; readonly items: readonly Item[] },
  serving: Serving,
) {
  const isStuck = serving.faults.has('repeat') && stream.plan.page.next === 'repeat'
  const position = isStuck ? ask.after : positionAfter(items, cut.offset + cut.records.length, ask.after)
  return position === undefined ? {} : { position: writeState(position, serving.seed) }
}

type Next = {
  readonly ask: Ask
  readonly contexts: readonly Context[]
  readonly next: number
  readonly isAgain: true | undefined
}

function nextToken({ ask, contexts, next, isAgain }: Next, { seed, count }: Serving): string {
  const state: PageState = {
    kind: 'page',
    contexts: contexts.map(({ index }) => index),
    offset: next,
    asOfMs: ask.asOfMs,
    window: ask.window,
    ...(ask.after !== undefined && { after: ask.after }),
    ...(isAgain === true && { turn: count }),
  }
  return writeState(state, seed)
}

/** The address of the request with the token; where the collector adds the parameters again, with nothing else. */
function nextUrl(asked: URL, token: string, page: StreamWorld['plan']['page']): URL {
  const url = new URL(asked)
  if ('resend' in page && page.resend === true) url.search = ''
  url.searchParams.set(PAGE_PARAMETER, token)
  return url
}

/** The app has changed: the field of the key has another name, in each record or in each of its exploded elements. */
function renamed(record: unknown, { key, explode }: StreamWorld['plan']): unknown {
  const path = key?.reads.find(([name]) => name === 'record')?.slice(1)
  const inside = explode?.path?.slice(1)
  if (path === undefined || path.length === 0) return record
  if (inside === undefined) return withOtherName(record, path)
  const list = valueAt(record, inside)
  return withValueAt(
    record,
    inside,
    Array.isArray(list) ? list.map((item) => withOtherName(item, path)) : list,
  )
}

function withOtherName(record: unknown, path: Path): unknown {
  const renamedPath = [...path.slice(0, -1), `${path.at(-1)}_v2`]
  return withValueAt(withValueAt(record, path, undefined), renamedPath, valueAt(record, path))
}
