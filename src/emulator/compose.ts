import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, type Program } from '../model/expression.ts'
import { type Path, valueAt, withValueAt } from './json-path.ts'
import type { Recorded } from './recording.ts'
import { constantsIn, type Draft, isAbsent, plainValues, settle } from './settle.ts'

/** One page, and what the app says about it. */
export type PageFacts = {
  readonly records: readonly unknown[]
  readonly isLast: boolean
  readonly total: number
  readonly pages: number
  /** Token of the next page; absent on the last. */
  readonly token?: string
  /** Address of the next page; absent on the last. */
  readonly url?: URL
  /** The new position of a stream that is read by one. */
  readonly position?: string
}

type Making = {
  readonly plan: StreamPlan
  readonly at: Path
  readonly isList: boolean
  /** The recorded answers this one is modelled on, of the same list. */
  readonly models: readonly Recorded[]
  readonly env: Env
  readonly note: (text: string) => void
}

/** The answer with one page in it: a recorded answer, with everything that paging reads put right. */
export function compose(facts: PageFacts, making: Making): Draft {
  const { plan, models, at, isList } = making
  const model = facts.isLast ? models.at(-1) : models[0]
  const base = model?.draft ?? { status: 200, headers: {}, body: {} }
  const page = { records: facts.records }
  const full = { ...making, env: { ...making.env, page } }
  const steps: readonly ((draft: Draft) => Draft)[] = [
    (draft) => withValueAt(draft, at, isList ? facts.records : facts.records[0]) as Draft,
    (draft) => withPaging(draft, facts, full),
    (draft) => withCursor(draft, facts, full),
    (draft) => withStop(draft, facts, full),
  ]
  const done = steps.reduce((draft, step) => step(draft), base)
  return plan.page.next === 'repeat' || done.status < 300 ? done : { ...done, status: 200 }
}

function withPaging(draft: Draft, facts: PageFacts, making: Making): Draft {
  const { page } = making.plan
  switch (page.next) {
    case 'link': {
      const { link: _, ...headers } = draft.headers
      if (facts.url === undefined) return { ...draft, headers }
      return { ...draft, headers: { ...headers, link: `<${facts.url.href}>; rel="${page.rel}"` } }
    }
    case 'url':
      return withText(
        draft,
        page.from,
        facts.url === undefined ? undefined : addressLike(facts.url, page.from, making),
        making,
      )
    case 'token':
      return withText(draft, page.from, facts.token, making)
    case 'offset':
      return withNumber(draft, page.total, facts.total, making)
    case 'page':
      return withNumber(withNumber(draft, page.total, facts.total, making), page.pages, facts.pages, making)
    default:
      return draft
  }
}

/** As recorded: with its host, or from the root of the path. */
function addressLike(url: URL, from: Program, { models }: Making): string {
  const seen = models
    .map(({ draft }) => from.path && valueAt(draft, from.path.slice(1)))
    .find((value) => typeof value === 'string')
  return typeof seen === 'string' && seen.startsWith('/') ? url.pathname + url.search : url.href
}

function withCursor(draft: Draft, facts: PageFacts, making: Making): Draft {
  const { cursor, page } = making.plan
  if (cursor === undefined) return draft
  const isGiven = page.next === 'repeat' || page.next === 'none' || facts.isLast
  // One field may hold both: on other pages it is the token of the next one.
  const isShared = 'from' in page && page.from.source === cursor.from.source
  if (!isGiven && isShared) return draft
  return withText(draft, cursor.from, isGiven ? facts.position : undefined, making)
}

function withStop(draft: Draft, facts: PageFacts, making: Making): Draft {
  const { page } = making.plan
  const stop = 'stop' in page ? page.stop : undefined
  if (stop === undefined) return draft
  const isEnd = page.next === 'repeat' ? facts.records.length === 0 : facts.isLast
  const seen = (path: Path) => making.models.map((model) => valueAt(model.draft, path))
  const settled = settle(draft, {
    program: stop,
    env: making.env,
    isRight: (value) => value === isEnd,
    values: (path, now) => {
      if (String(path) === String(making.at)) return [now]
      if (path[0] === 'status') return facts.records.length > 0 ? [now] : [now, ...constantsIn(stop.source)]
      return plainValues(now, [...seen(path), ...constantsIn(stop.source)])
    },
  })
  if (settled === undefined) making.note(`page.stop cannot be made ${isEnd}: the answer is sent as it is`)
  return settled ?? draft
}

/** Makes an expression give this text, or nothing. */
function withText(draft: Draft, program: Program, text: string | undefined, making: Making): Draft {
  const { env, models } = making
  const last = (path: Path) => valueAt(models.at(-1)?.draft, path)
  const settled = settle(draft, {
    program,
    env,
    isRight: (value) => (text === undefined ? isAbsent(value) : value === text),
    values: (path) => (text === undefined ? [last(path), null, '', undefined] : wrappings(text, program)),
  })
  if (settled === undefined) making.note(`${program.source} cannot be made to give ${text ?? 'nothing'}`)
  return settled ?? draft
}

/** A text as it is, and in an address whose parameter an expression may cut out. */
function wrappings(text: string, program: Program): readonly unknown[] {
  const prefixes = constantsIn(program.source).filter((value) => typeof value === 'string')
  return [
    text,
    ...prefixes.map((prefix) => `https://next.example/?${prefix}${text}`),
    ...prefixes.map((prefix) => prefix + text),
  ]
}

function withNumber(draft: Draft, program: Program | undefined, number: number, making: Making): Draft {
  if (program === undefined) return draft
  const settled = settle(draft, {
    program,
    env: making.env,
    isRight: (value) => !(value instanceof Failure) && Number(value) === number,
    values: (_, now) => [typeof now === 'string' ? String(number) : number, number, String(number)],
  })
  if (settled === undefined) making.note(`${program.source} cannot be made to give ${number}`)
  return settled ?? draft
}
