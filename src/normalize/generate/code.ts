import { constant, type Emission, quote } from '../../expression/emit-program.ts'
import { Refused } from '../reading.ts'
import type { Group, Sketch, Slot } from './sketch.ts'

/** The function of one row while it is written. */
export type Code = {
  readonly emission: Emission
  readonly sketch: Sketch
  readonly lines: string[]
}

export function write(code: Code, ...lines: readonly string[]): void {
  code.lines.push(...lines)
}

/** A name that nothing else in the function has. */
export function freshName(code: Code, prefix: string): string {
  return `${prefix}$${++code.emission.count}`
}

/** JavaScript for a value that is known now. */
export function literal(code: Code, value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (value === undefined || value === null || typeof value === 'boolean') return String(value)
  return Number.isSafeInteger(value) ? String(value) : constant(code.emission, value)
}

/** @param reason JavaScript for the text that says why. */
export function refusal(code: Code, reason: string): string {
  return `new ${constant(code.emission, Refused)}(${reason})`
}

/** Gives a slot a value that is known now, and always there. */
export function fix(code: Code, slot: Slot, value: unknown): void {
  Object.assign(slot, { js: literal(code, value), isCertain: true, isVariable: false, fixed: { value } })
}

/** Gives a slot a value that is in a variable. */
export function hold(slot: Slot, js: string, isCertain: boolean): void {
  Object.assign(slot, { js, isCertain, isVariable: true, fixed: undefined })
}

/** Makes sure that a slot may be assigned; must not be called inside a block that the assignment does not share. */
export function makeVariable(code: Code, slot: Slot): void {
  if (slot.isVariable) return
  const name = freshName(code, 'v')
  write(code, `let ${name} = ${slot.js}`)
  hold(slot, name, slot.isCertain)
}

/** Every group with its path, outermost first. */
export function* groupsOf(
  group: Group,
  path = '',
): Generator<{ readonly group: Group; readonly path: string }> {
  yield { group, path }
  for (const [name, member] of group.members)
    if (member.kind === 'group') yield* groupsOf(member, below(path, name))
}

export function below(path: string, name: string | number): string {
  if (typeof name === 'number') return `${path}[${name}]`
  return path === '' ? name : `${path}.${name}`
}
