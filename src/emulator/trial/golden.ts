import { canonicalJson } from '../../lib/canonical.ts'
import type { OcsfEvent } from '../../model/event.ts'
import type { TestResult } from './seams.ts'

/** What the records of a stream's sample became when somebody last looked: `golden/<stream>.json`. */
export type Golden = { readonly about: string; readonly events: readonly OcsfEvent[] }

const NAME = 'the sample becomes the events that were approved'

/** Compares with the approved events; `undefined` where none were approved. */
export function goldenResult(
  golden: Golden | undefined,
  events: readonly OcsfEvent[],
): TestResult | undefined {
  if (golden === undefined) return undefined
  const at = Math.max(golden.events.length, events.length)
  for (let index = 0; index < at; index++) {
    const difference = differenceAt(golden.events[index], events[index], '')
    if (difference !== undefined)
      return { name: NAME, ok: false, detail: `event ${index + 1}: ${difference}` }
  }
  return { name: NAME, ok: true }
}

export function goldenOf(stream: string, events: readonly OcsfEvent[]): Golden {
  return { about: `What samples/${stream}.json becomes; rewritten by fairlead test --update.`, events }
}

/** The first place where two JSON values differ, in words. */
function differenceAt(was: unknown, is: unknown, path: string): string | undefined {
  if (isObject(was) && isObject(is)) {
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      const inner = differenceAt(was[key], is[key], path === '' ? key : `${path}.${key}`)
      if (inner !== undefined) return inner
    }
    return undefined
  }
  const [before, after] = [was, is].map((value) => (value === undefined ? 'nothing' : canonicalJson(value)))
  return before === after ? undefined : `${path || 'the event'} was ${before}, is ${after}`
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
