import { hash } from 'node:crypto'
import { Fault } from '../../lib/fault.ts'
import { stringifyJson } from '../../lib/json.ts'
import { pageDone } from '../../lib/small-heap.ts'
import type { StreamPlan } from '../../model/connector.ts'
import { type Env, Failure, type Value } from '../../model/expression.ts'
import { type Asked, ask, type Question } from '../answer/ask.ts'
import { openLoopGuard } from '../page/loop-guard.ts'
import { nextPage, type Step } from '../page/next-page.ts'
import { firstPage, type PageState, pageNames } from '../page/page-state.ts'
import { withPage } from '../page/with-page.ts'
import { finish } from '../request/draft.ts'
import { openDraft } from '../request/open-draft.ts'
import { planOf, type Run } from '../run.ts'
import { type Rows, rowsOf } from './rows.ts'

/** One page of a list as rows. */
export type ListPage = Rows & {
  /** The stream's cursor after this page, where it has one. */
  readonly cursor: Value
  readonly isLast: boolean
}

/** Which list is read, and what its request starts from. */
export type ListPlace = {
  /** The stream. */
  readonly name: string
  /** What the request may use, but `page` and `cursor`. */
  readonly names: Env
  readonly cursor: Value
  /** What a notice adds to the stream's name: which of many lists it is. */
  readonly about: string
}

/** Beyond these, a list is taken for one that never ends. */
const MAX_PAGES = 100_000
const MAX_BYTES = 64 * 1024 ** 3
const MAX_MS = 24 * 60 * 60_000
const MAX_EMPTY_PAGES = 100

/**
 * Reads a list page by page. The next page is asked for while the caller works on this one, and read when it is wanted; a queue's is
 * not, because asking may tell the app that this page has arrived.
 *
 * @returns whether the list was read to its end: `false` where the manifest says that no answer can be had, which is then noticed.
 * @throws {Fault} `PAGING_STUCK`, `LIMIT_REACHED`, `SOURCE_UNREADABLE`, and what `ask` throws; the pages before were given.
 */
export async function* readList(run: Run, place: ListPlace): AsyncGenerator<ListPage, boolean, void> {
  const plan = planOf(run, place.name)
  const watch = openWatch(run, place.name, plan)
  let { cursor } = place
  let state = firstPage(plan.page)
  let ahead: Promise<Sent> | undefined
  for (;;) {
    // No variable here may hold the answer: while the caller works on the rows it would stay in memory as a whole.
    const turn = takeIn(
      run,
      place,
      { ...(await (ahead ?? request(run, place, { cursor, state }))), cursor, state },
      watch,
    )
    if (turn.page === undefined) return false
    cursor = turn.page.cursor
    if (turn.next === undefined) {
      yield turn.page
      return true
    }
    state = turn.next
    const { promise: wanted, resolve: want } = Promise.withResolvers<void>()
    ahead = plan.page.next === 'repeat' ? undefined : request(run, place, { cursor, state, wanted })
    ahead?.catch(() => {})
    yield turn.page
    pageDone()
    want()
  }
}

/** A page, and what is asked for after it; no page where the manifest says that no answer can be had. */
type Turn = { readonly page: ListPage | undefined; readonly next?: PageState | undefined }
type Arrived = At & Sent

function takeIn(run: Run, place: ListPlace, { asked, ...at }: Arrived, watch: Watch): Turn {
  const { cursor, state } = at
  if (asked.outcome === 'unknown') {
    tellUnknown(run, asked.fault, place.about)
    return { page: undefined }
  }
  if (asked.outcome === 'empty')
    return { page: { rows: [], filtered: 0, unreadable: [], latestMs: undefined, cursor, isLast: true } }
  const { page, count, step, cursor: moved } = readPage(run, place, { ...at, asked })
  watch({ page, count, state, bytes: asked.answer.body })
  if (step.doubt !== undefined)
    run.notify({
      kind: 'warning',
      stream: run.stream,
      code: 'PAGING_STUCK',
      message: `${place.name}: ${step.doubt}`,
    })
  return { page: { ...page, cursor: moved, isLast: step.next === undefined }, next: step.next }
}

type At = { readonly cursor: Value; readonly state: PageState }
type Next = At & Pick<Question, 'wanted'>
type Sent = { readonly asked: Asked; readonly names: Env }

async function request(run: Run, { name, names }: ListPlace, next: Next): Promise<Sent> {
  const { cursor, state, wanted } = next
  const plan = planOf(run, name)
  const own: Env = { ...names, page: pageNames(plan.page, state), ...(cursor !== undefined && { cursor }) }
  const draft = withPage(plan.page, state, openDraft(run, plan.request, own))
  const auth = plan.request?.auth ?? plan.auth
  const question: Question = {
    ...{ ...plan, name, stream: run.stream, request: finish(draft), names: own },
    ...(auth !== undefined && { auth }),
    ...(wanted !== undefined && { wanted }),
  }
  return { asked: await ask(run, question), names: own }
}

type Answered = At & { readonly asked: Extract<Asked, { outcome: 'ok' }>; readonly names: Env }
type Page = { readonly page: Rows; readonly count: number; readonly step: Step; readonly cursor: Value }

function readPage(
  run: Run,
  { name, names: shared }: ListPlace,
  { asked, names, state, cursor }: Answered,
): Page {
  const plan = planOf(run, name)
  const records = recordsOf(name, plan, asked.env)
  const page = { ...(names['page'] as object), records }
  const env = { ...asked.env, page }
  const { headers, url } = asked.answer
  const lastEnv = { ...env, record: records.at(-1) }
  const step = nextPage(plan.page, state, { headers, url, count: records.length, env, lastEnv })
  const rows = rowsOf(plan, records, shared, run.clock.now())
  const broken = asked.broken.map(({ record, message }) => ({
    record,
    message,
    code: 'SOURCE_UNREADABLE' as const,
  }))
  return {
    page: broken.length === 0 ? rows : { ...rows, unreadable: [...rows.unreadable, ...broken] },
    count: records.length,
    step,
    cursor: movedCursor(plan, env, cursor),
  }
}

/** @throws {Fault} `SOURCE_UNREADABLE` when the list is not where the manifest says: silence would look like no news. */
function recordsOf(name: string, { records: program }: StreamPlan, env: Env): readonly unknown[] {
  const body = (env['response'] as { readonly body: unknown }).body
  if (body === null) return []
  const value = program === undefined ? body : program.evaluate(env)
  if (value instanceof Failure)
    throw new Fault('SOURCE_UNREADABLE', `${name}: records: ${program?.source}: ${value.message}`)
  if (value === null) return []
  if (Array.isArray(value)) return value
  if (typeof value === 'object') return [value]
  throw new Fault('SOURCE_UNREADABLE', `${name}: ${program?.source ?? 'the body'} is no list of records`)
}

function movedCursor({ cursor: plan }: StreamPlan, env: Env, current: Value): Value {
  const value = plan?.from.evaluate(env)
  if (!(value instanceof Failure)) return value ?? current
  if (value.reason === 'missing') return current
  throw new Fault('EXPRESSION_FAILED', `cursor.from: ${value.message}`)
}

/** @returns that the list was not read to its end. */
export function tellUnknown({ notify, stream }: Run, { code, message }: Fault, about: string): false {
  notify({ kind: 'unknown', stream, code, message: `${message}${about}` })
  return false
}

type Watched = {
  readonly page: Rows
  readonly count: number
  readonly state: PageState
  readonly bytes: Uint8Array
}

type Watch = (watched: Watched) => void

/** Looks for lists that repeat themselves or never end. */
function openWatch({ clock }: Run, name: string, plan: StreamPlan): Watch {
  const isKnownMark = openLoopGuard()
  const isKnownPage = openLoopGuard()
  const maxPages = plan.limits?.pages ?? MAX_PAGES
  const startMs = clock.now()
  let bytes = 0
  let empty = 0
  let last = ''
  let twins = 0
  /** A page that comes twice in a row, under another token, happens; what it repeats has the same keys. */
  const isRepeated = (print: string): boolean => {
    twins = print === last ? twins + 1 : 0
    last = print
    return twins === 0 ? isKnownPage(print) : twins > 1
  }
  const loopOf = ({ page, count, state, bytes: body }: Watched): string | undefined => {
    const mark = state.url ?? state.token
    if (mark !== undefined && isKnownMark(typeof mark === 'string' ? mark : stringifyJson(mark)))
      return 'the app names a page again that was read before'
    if (count > 0 && isRepeated(fingerprint(page, body))) return 'the same pages come again'
    return empty >= MAX_EMPTY_PAGES ? `${empty} empty pages follow each other` : undefined
  }
  const excessOf = ({ state }: Watched): string | undefined => {
    if (state.index >= maxPages) return `${maxPages} pages (limits.pages)`
    if (bytes > MAX_BYTES) return `${MAX_BYTES} bytes`
    return clock.now() - startMs > MAX_MS ? `${MAX_MS / 3_600_000} hours` : undefined
  }
  return (watched) => {
    bytes += watched.bytes.length
    empty = watched.count === 0 ? empty + 1 : 0
    const loop = loopOf(watched)
    if (loop !== undefined) throw new Fault('PAGING_STUCK', `${name}: ${loop}`)
    const excess = excessOf(watched)
    if (excess !== undefined) throw new Fault('LIMIT_REACHED', `${name}: one list has more than ${excess}`)
  }
}

/** What makes a page the same page: its keys, because bodies may hold the time or the number of the request. */
function fingerprint({ rows }: Rows, body: Uint8Array): string {
  if (rows[0]?.key === undefined) return hash('sha1', body, 'base64')
  let keys = ''
  for (const { key } of rows) keys += `${key}\n`
  return hash('sha1', keys, 'base64')
}
