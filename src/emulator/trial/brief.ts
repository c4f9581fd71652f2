const SHOWN = 5

/** The first few of many, and how many more there are. */
export function brief(items: readonly string[]): string {
  const more = items.length > SHOWN ? [`and ${items.length - SHOWN} more`] : []
  return [...items.slice(0, SHOWN), ...more].join('; ')
}
