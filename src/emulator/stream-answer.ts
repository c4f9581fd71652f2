import type { Env, Program } from '../model/expression.ts'
import { writeBody } from './body-format.ts'
import { compose } from './compose.ts'
import { type Context, contextsHeld, tellsContext } from './context.ts'
import type { FaultName } from './faults.ts'
import { valueAt, withValueAt } from './json-path.ts'
import {
  type Ask,
  asked,
  contextsOfToken,
  offsetOf,
  PAGE_PARAMETER,
  positionAfter,
  readAsk,
} from './page-ask.ts'
import { pageSizeOf } from './page-size.ts'
import { type PageState, writeState } from './page-state.ts'
import type { Recorded } from './recording.ts'
import { replay } from './replay.ts'
import { isComputed, type Reading } from './route.ts'
import type { Draft } from './settle.ts'
import type { Item } from './stock.ts'
import { type Incoming, type Outgoing, refusal } from './wire.ts'
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

/** The answer to one request for a stream's records. */
export function answerStream(
  stream: StreamWorld,
  request: Incoming,
  { reading, serving }: { reading: Reading; serving: Serving },
): Outgoing {
  const { plan } = stream
  const all = stream.contexts(serving.nowMs)
  const env = (context: Context) => stream.env(context, serving.nowMs)
  const ask = readAsk(request, {
    plan,
    captures: reading.captures,
    env: all[0] ? env(all[0]) : {},
    ...serving,
  })
  if (typeof ask === 'string') return refusal(400, 'invalid_request', ask)
  const contexts = contextsOfToken(all, ask) ?? held(stream, { all, reading, request, env })
  const [first] = contexts
  if (first === undefined) return unknownContext(stream, reading, serving)
  const told = refusalOf(stream, contexts)
  if (told !== undefined) return outgoing(told, stream)
  if (stream.recording.at === undefined)
    return outgoing(replay(contexts.flatMap(stream.recorded), request), stream)
  const items = asked(
    contexts.flatMap((context) => stream.items(context, ask.asOfMs)),
    ask,
  )
  const size = pageSizeOf(plan, stream.recording, serving.pageSize)
  const offset = offsetOf(ask, { plan, size, items, env: env(first) })
  if (typeof offset === 'string') return refusal(400, 'invalid_request', offset)
  const cut = cutPage({ items, ask, size, offset }, plan.page.next, serving)
  const draft = composePage({ stream, request, ask, cut, contexts, items, size }, serving)
  return outgoing(draft, stream)
}

type Holding = {
  readonly all: readonly Context[]
  readonly reading: Reading
  readonly request: Incoming
  readonly env: (context: Context) => Env
}

function held({ route }: StreamWorld, { all, reading, request, env }: Holding): readonly Context[] {
  const contexts = contextsHeld(all, reading.captures, env)
  return route.computed === undefined
    ? contexts
    : contexts.filter((context) => isComputed(route, request, env(context)))
}

/** A parent that does not exist is not found; a value of `over` that nobody has gives an empty list. */
function unknownContext(stream: StreamWorld, { captures }: Reading, serving: Serving): Outgoing {
  const isParent = captures.some(
    ({ program }) => tellsContext(program) && program.reads.some(([name]) => name !== 'over'),
  )
  const { at, isList, recorded } = stream.recording
  if (isParent || at === undefined || !isList) return refusal(404, 'not_found', 'there is no such thing')
  const facts = { records: [], isLast: true, total: 0, pages: 0 }
  const models = recorded.filter(({ records }) => records !== undefined)
  return outgoing(
    compose(facts, { plan: stream.plan, at, isList, models, env: {}, note: serving.note }),
    stream,
  )
}

/** A list of which nothing but an error was recorded answers with it. */
function refusalOf(stream: StreamWorld, contexts: readonly Context[]): Draft | undefined {
  const [only, ...others] = contexts
  if (only === undefined || others.length > 0) return undefined
  const recorded = stream.recorded(only)
  return recorded.some(({ records }) => records !== undefined) ? undefined : recorded[0]?.draft
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

type Composing = {
  readonly stream: StreamWorld
  readonly request: Incoming
  readonly ask: Ask
  readonly cut: Cut
  readonly contexts: readonly Context[]
  readonly items: readonly Item[]
  readonly size: number
}

function composePage(
  { stream, request, ask, cut, contexts, items, size }: Composing,
  serving: Serving,
): Draft {
  const { plan, recording } = stream
  const { records, next, sameToken } = cut
  const token =
    next === undefined
      ? undefined
      : (sameToken ?? nextToken({ ask, contexts, next, isAgain: cut.isAgain }, serving))
  const isStuck = serving.faults.has('repeat') && plan.page.next === 'repeat'
  const position = isStuck ? ask.after : positionAfter(items, cut.offset + records.length, ask.after)
  const own = contexts.flatMap(stream.recorded).filter((one) => one.records !== undefined)
  const models: readonly Recorded[] =
    own.length > 0 ? own : recording.recorded.filter((one) => one.records !== undefined)
  const facts = {
    records: records.map((item) =>
      serving.faults.has('schema') ? renamed(item.record(), plan.key) : item.record(),
    ),
    isLast: next === undefined,
    total: items.length,
    pages: Math.ceil(items.length / size),
    ...(token !== undefined && { token, url: nextUrl(request.url, token, plan.page) }),
    ...(position !== undefined && { position: writeState(position, serving.seed) }),
  }
  const note = (text: string) => serving.note(`${stream.name}: ${text}`)
  return compose(facts, {
    plan,
    at: recording.at!,
    isList: recording.isList,
    models,
    env: stream.env(contexts[0]!, serving.nowMs),
    note,
  })
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

/** The app has changed: the field of the key has another name. */
function renamed(record: unknown, key: Program | undefined): unknown {
  const path = key?.reads.find(([name]) => name === 'record')?.slice(1)
  if (path === undefined || path.length === 0) return record
  const leaf = path.at(-1)
  const value = valueAt(record, path)
  return withValueAt(withValueAt(record, path, undefined), [...path.slice(0, -1), `${leaf}_v2`], value)
}

const NOT_COPIED = new Set([
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'content-type',
])

function outgoing(draft: Draft, { plan }: StreamWorld): Outgoing {
  const headers = Object.fromEntries(Object.entries(draft.headers).filter(([name]) => !NOT_COPIED.has(name)))
  if (draft.status === 204 || draft.status === 304) return { status: draft.status, headers, body: '' }
  const { type, body } = writeBody(draft.body, draft.status < 400 ? plan.decode : undefined)
  return {
    status: draft.status,
    headers: { ...headers, 'content-type': draft.headers['content-type'] ?? type },
    body,
  }
}
