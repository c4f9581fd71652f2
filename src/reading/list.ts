import { createHash } from 'node:crypto'
import { openLoopGuard } from '../collect/page/loop-guard.ts'
import { nextPage } from '../collect/page/next-page.ts'
import { firstPage, type PageState, pageNames } from '../collect/page/page-state.ts'
import { withPage } from '../collect/page/with-page.ts'
import { type Draft, finish } from '../collect/request/draft.ts'
import { renderRequest } from '../collect/request/render.ts'
import { Fault } from '../lib/fault.ts'
import type { Secret } from '../lib/secret.ts'
import type { RequestPlan, StreamPlan } from '../model/connector.ts'
import { type Env, Failure } from '../model/expression.ts'
import type { Answer, OutgoingRequest } from '../model/transport.ts'
import { type Asked, ask } from './ask.ts'
import { planOf, type Reading } from './reading.ts'

/** One page of a list. */
export type ListPage = {
  /** The names of the page's expressions: with `response` and `page.records`. */
  readonly env: Env
  readonly records: readonly unknown[]
  /** The cursor after this page, where the stream has one. */
  readonly cursor: unknown
}

const MOST_PAGES = 100_000
const MOST_LIST_BYTES = 64 * 1024 ** 3
/** A page that comes twice under another token happens; a third time it is a loop. */
const MOST_EQUAL_PAGES = 3

type Sent = { readonly asked: Asked; readonly request: OutgoingRequest; readonly names: Env }
type Progress = { pages: number; bytes: number; lastHash: string; equal: number }

/**
 * Asks for a list page by page. The next page is under way while the caller works on this one, and no more than that.
 *
 * @param names what the stream's request may use, but `page` and `cursor`.
 * @returns whether the list was read to its end; false where the app gave no answer and the manifest says that this is unknown.
 * @throws {Fault} `PAGING_STUCK`, `LIMIT_REACHED`, and whatever asking throws, after the pages before were given.
 */
export async function* pagesOf(
  reading: Reading,
  name: string,
  { names, cursor: first }: { readonly names: Env; readonly cursor: unknown },
): AsyncGenerator<ListPage, boolean, void> {
  const plan = planOf(reading, name)
  const isSeen = openLoopGuard()
  const progress: Progress = { pages: 0, bytes: 0, lastHash: '', equal: 0 }
  let state: PageState = firstPage(plan.page)
  let cursor = first
  let pending: Promise<Sent> | undefined = sendPage(reading, name, { names, cursor, state })
  while (pending !== undefined) {
    const { asked, request, names: sentNames } = await pending
    if (asked.is === 'empty') return true
    if (asked.is === 'unknown') return tellUnknown(reading, asked.fault)
    const records = recordsOf(plan, asked.env)
    if (plan.page.next !== 'repeat' && isSeen(markOf(request)))
      throw stuck(name, 'the same page is asked for again')
    count(progress, { plan, name, answer: asked.answer, isEmpty: records.length === 0 })
    const env = withRecords(asked.env, sentNames, records)
    cursor = nextCursor(plan, env, cursor)
    const { next, doubt } = nextPage(plan.page, state, {
      headers: asked.answer.headers,
      url: asked.answer.url,
      count: records.length,
      env,
      lastEnv: { ...env, record: records.at(-1) },
    })
    if (doubt !== undefined)
      reading.notify({
        kind: 'warning',
        stream: reading.stream,
        code: 'PAGING_STUCK',
        message: `${name}: ${doubt}`,
      })
    pending = undefined
    if (next !== undefined) {
      state = next
      pending = sendPage(reading, name, { names, cursor, state })
      pending.catch(() => undefined)
    }
    yield { env, records, cursor }
  }
  return true
}

async function sendPage(
  reading: Reading,
  name: string,
  { names, cursor, state }: { readonly names: Env; readonly cursor: unknown; readonly state: PageState },
): Promise<Sent> {
  const plan = planOf(reading, name)
  const env: Env = {
    ...names,
    ...(cursor === undefined ? {} : { cursor }),
    page: pageNames(plan.page, state),
  }
  const request = finish(withPage(plan.page, state, draftOf(reading, plan.request, env)))
  return { asked: await ask(reading, { ...plan, name }, request, env), request, names: env }
}

/** The request of the manifest, evaluated; secrets are in scope for headers and bodies only. */
export function draftOf(reading: Reading, request: RequestPlan | undefined, env: Env): Draft {
  if (request === undefined) throw new Fault('MANIFEST_INVALID', 'the stream has no request')
  const { baseUrl, headers } = reading.connector.connect
  const base = baseUrl.evaluate(env)
  if (typeof base !== 'string') throw new Fault('EXPRESSION_FAILED', 'connect.baseUrl gives no text')
  return renderRequest(request, {
    env,
    secretEnv: { ...env, secrets: revealed(reading.secrets) },
    baseUrl: base,
    ...(headers === undefined ? {} : { headers }),
  })
}

function revealed(secrets: Readonly<Record<string, Secret>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]))
}

const markOf = ({ method, url, body }: OutgoingRequest) => `${method} ${url} ${body ?? ''}`

/** @throws {Fault} `SOURCE_UNREADABLE` when the list is not where the manifest says. */
function recordsOf({ records: program }: StreamPlan, env: Env): readonly unknown[] {
  const body = (env['response'] as { readonly body: unknown }).body
  const value = program === undefined ? body : program.evaluate(env)
  if (value instanceof Failure)
    throw new Fault('SOURCE_UNREADABLE', `records: ${program?.source}: ${value.message}`)
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value
  if (typeof value === 'object') return [value]
  throw new Fault('SOURCE_UNREADABLE', `records: ${program?.source ?? 'the body'} is no list`)
}

function withRecords(env: Env, sent: Env, records: readonly unknown[]): Env {
  return { ...env, page: { ...(sent['page'] as object), records } }
}

function nextCursor({ cursor: plan }: StreamPlan, env: Env, current: unknown): unknown {
  if (plan === undefined) return current
  const value = plan.from.evaluate(env)
  if (!(value instanceof Failure)) return value ?? current
  if (value.reason === 'missing') return current
  throw new Fault('EXPRESSION_FAILED', `cursor.from: ${value.message}`)
}

type Counted = {
  readonly plan: StreamPlan
  readonly name: string
  readonly answer: Answer
  readonly isEmpty: boolean
}

function count(progress: Progress, { plan, name, answer, isEmpty }: Counted): void {
  progress.pages++
  progress.bytes += answer.body.length
  if (progress.pages > (plan.limits?.pages ?? MOST_PAGES))
    throw new Fault(
      'LIMIT_REACHED',
      `${name}: more than ${plan.limits?.pages ?? MOST_PAGES} pages in one list (limits.pages)`,
    )
  if (progress.bytes > MOST_LIST_BYTES)
    throw new Fault('LIMIT_REACHED', `${name}: more than ${MOST_LIST_BYTES} bytes in one list`)
  const hash = isEmpty ? `empty` : createHash('sha1').update(answer.body).digest('base64')
  progress.equal = hash === progress.lastHash ? progress.equal + 1 : 1
  progress.lastHash = hash
  const most = isEmpty ? MOST_EQUAL_PAGES * 30 : MOST_EQUAL_PAGES
  if (progress.equal >= most)
    throw stuck(
      name,
      isEmpty ? 'empty pages follow each other without end' : 'the same page comes again and again',
    )
}

function stuck(name: string, why: string): Fault {
  return new Fault('PAGING_STUCK', `${name}: ${why}`)
}

function tellUnknown(reading: Reading, fault: Fault): false {
  reading.notify({ kind: 'unknown', stream: reading.stream, code: fault.code, message: fault.message })
  return false
}
