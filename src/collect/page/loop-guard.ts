/**
 * Notices that a list goes round in circles, whatever their length, remembering one mark: the one at the last power of two
 * (Brent's cycle detection). A list that repeats itself from page n on is noticed before page 3n.
 *
 * @returns whether the mark was seen before.
 */
export function openLoopGuard(): (mark: string) => boolean {
  let remembered: string | undefined
  let seen = 0
  return (mark) => {
    if (mark === remembered) return true
    seen++
    if ((seen & (seen - 1)) === 0) remembered = mark
    return false
  }
}
