/** What one batch counts. */
export type Tally = {
  /** Event names that no line of the mapping names. */
  unmapped: Map<string, number>
  /** Values that did not fit, by attribute path. */
  unfit: Map<string, number>
}

export function newTally(): Tally {
  return { unmapped: new Map(), unfit: new Map() }
}

export function countIn(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
