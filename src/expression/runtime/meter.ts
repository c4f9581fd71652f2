import { Failure } from '../../model/expression.ts'
import { LIMITS, type Limits } from '../limits.ts'

/**
 * What the running evaluation may still spend. One for the process: an evaluation never waits, so no two overlap.
 * Generated code calls `begin` first and subtracts in its loops.
 */
export const meter: { left: number; limits: Limits } = { left: LIMITS.steps, limits: LIMITS }

export const EXHAUSTED = new Failure('budget', 'the expression took too many steps')
export const TEXT_TOO_LONG = new Failure('budget', 'the expression makes too long a text')
export const LIST_TOO_LONG = new Failure('budget', 'the expression makes too long a list')

/** Starts an evaluation. */
export function begin(limits: Limits): void {
  meter.left = limits.steps
  meter.limits = limits
}

/** Charges `steps`; true when nothing is left and the caller must return `EXHAUSTED`. */
export function spend(steps: number): boolean {
  meter.left = steps > meter.left ? -1 : meter.left - steps
  return meter.left < 0
}

/** Charges a function for reading or making so many characters, bytes or items. */
export function spendOn(length: number): boolean {
  return spend(1 + Math.floor(length / 4))
}

/** Charges for copying or comparing so many characters, which is far cheaper than looking at each. */
export function spendOnCopy(length: number): boolean {
  return length > 63 && spend(Math.floor(length / 64))
}

/** The text, or the failure when it outgrew its limit. */
export function boundedText(text: string): string | Failure {
  return text.length > meter.limits.textCharacters ? TEXT_TOO_LONG : text
}

/** The list, or the failure when it outgrew its limit. */
export function boundedList<T>(list: readonly T[]): readonly T[] | Failure {
  return list.length > meter.limits.listItems ? LIST_TOO_LONG : list
}
