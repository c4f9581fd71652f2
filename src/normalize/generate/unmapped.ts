import { constant } from '../../expression/emit-program.ts'
import { stringifyJson } from '../../lib/json.ts'
import { leftOver, leftOverText } from '../left-over.ts'
import type { Origin } from '../origin.ts'
import { merged } from '../remainder.ts'
import { around, asObject } from '../unmapped.ts'
import { type Code, freshName, write } from './code.ts'
import { writeObject } from './objects.ts'
import type { Group, Slot } from './sketch.ts'
import type { Takes } from './takes.ts'

type Unmapped = {
  readonly exploded: Origin['exploded']
  /** What the row puts there itself. */
  readonly explicit: Slot | Group | undefined
  readonly takes: Takes
}

/** Writes what collects the parts of the record that the event does not hold; returns the variable, `undefined` when nothing is left. */
export function writeUnmapped(code: Code, { exploded, explicit, takes }: Unmapped): string {
  const { record, outer, held } = names(code, takes)
  const put = constant(code.emission, makeUnmapped(takes, exploded))
  const left = `${put}(${record}, ${outer}, ${held})`
  const name = freshName(code, 'u')
  const given = explicit?.kind === 'group' ? writeObject(code, explicit).js : (explicit?.js ?? 'undefined')
  const both = `${constant(code.emission, merged)}(${left}, ${given})`
  write(code, `const ${name} = ${given === 'undefined' ? left : both}`)
  return name
}

/** The same as JSON text, empty when nothing is left. */
export function writeUnmappedText(code: Code, unmapped: Unmapped): string {
  const name = freshName(code, 'u')
  if (unmapped.explicit !== undefined) {
    const value = writeUnmapped(code, unmapped)
    write(
      code,
      `const ${name} = ${value} === undefined ? "" : ${constant(code.emission, stringifyJson)}(${value})`,
    )
    return name
  }
  const { record, outer, held } = names(code, unmapped.takes)
  const put = constant(code.emission, makeUnmappedText(unmapped.takes, unmapped.exploded))
  write(code, `const ${name} = ${put}(${record}, ${outer}, ${held})`)
  return name
}

function names({ emission: { variables } }: Code, { held }: Takes) {
  return { record: variables.get('record')!, outer: variables.get('outer')!, held: `[${held.join(', ')}]` }
}

type Make<Left> = (record: unknown, outer: unknown, held: readonly unknown[]) => Left

function makeUnmapped(
  { record: plan, outer: outerPlan }: Takes,
  exploded: Origin['exploded'],
): Make<unknown> {
  return (record, outer, held) => {
    const left = leftOver(record, plan, held)
    return outer === undefined ? asObject(left) : around(left, leftOver(outer, outerPlan, held), exploded)
  }
}

function makeUnmappedText(takes: Takes, exploded: Origin['exploded']): Make<string> {
  const asValue = makeUnmapped(takes, exploded)
  return (record, outer, held) => {
    if (outer === undefined && typeof record === 'object' && !Array.isArray(record))
      return leftOverText(record, takes.record, held)
    const left = asValue(record, outer, held)
    return left === undefined ? '' : stringifyJson(left)
  }
}
