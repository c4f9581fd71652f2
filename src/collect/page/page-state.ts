import type { PagePlan } from '../../model/connector.ts'
import type { Value } from '../../model/expression.ts'

/** Where a list is: what the next request has to say. */
export type PageState = {
  /** 0 for the first page. */
  readonly index: number
  /** Records received so far. */
  readonly seen: number
  /** Absolute address of this page, where the app gave one. */
  readonly url?: string
  /** Token, or the value of the last record. */
  readonly token?: Value
  readonly offset?: number
  readonly number?: number
}

export function firstPage(plan: PagePlan): PageState {
  switch (plan.next) {
    case 'offset':
      return { index: 0, seen: 0, offset: plan.start }
    case 'page':
      return { index: 0, seen: 0, number: plan.start }
    default:
      return { index: 0, seen: 0 }
  }
}

/** The `page` that a request's expressions see. Counts are CEL ints, so that they can be added to. */
export function pageNames(
  plan: PagePlan,
  { index, token, offset, number }: PageState,
): Record<string, Value> {
  const names: Record<string, Value> = { index: BigInt(index) }
  if ('size' in plan && plan.size !== undefined) names['size'] = BigInt(plan.size)
  if (token !== undefined) names['token'] = token
  if (offset !== undefined) names['offset'] = BigInt(offset)
  if (number !== undefined) names['number'] = BigInt(number)
  return names
}
