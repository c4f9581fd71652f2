import { absurd } from '../../lib/absurd.ts'
import { Fault } from '../../lib/fault.ts'
import { asciiUrl } from '../../lib/url-text.ts'
import type { PagePlan } from '../../model/connector.ts'
import { type Env, Failure, type Program, type Value } from '../../model/expression.ts'
import { linkTarget } from './link-header.ts'
import type { PageState } from './page-state.ts'

/** One page that was received. */
export type PageFacts = {
  readonly headers: Readonly<Record<string, string>>
  /** The address that answered. */
  readonly url: string
  /** Records on the page, before any filter. */
  readonly count: number
  /** Names for the page's expressions: with `response`, and `page.records`. */
  readonly env: Env
  /** Names for an expression about the page's last record. */
  readonly lastEnv: Env
}

export type Step = {
  /** Absent: the list has ended. */
  readonly next?: PageState
  /** Something that looks like a mistake in the manifest. */
  readonly doubt?: string
}

const END: Step = {}

/**
 * What comes after a page. Pure: the loop owns time and the network.
 *
 * @throws {Fault} `EXPRESSION_FAILED`, `SOURCE_UNREADABLE` (a next address that is none).
 */
export function nextPage(plan: PagePlan, state: PageState, facts: PageFacts): Step {
  if (plan.next === 'none' || isStopped(plan, facts)) return END
  const base = { index: state.index + 1, seen: state.seen + facts.count }
  switch (plan.next) {
    case 'link':
      return addressed(linkTarget(facts.headers['link'], plan.rel), plan, { base, facts })
    case 'url':
      return addressed(textAt(plan.from, facts.env), plan, { base, facts })
    case 'token':
      return marked(valueAt(plan.from, facts.env), plan, { base, facts })
    case 'last':
      return facts.count === 0 || isShort(plan.size, facts.count)
        ? END
        : marked(valueAt(plan.from, facts.lastEnv), plan, { base, facts })
    case 'offset':
      return counted(plan, { base, facts }, { offset: (state.offset ?? plan.start) + facts.count })
    case 'page':
      return counted(plan, { base, facts }, { number: (state.number ?? plan.start) + 1 })
    case 'repeat':
      return plan.stop === undefined && facts.count === 0 ? END : { next: base }
    default:
      return absurd(plan)
  }
}

type Sized = { readonly size?: number }
type Reached = { readonly base: PageState; readonly facts: PageFacts }

function addressed(address: string | undefined, plan: Sized, { base, facts }: Reached): Step {
  return address === undefined || address === ''
    ? endOf(plan, facts)
    : { next: { ...base, url: resolve(address, facts.url) } }
}

function marked(token: Value, plan: Sized, { base, facts }: Reached): Step {
  return isNothing(token) ? endOf(plan, facts) : { next: { ...base, token } }
}

function endOf({ size }: Sized, { count }: PageFacts): Step {
  return size !== undefined && count >= size
    ? { doubt: `a full page of ${count} records names no next one` }
    : END
}

type Counted = Extract<PagePlan, { next: 'offset' | 'page' }>
type Following = { readonly offset: number } | { readonly number: number }

/** Where the app tells how much there is, that decides; a short page is the second best witness. */
function counted(plan: Counted, { base, facts }: Reached, following: Following): Step {
  if (facts.count === 0) return END
  const total = countAt(plan.total, facts.env)
  const pages = plan.next === 'page' ? countAt(plan.pages, facts.env) : undefined
  const isTold = total !== undefined || pages !== undefined
  const isDone = (total !== undefined && base.seen >= total) || (pages !== undefined && base.index >= pages)
  if (isDone || (!isTold && isShort(plan.size, facts.count))) return END
  return { next: { ...base, ...following } }
}

function isStopped(plan: Exclude<PagePlan, { next: 'none' }>, { env }: PageFacts): boolean {
  return plan.stop !== undefined && valueAt(plan.stop, env) === true
}

function isShort(size: number | undefined, count: number): boolean {
  return size !== undefined && count < size
}

/** @returns `undefined` where something is missing or null. */
function valueAt(program: Program, env: Env): Value {
  const value = program.evaluate(env)
  if (!(value instanceof Failure)) return value ?? undefined
  if (value.reason === 'missing') return undefined
  throw new Fault('EXPRESSION_FAILED', `page: ${program.source}: ${value.message}`)
}

function isNothing(value: Value): boolean {
  return (
    value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0)
  )
}

function textAt(program: Program, env: Env): string | undefined {
  const value = valueAt(program, env)
  if (isNothing(value)) return undefined
  if (typeof value === 'string') return value
  throw new Fault('EXPRESSION_FAILED', `page: ${program.source} is no text`)
}

function countAt(program: Program | undefined, env: Env): number | undefined {
  const value = program === undefined ? undefined : valueAt(program, env)
  if (value === undefined || value === '') return undefined
  const count = Number(value)
  if (Number.isFinite(count)) return count
  throw new Fault('EXPRESSION_FAILED', `page: ${program?.source} is no number`)
}

/** Apps behind a proxy often write http:// for their own https:// address: the scheme of one host is never lowered. */
function resolve(address: string, base: string): string {
  const url = URL.parse(asciiUrl(address), base)
  if (url === null) throw new Fault('SOURCE_UNREADABLE', 'the address of the next page is none')
  const from = new URL(base)
  if (url.protocol === 'http:' && from.protocol === 'https:' && url.hostname === from.hostname)
    url.protocol = 'https:'
  return url.href
}
