import { constant } from '../../expression/emit-program.ts'
import type { Origin } from '../origin.ts'
import { rawData } from '../raw-data.ts'
import { type Code, write } from './code.ts'
import { writeObject } from './objects.ts'
import { writeObservables } from './observables.ts'
import type { Takes } from './takes.ts'
import { writeUnmapped } from './unmapped.ts'

/** Writes what makes the event an object, and returns it. */
export function writeEvent(code: Code, { exploded, keepsRaw }: Origin, takes: Takes): void {
  const observables = writeObservables(code)
  const explicit = code.sketch.root.members.get('unmapped')
  code.sketch.root.members.delete('unmapped')
  const { js: event } = writeObject(code, code.sketch.root)
  write(code, `if (${observables}.length > 0) ${event}.observables = ${observables}`)
  const unmapped = writeUnmapped(code, { exploded, explicit, takes })
  write(code, `if (${unmapped} !== undefined) ${event}.unmapped = ${unmapped}`)
  if (keepsRaw) write(code, `Object.assign(${event}, ${constant(code.emission, rawData)}(row.record))`)
  write(code, `return ${event}`)
}
