/** How much an expression may cost: the first four are checked when it is compiled, the others while it runs. */
export type Limits = {
  readonly sourceCharacters: number
  readonly nodes: number
  /** Brackets, calls and literals inside each other. */
  readonly nesting: number
  /** Loops (`all`, `map`, …) inside the body of another loop. */
  readonly loopNesting: number
  /** Node evaluations in loops, plus one for every four characters or items that a function reads or makes. */
  readonly steps: number
  readonly textCharacters: number
  readonly listItems: number
}

/** Generous for people, too small to hurt: the worst program within them ends in well under a second. */
export const LIMITS: Limits = {
  sourceCharacters: 8192,
  nodes: 500,
  nesting: 32,
  loopNesting: 2,
  steps: 4_000_000,
  textCharacters: 1_048_576,
  listItems: 100_000,
}
