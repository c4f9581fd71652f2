import type { Program } from '../model/expression.ts'
import type { Attribute } from '../ocsf/tables.ts'
import { isKept, isPassedThrough } from './kept.ts'
import { type Taken, take } from './unmapped.ts'
import { valueAt } from './value-at.ts'

type Reads = {
  readonly program: Program
  readonly attribute: Attribute
  /** What the program gave. */
  readonly value: unknown
  /** What the event holds of it. */
  readonly written: unknown
  readonly env: Readonly<Record<string, unknown>>
  readonly taken: Taken
}

/** Marks what a program read and the event now says in full. */
export function takeReads({ program, attribute, value, written, env, taken }: Reads): void {
  if (program.path !== undefined) {
    if (isKept(attribute, value, written)) take(taken, program.path)
    return
  }
  for (const path of program.reads)
    if (isPassedThrough(attribute, valueAt(env, path), written)) take(taken, path)
}
