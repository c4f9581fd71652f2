import type { Program } from '../../model/expression.ts'
import type { Attribute } from '../../ocsf/tables.ts'
import { isPassedThrough, showsWhatItRead } from '../kept.ts'
import { type HoldPlan, newHoldPlan, planAt, type Says } from '../left-over.ts'
import type { Origin } from '../origin.ts'

/** What the events of a row may hold of the record, and of the one around it. */
export type Takes = {
  readonly record: HoldPlan
  readonly outer: HoldPlan
  /** JavaScript for what the event holds, by the indexes of the plans; `undefined` at run time where it does not. */
  readonly held: string[]
}

/** @param exploded where exploded records stand in the record around them: each is an event of its own. */
export function newTakes(exploded: Origin['exploded']): Takes {
  const takes: Takes = { record: newHoldPlan(), outer: newHoldPlan(), held: ['true'] }
  if (exploded !== undefined) planAt(takes.outer, exploded).takes.push({ index: 0, says: () => true })
  return takes
}

type Reader = {
  readonly program: Program
  readonly attribute: Attribute
  /** JavaScript for what was made of the program's value, where the event holds that. */
  readonly held: string
  /** Whether that says all that the value of a plain path said. */
  readonly says: Says
}

/** Notes what the event holds of that which a program reads. */
export function noteReads(takes: Takes, { program, attribute, held, says }: Reader): void {
  const index = takes.held.push(held) - 1
  if (program.path !== undefined) {
    note(takes, program.path, { index, says })
    return
  }
  if (!showsWhatItRead(attribute)) return
  const passed: Says = (read, written) => isPassedThrough(attribute, read, written)
  for (const path of program.reads) note(takes, path, { index, says: passed })
}

function note(
  takes: Takes,
  [name, ...path]: readonly (string | number)[],
  take: HoldPlan['takes'][number],
): void {
  if (name === 'record' || name === 'outer') planAt(takes[name], path).takes.push(take)
}
