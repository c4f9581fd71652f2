import type { RequestPlan, TemplateTree } from '../model/connector.ts'
import type { Env, Program, Template } from '../model/expression.ts'
import { METHODS } from '../model/language/words.ts'
import type { Path } from './json-path.ts'
import { type Capture, match, type Pattern, patternOf } from './pattern.ts'
import { type Incoming, type Place, textAt } from './wire.ts'

type Slot = { readonly place: Place; readonly pattern: Pattern }

/** How the requests of one declaration are told from others, and what they say. */
export type Route = {
  readonly method: string
  readonly address: Pattern
  /** Set when the whole address is one expression: it is compared with what the expression gives. */
  readonly computed?: Program
  readonly slots: readonly Slot[]
}

/** What a request says where the declaration has expressions. */
export type Reading = {
  readonly captures: readonly Capture[]
  /** How many fixed values fitted: the better of two declarations for one address has more. */
  readonly score: number
}

type Plan = Pick<RequestPlan, 'get' | 'post' | 'put' | 'patch' | 'delete' | 'query' | 'headers' | 'json'> & {
  readonly form?: Readonly<Record<string, Template>>
  readonly text?: Template
}

/** @param but the place where paging sends its value: it is read by paging, not compared. */
export function routeOf(plan: Plan, baseUrl: Template, but?: Place): Route {
  const method = METHODS.find((name) => plan[name] !== undefined) ?? 'get'
  const path = patternOf(plan[method]!)
  const [first] = path
  const isWhole = typeof first === 'string' ? /^https?:/.test(first) : path.length === 1
  const slots = slotsOf(plan).filter(({ place }) => JSON.stringify(place) !== JSON.stringify(but))
  return {
    method: method.toUpperCase(),
    address: withoutQuery(isWhole ? path : joined(patternOf(baseUrl), path)),
    ...(path.length === 1 && typeof first === 'object' && { computed: first }),
    slots,
  }
}

function slotsOf(plan: Plan): readonly Slot[] {
  const maps = [
    [plan.query, (name: string): Place => ({ in: 'query', name })],
    [plan.headers, (name: string): Place => ({ in: 'header', name: name.toLowerCase() })],
    [plan.form, (name: string): Place => ({ in: 'body', path: [name] })],
  ] as const
  return [
    ...maps.flatMap(([map, placeOf]) =>
      Object.entries(map ?? {}).map(([name, template]) => ({
        place: placeOf(name),
        pattern: patternOf(template),
      })),
    ),
    ...(plan.json === undefined ? [] : treeSlots(plan.json, [])),
    ...(plan.text === undefined ? [] : [{ place: { in: 'text' as const }, pattern: patternOf(plan.text) }]),
  ]
}

function treeSlots(tree: TemplateTree, path: Path): readonly Slot[] {
  switch (tree.kind) {
    case 'template':
      return [{ place: { in: 'body', path }, pattern: patternOf(tree.template) }]
    case 'constant':
      return tree.value === null ? [] : [{ place: { in: 'body', path }, pattern: [String(tree.value)] }]
    case 'list':
      return tree.items.flatMap((item, index) => treeSlots(item, [...path, index]))
    case 'object':
      return tree.entries.flatMap(([key, value]) => treeSlots(value, [...path, key]))
  }
}

/** Two patterns one after the other: texts that meet become one. */
function joined(a: Pattern, b: Pattern): Pattern {
  const last = a.at(-1)
  const [first, ...rest] = b
  if (typeof last !== 'string' || typeof first !== 'string') return [...a, ...b]
  return [...a.slice(0, -1), last + first, ...rest]
}

function withoutQuery(pattern: Pattern): Pattern {
  const cut = pattern.findIndex((piece) => typeof piece === 'string' && piece.includes('?'))
  if (cut === -1) return pattern
  const kept = String(pattern[cut]).replace(/\?.*$/, '')
  return [...pattern.slice(0, cut), ...(kept === '' ? [] : [kept])]
}

/** One segment of a path, or the beginning of an address that an expression gives as a whole. */
const isSegment = (text: string) => text !== '' && (!text.includes('/') || text.startsWith('https://'))

/** The captures of an address, or `undefined` when the route has another. */
export function matchAddress({ address }: Route, url: URL): readonly Capture[] | undefined {
  const captures = match(address, `https://${url.host}${url.pathname}`, isSegment)
  return captures?.map(({ program, text }) => ({ program, text: decode(text) }))
}

/** Matches the path alone, for recorded requests, which do not say their host. */
export function matchPath(route: Route, path: string): readonly Capture[] | undefined {
  const start = route.address.findIndex((piece) => typeof piece === 'string' && hostEnd(piece) !== -1)
  if (start === -1) return undefined
  const piece = String(route.address[start])
  const address = [piece.slice(hostEnd(piece)), ...route.address.slice(start + 1)]
  return match(address, path, isSegment)?.map(({ program, text }) => ({ program, text: decode(text) }))
}

function hostEnd(piece: string): number {
  const scheme = piece.indexOf('://')
  return piece.indexOf('/', scheme === -1 ? 0 : scheme + 3)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What a request says, or `undefined` when it is not one of this route's. */
export function readRequest(route: Route, request: Incoming): Reading | undefined {
  if (request.method !== route.method) return undefined
  const inAddress = route.computed === undefined ? matchAddress(route, request.url) : []
  return inAddress === undefined ? undefined : readSlots(route.slots, request, inAddress)
}

function readSlots(
  slots: readonly Slot[],
  request: Incoming,
  found: readonly Capture[],
): Reading | undefined {
  const captures = [...found]
  let score = 0
  for (const { place, pattern } of slots) {
    const text = textAt(request, place)
    // Follow-up requests may carry the paging value alone.
    if (text === undefined) continue
    const held = match(pattern, text)
    if (held === undefined) return undefined
    captures.push(...held)
    if (held.length === 0) score++
  }
  return { captures, score }
}

/** Whether a computed address is the request's: host and path are compared, and the query as far as it is computed. */
export function isComputed(route: Route, request: Incoming, env: Env): boolean {
  const value = route.computed?.evaluate(env)
  if (typeof value !== 'string') return false
  const url = URL.parse(value, request.url.href)
  if (url === null || url.host !== request.url.host || url.pathname !== request.url.pathname) return false
  return [...url.searchParams].every(([name, text]) => request.url.searchParams.get(name) === text)
}
