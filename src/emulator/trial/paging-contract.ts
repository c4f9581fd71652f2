import type { StreamPlan } from '../../model/connector.ts'
import { type Env, Failure, type Program } from '../../model/expression.ts'
import type { Recorded } from '../recording.ts'
import { type Draft, isAbsent } from '../settle.ts'
import { brief } from './brief.ts'
import type { TestResult } from './seams.ts'

/**
 * Whether the recorded pages of a list lead to each other: a page that another one follows names it, where the manifest looks for it.
 * This is what an emulator made of the manifest cannot show: it puts a token wherever the manifest looks.
 *
 * An exchange follows the one before when its recorded query has a parameter that the first one lacks.
 *
 * @param lists the recorded answers of each list of the stream, in order.
 * @returns `undefined` where no list was recorded over several pages, or paging needs nothing of the answer.
 */
export function pagesLeadOn(
  { page }: StreamPlan,
  lists: readonly (readonly Recorded[])[],
  env: Env,
): TestResult | undefined {
  if (page.next === 'none') return undefined
  const pages = lists.flatMap(followedPages)
  if (pages.length === 0) return undefined
  const problems = pages.flatMap(({ recorded: { draft, records = [] }, number, isLast }) =>
    pageProblems(page, { draft, isLast, env: { ...env, response: draft, page: { records } } }).map(
      (problem) => `page ${number}: ${problem}`,
    ),
  )
  const name = 'the recorded pages lead to each other'
  return problems.length === 0 ? { name, ok: true } : { name, ok: false, detail: brief(problems) }
}

type FollowedPage = { readonly recorded: Recorded; readonly number: number; readonly isLast: boolean }

/** The pages of a list of which it is known whether another follows. */
function followedPages(list: readonly Recorded[]): readonly FollowedPage[] {
  const queryOf = (recorded: Recorded | undefined) => Object.keys(recorded?.exchange.request?.query ?? {})
  const first = queryOf(list[0])
  const goesOn = (recorded: Recorded | undefined) => queryOf(recorded).some((name) => !first.includes(name))
  return list.flatMap((recorded, index) => {
    const isFollowed = goesOn(list[index + 1])
    const isLast = index > 0 && index === list.length - 1 && goesOn(recorded)
    if (recorded.records === undefined || !(isFollowed || isLast)) return []
    return [{ recorded, number: index + 1, isLast }]
  })
}

type Page = { readonly draft: Draft; readonly isLast: boolean; readonly env: Env }

function pageProblems(page: StreamPlan['page'], { draft, isLast, env }: Page): readonly string[] {
  const problems: string[] = []
  const stop = 'stop' in page ? page.stop : undefined
  const isStopped = stop?.evaluate(env) === true
  if (isStopped && !isLast && page.next !== 'repeat') problems.push(`${stop?.source} ends the list here`)
  const hasNext = nextIn(page, draft, env)
  if (hasNext === false && !isLast) problems.push('no next page is found')
  if (hasNext === true && isLast && !isStopped) problems.push('the last page names a next one')
  return [
    ...problems,
    ...counts(page)
      .filter((program) => !isCount(program, env))
      .map(({ source }) => `${source} gives no number`),
  ]
}

/** `undefined` where the next page does not depend on what the answer says. */
function nextIn(page: StreamPlan['page'], draft: Draft, env: Env): boolean | undefined {
  if (page.next === 'link') return draft.headers['link']?.includes(`rel="${page.rel}"`) ?? false
  if (page.next === 'token' || page.next === 'url') return !isAbsent(page.from.evaluate(env))
  return undefined
}

const counts = (page: StreamPlan['page']): readonly Program[] =>
  [('total' in page && page.total) || undefined, ('pages' in page && page.pages) || undefined].filter(
    (program) => program !== undefined,
  )

function isCount(program: Program, env: Env): boolean {
  const value = program.evaluate(env)
  return !(value instanceof Failure) && Number.isFinite(Number(value))
}
