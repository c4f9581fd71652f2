/** A path segment that stands for "here" or "up": it would make one path another. Any spelling a URL parser folds. */
const DOT_SEGMENT = /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\?#]|$)/i

/** Whether a path, as written and before any parser has folded it, climbs. */
export function hasDotSegment(path: string): boolean {
  return DOT_SEGMENT.test(path)
}
