import { isFault } from '../../lib/fault.ts'
import { brief } from './brief.ts'
import type { Collected } from './scene.ts'

/** What the app holds and what was collected, compared. */
export function differenceOf(held: readonly string[], collected: readonly string[]): string | undefined {
  const came = new Set(collected)
  const known = new Set(held)
  const missing = held.filter((key) => !came.has(key))
  const strangers = [...came].filter((key) => !known.has(key))
  if (held.length === 0) return 'the emulator holds no records of it'
  const found = [
    missing.length > 0 ? `${missing.length} of ${held.length} missing (${brief(missing)})` : undefined,
    strangers.length > 0 ? `${strangers.length} that the app does not hold (${brief(strangers)})` : undefined,
  ].filter((problem) => problem !== undefined)
  return found.length === 0 ? undefined : found.join('; ')
}

/** Keys that were collected more than once. */
export function repetitionOf(collected: readonly string[]): string | undefined {
  const seen = new Set<string>()
  const twice = collected.filter((key) => seen.has(key) || !seen.add(key))
  return twice.length === 0 ? undefined : `${twice.length} more than once (${brief(twice)})`
}

/** What ended a run before its end. */
export function failureOf({ failure }: Collected): string | undefined {
  if (failure === undefined) return undefined
  return isFault(failure) ? `${failure.code}: ${failure.message}` : String(failure)
}
