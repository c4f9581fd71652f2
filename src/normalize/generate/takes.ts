import { constant } from '../../expression/emit-program.ts'
import type { Program } from '../../model/expression.ts'
import type { Attribute } from '../../ocsf/tables.ts'
import { isPassedThrough, showsWhatItRead } from '../kept.ts'
import type { Code } from './code.ts'

/** A part of the record that the event may hold, with the JavaScript condition under which it does. */
export type Take = {
  readonly path: readonly (string | number)[]
  /** @param value JavaScript for what stands at the path. */
  readonly test: (value: string) => string
}
export type Takes = { readonly record: Take[]; readonly outer: Take[] }

export function newTakes(): Takes {
  return { record: [], outer: [] }
}

type Reader = {
  readonly program: Program
  readonly attribute: Attribute
  /** JavaScript for what was made of the program's value. */
  readonly written: string
  /** The condition under which the event holds that. */
  readonly holds: string
  /** The condition under which it says all that the value of a plain path said; `value` is JavaScript for that. */
  readonly whole: (value: string) => string
}

/** Notes what the event holds of that which a program reads. */
export function noteReads(
  code: Code,
  takes: Takes,
  { program, attribute, written, holds, whole }: Reader,
): void {
  if (program.path !== undefined) {
    note(takes, program.path, (value) => all(holds, whole(value)))
    return
  }
  if (!showsWhatItRead(attribute)) return
  const passed = (read: unknown, kept: unknown): boolean => isPassedThrough(attribute, read, kept)
  const name = constant(code.emission, passed)
  for (const path of program.reads) note(takes, path, (value) => all(holds, `${name}(${value}, ${written})`))
}

function all(...tests: readonly string[]): string {
  return tests.filter((test) => test !== 'true').join(' && ') || 'true'
}

function note(takes: Takes, [name, ...path]: readonly (string | number)[], test: Take['test']): void {
  if (name === 'record' || name === 'outer') takes[name].push({ path, test })
}
