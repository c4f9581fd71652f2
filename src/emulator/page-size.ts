import type { StreamPlan } from '../model/connector.ts'
import type { Program } from '../model/expression.ts'
import type { Recording } from './recording.ts'
import { constantsIn } from './settle.ts'

/**
 * How many records a page holds: what the manifest relies on (a shorter page ends the list); else what was asked for; else what
 * was recorded.
 */
export function pageSizeOf(plan: StreamPlan, recording: Recording, wished: number | undefined): number {
  const { page } = plan
  if (page.next === 'none') return Number.POSITIVE_INFINITY
  const declared = 'size' in page ? page.size : undefined
  const relied = reliedOn('stop' in page ? page.stop : undefined)
  const isFixed = page.next === 'offset' || page.next === 'page' || page.next === 'last'
  const recorded = recording.recorded.find(({ records = [] }) => records.length > 0)?.records?.length ?? 1
  return relied ?? (isFixed ? declared : undefined) ?? wished ?? declared ?? recorded
}

/** `stop: size(page.records) < 500` holds the size of a full page. */
function reliedOn(stop: Program | undefined): number | undefined {
  const looksAtRecords = stop?.reads.some(([name, key]) => name === 'page' && key === 'records')
  return looksAtRecords === true
    ? constantsIn(stop!.source).find((value) => typeof value === 'number')
    : undefined
}
