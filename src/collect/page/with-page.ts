import { absurd } from '../../lib/absurd.ts'
import type { PagePlan } from '../../model/connector.ts'
import type { Draft } from '../request/draft.ts'
import { withTarget } from '../request/target.ts'
import type { PageState } from './page-state.ts'

/** The request of one page: the manifest's, with what paging adds to it. */
export function withPage(plan: PagePlan, state: PageState, draft: Draft): Draft {
  switch (plan.next) {
    case 'none':
    case 'repeat':
      return draft
    case 'link':
    case 'url':
      return state.url === undefined ? draft : withAddress(draft, state.url, plan.resend === true)
    case 'token':
      return state.token === undefined
        ? draft
        : withTarget(plan.onlyPaging ? { ...draft, query: [] } : draft, plan.to, state.token)
    case 'last':
      return state.token === undefined ? draft : withTarget(draft, plan.to, state.token)
    case 'offset':
      return withTarget(draft, plan.to, BigInt(state.offset ?? plan.start))
    case 'page':
      return withTarget(draft, plan.to, BigInt(state.number ?? plan.start))
    default:
      return absurd(plan)
  }
}

/** The app's address stands for itself; `resend` adds those of our parameters that it lacks. */
function withAddress(draft: Draft, url: string, resend: boolean): Draft {
  const given = resend ? new Set(new URL(url).searchParams.keys()) : undefined
  return { ...draft, url, query: given === undefined ? [] : draft.query.filter(([name]) => !given.has(name)) }
}
