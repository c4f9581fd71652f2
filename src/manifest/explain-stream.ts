import type { PagePlan, StreamPlan } from '../model/connector.ts'
import { requestLine } from './request-line.ts'
import { durationMs } from './units.ts'

/** What one stream does. */
export type StreamSheet = {
  readonly name: string
  readonly kind: string
  readonly title?: string
  /** The request of one page, or where deliveries arrive. */
  readonly asks: string
  readonly before?: string
  readonly paging: string
  /** How it knows what is new; absent: it is read whole. */
  readonly position?: string
  /** Feature scopes are listed with the auth method; these are its own. */
  readonly scopes: readonly string[]
  readonly every: string
  /** At least so many requests a day; absent when the rhythm is the customer's. */
  readonly requestsPerDay?: number
  /** What multiplies that number: pages, records of a parent. */
  readonly times: readonly string[]
  readonly when?: string
  readonly redacts: readonly string[]
  readonly docs?: string
}

export function explainStream(name: string, plan: StreamPlan): StreamSheet {
  const { kind, title, request, receive, before, page, redact = [], scopes = [], when, docs } = plan
  const asks = receive === undefined ? request && requestLine(request) : `receives POST ${receive.path}`
  const position = positionOf(plan)
  return {
    name,
    kind,
    ...(title !== undefined && { title }),
    asks: asks ?? '',
    ...(before !== undefined && { before: requestLine(before.request) }),
    paging: receive === undefined ? pagingText(page) : 'none',
    ...(position !== undefined && { position }),
    scopes,
    every: receive === undefined ? plan.every.source : 'as it happens',
    ...rhythmOf(plan),
    ...(when !== undefined && { when: when.source }),
    redacts: redact.map(({ source }) => source),
    ...(docs !== undefined && { docs }),
  }
}

function pagingText(page: PagePlan): string {
  switch (page.next) {
    case 'none':
      return 'one answer'
    case 'link':
      return `Link header, rel ${page.rel}`
    case 'url':
      return `address in ${page.from.source}`
    case 'token':
      return `token from ${page.from.source} to ${page.to}`
    case 'offset':
      return `offset in ${page.to}, ${page.size} a page`
    case 'page':
      return `page number in ${page.to}`
    case 'last':
      return `last ${page.from.source} to ${page.to}`
    case 'repeat':
      return 'the same request until nothing comes'
  }
}

function positionOf({ window, cursor }: StreamPlan): string | undefined {
  if (window !== undefined) {
    const spans = [
      `looks back ${durationText(window.lookback)} at first`,
      `overlaps ${durationText(window.overlap)}`,
      ...(window.lag > 0 ? [`ends ${durationText(window.lag)} ago`] : []),
      ...(window.maxSpan === undefined ? [] : [`at most ${durationText(window.maxSpan)} a request`]),
      ...(window.retention === undefined ? [] : [`the app keeps ${durationText(window.retention)}`]),
    ]
    return `window by ${window.time.source}: ${spans.join(', ')}`
  }
  return cursor === undefined ? undefined : `cursor from ${cursor.from.source}`
}

const DAY_MS = 86_400_000
const UNITS: readonly (readonly [ms: number, word: string])[] = [
  [DAY_MS, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
]

/** A duration as authors write it: `15m`. */
export function durationText(ms: number): string {
  const [unit, word] = UNITS.find(([size]) => ms >= size && ms % size === 0) ?? [1, 'ms']
  return `${ms / unit}${word}`
}

function rhythmOf({
  every,
  over,
  each,
  before,
  page,
  receive,
}: StreamPlan): Pick<StreamSheet, 'requestsPerDay' | 'times'> {
  if (receive !== undefined) return { times: [] }
  const lists = Object.entries(over ?? {})
  const open = lists.filter(([, list]) => !Array.isArray(list)).map(([name]) => `values of ${name}`)
  const partitions = lists.reduce((count, [, list]) => count * (Array.isArray(list) ? list.length : 1), 1)
  const times = [
    ...open,
    ...(each === undefined
      ? []
      : [`records of ${each.stream}${each.batch === undefined ? '' : ` / ${each.batch}`}`]),
    ...(page.next === 'none' ? [] : ['pages']),
  ]
  const text = every.isConstant ? every.evaluate({}) : undefined
  if (typeof text !== 'string') return { times }
  const runs = Math.ceil(DAY_MS / durationMs(text))
  return { requestsPerDay: runs * partitions + (before === undefined ? 0 : runs), times }
}
