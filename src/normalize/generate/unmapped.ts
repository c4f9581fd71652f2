import { constant } from '../../expression/emit-program.ts'
import type { Origin } from '../origin.ts'
import { merged } from '../remainder.ts'
import { around, asObject } from '../unmapped.ts'
import { type Code, freshName, write } from './code.ts'
import { writeObject } from './objects.ts'
import { writeRemainder } from './remainder.ts'
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
  const given = explicit?.kind === 'group' ? writeObject(code, explicit).js : (explicit?.js ?? 'undefined')
  const left = writeLeft(code, exploded, takes)
  const name = freshName(code, 'u')
  const both = `${constant(code.emission, merged)}(${left}, ${given})`
  write(code, `const ${name} = ${given === 'undefined' ? left : both}`)
  return name
}

/** What is left of the record, and of the one around it. */
function writeLeft(code: Code, exploded: Origin['exploded'], takes: Takes): string {
  const { emission } = code
  const [record, outer] = [emission.variables.get('record')!, emission.variables.get('outer')!]
  const left = freshName(code, 'u')
  const rest = writeRemainder(code, record, takes.record)
  write(
    code,
    `let ${left}`,
    `if (${outer} === undefined) ${left} = ${constant(emission, asObject)}(${rest})`,
    'else {',
  )
  const place = exploded === undefined ? [] : [{ path: exploded, test: () => 'true' }]
  const restOfOuter = writeRemainder(code, outer, [...takes.outer, ...place])
  const both = `${constant(emission, around)}(${rest}, ${restOfOuter}, ${constant(emission, exploded)})`
  write(code, `${left} = ${both}`, '}')
  return left
}
