import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, type Instant, type Program } from '../model/expression.ts'
import { timestampMs } from '../ocsf/timestamp.ts'
import type { Context } from './context.ts'
import { momentOf } from './moment.ts'
import { type PageState, type Position, readState } from './page-state.ts'
import type { Capture } from './pattern.ts'
import type { Item } from './stock.ts'
import { type Incoming, placeOf, textAt } from './wire.ts'

/** The parameter that carries the token where the app is free to name it: link headers and next addresses. */
export const PAGE_PARAMETER = 'page_token'

/** What part of a list a request asks for. */
export type Ask = {
  readonly asOfMs: number
  readonly window: PageState['window']
  readonly after?: Position
  /** The feed is read from this moment on, Unix milliseconds. */
  readonly sinceMs?: number
  /** The token with which the request goes on, and what it holds. */
  readonly token?: { readonly text: string; readonly state: PageState }
  /** The value sent for offset, page number or last record. */
  readonly sent?: string
}

type Asking = {
  readonly plan: StreamPlan
  readonly captures: readonly Capture[]
  readonly env: Env
  readonly nowMs: number
  readonly seed: string
}

/** @returns a text where the request cannot be understood: what is wrong with it. */
export function readAsk(request: Incoming, asking: Asking): Ask | string {
  const { page } = asking.plan
  const sent = 'to' in page ? textAt(request, placeOf(page.to)) : undefined
  const text = page.next === 'token' ? sent : (request.url.searchParams.get(PAGE_PARAMETER) ?? undefined)
  const state = text === undefined ? undefined : readState(text, asking.seed)
  if (text !== undefined && state === undefined) return `${text} is no token of this list`
  if (text !== undefined && state?.kind === 'page') return goOn(text, state)
  const window = windowOf(asking)
  if (typeof window === 'string') return window
  const ask = { asOfMs: asking.nowMs, window, ...(sent !== undefined && { sent }) }
  const from = state?.kind === 'position' ? state : positionOf(asking)
  if (typeof from === 'object') return { ...ask, after: from }
  return from === undefined ? ask : { ...ask, sinceMs: from }
}

function goOn(text: string, state: PageState): Ask {
  const { asOfMs, window, after } = state
  return { asOfMs, window, ...(after && { after }), token: { text, state } }
}

function windowOf({ captures, env }: Asking): PageState['window'] | string {
  const bound = (name: 'start' | 'end'): number | null | string => {
    const capture = captures.find(({ program }) => reads(program, 'window', name))
    if (capture === undefined) return null
    const { program, text } = capture
    const at = momentOf(program, text, (moment: Instant) => ({
      ...env,
      window: { start: moment, end: moment },
    }))
    return at ?? `${text} is not a moment as ${program.source} writes it`
  }
  const [start, end] = [bound('start'), bound('end')]
  if (typeof start === 'string') return start
  return typeof end === 'string' ? end : [start, end]
}

function positionOf({ captures, seed }: Asking): Position | number | undefined {
  const text = captures.find(({ program }) => reads(program, 'cursor'))?.text
  if (text === undefined) return undefined
  const state = readState(text, seed)
  return state?.kind === 'position' ? state : timestampMs(text)
}

const reads = (program: Program, ...path: readonly string[]) =>
  program.reads.some((read) => path.every((key, index) => read[index] === key))

/** The records that the request asks for, before they are cut into pages. */
export function asked(
  items: readonly Item[],
  { window: [start, end], after, sinceMs }: Ask,
): readonly Item[] {
  const inWindow = items.filter(({ timeMs, untilMs }) => {
    if (timeMs === undefined) return true
    return (end === null || timeMs < end) && (start === null || (untilMs ?? timeMs) >= start)
  })
  if (sinceMs !== undefined) return inWindow.filter(({ timeMs }) => timeMs === undefined || timeMs >= sinceMs)
  return after === undefined ? inWindow : inWindow.slice(countUntil(inWindow, after))
}

/** The position behind the first `count` records. */
export function positionAfter(
  items: readonly Item[],
  count: number,
  before: Position | undefined,
): Position | undefined {
  const last = items[count - 1]
  if (last === undefined) return before
  const arrivesMs = Number.isFinite(last.arrivesMs) ? last.arrivesMs : null
  const nth = items.slice(0, count).filter((item) => item.arrivesMs === last.arrivesMs).length
  const goesOn = before !== undefined && before.arrivesMs === arrivesMs
  return { kind: 'position', arrivesMs, nth: nth + (goesOn ? before.nth : 0) }
}

function countUntil(items: readonly Item[], { arrivesMs, nth }: Position): number {
  const at = arrivesMs ?? Number.NEGATIVE_INFINITY
  const first = items.findIndex((item) => item.arrivesMs >= at)
  if (first === -1) return items.length
  return first + Math.min(nth, items.slice(first).filter((item) => item.arrivesMs === at).length)
}

/** Where in the list the page begins. */
export function offsetOf(
  ask: Ask,
  {
    plan,
    size,
    items,
    env,
  }: { readonly plan: StreamPlan; readonly size: number; readonly items: readonly Item[]; readonly env: Env },
): number | string {
  const { page } = plan
  const { sent } = ask
  switch (page.next) {
    case 'offset':
      return sent === undefined ? 0 : wholeNumber(sent, page.start)
    case 'page': {
      const index = sent === undefined ? 0 : wholeNumber(sent, page.start)
      return typeof index === 'string' ? index : index * size
    }
    case 'last': {
      if (sent === undefined) return 0
      const at = items.findIndex((item) => textOf(page.from, { ...env, record: item.record() }) === sent)
      return at === -1 ? `there is no record ${sent}` : at + 1
    }
    default:
      return ask.token?.state.offset ?? 0
  }
}

function textOf(program: Program, env: Env): string | undefined {
  const value = program.evaluate(env)
  return value instanceof Failure ? undefined : String(value)
}

function wholeNumber(text: string, start: number): number | string {
  const number = Number(text) - start
  return Number.isInteger(number) && number >= 0 ? number : `${text} is no place in the list`
}

/** The contexts a token was written for. */
export function contextsOfToken(
  contexts: readonly Context[],
  { token }: Ask,
): readonly Context[] | undefined {
  return token?.state.contexts.flatMap((index) => contexts[index] ?? [])
}
