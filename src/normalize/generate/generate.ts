import { constant, quote, startEmission } from '../../expression/emit-program.ts'
import { link } from '../../expression/link.ts'
import { programsOf, staysUnmapped } from '../given.ts'
import type { Origin } from '../origin.ts'
import { needsOf } from '../prune.ts'
import { rawData } from '../raw-data.ts'
import type { Build } from '../reading.ts'
import { merged } from '../remainder.ts'
import type { RowPlan } from '../row-plan.ts'
import { around, asObject } from '../unmapped.ts'
import { type Code, freshName, write } from './code.ts'
import { writeCompletion } from './complete.ts'
import { writeDefaults } from './defaults.ts'
import { factsOf, writeHead } from './head.ts'
import { writeObject } from './objects.ts'
import { writeObservables } from './observables.ts'
import { anyOf, writePrune } from './prune.ts'
import { writeRemainder } from './remainder.ts'
import { type Group, newSketch, present, type Slot } from './sketch.ts'
import { newTakes, type Takes } from './takes.ts'
import { writeEntry } from './values.ts'

export type RowContext = {
  readonly plan: RowPlan
  readonly origin: Origin
  /** The app's name of the event, where the row is for one name only. */
  readonly eventCode: string | undefined
}

/**
 * Makes one JavaScript function of a row: it reads the record, makes the values fit, and builds the event, in straight-line
 * code without any loop over attributes. It does what `assembler` does, which the tests hold it to.
 */
export function generateBuild(context: RowContext): Build {
  const { plan, origin } = context
  const entries = plan.entries.filter(({ path, given }) => !staysUnmapped(path, given))
  const programs = [...entries.flatMap(({ given }) => programsOf(given)), plan.time].filter(
    (one) => one !== undefined,
  )
  const names = new Set([
    'record',
    'outer',
    ...programs.flatMap(({ reads }) => reads.map(([name]) => String(name))),
  ])
  const emission = startEmission({ names: [...names], programs })
  const code: Code = { emission, sketch: newSketch(plan.classUid), lines: [] }
  const takes = newTakes()
  write(code, 'const { row, env, nowMs, tally } = reading')
  for (const name of names) write(code, `const ${emission.variables.get(name)} = env[${quote(name)}]`)
  write(code, ...emission.prelude)
  writeHead(code, context, takes)
  for (const entry of entries) writeEntry(code, entry, takes)
  writeRules(code, context)
  writeEvent(code, origin, takes)
  return link(['reading'], code.lines.join('\n'), emission) as Build
}

/** What `prune`, `applyDefaults` and `completeEvent` do, in this order. */
function writeRules(code: Code, context: RowContext): void {
  writePrune(code, true)
  writeDefaults(code, factsOf(code, context))
  writePrune(code, false)
  writeCompletion(code)
  const { root } = code.sketch
  const { oneOf, all } = needsOf(root.shape!)
  for (const name of all) writeRefusal(code, [root.members.get(name)], `${name}: is required`)
  if (oneOf !== undefined)
    writeRefusal(
      code,
      oneOf.map((name) => root.members.get(name)),
      `needs at least one of ${oneOf.join(', ')}`,
    )
}

function writeRefusal(code: Code, nodes: readonly (Slot | Group | undefined)[], message: string): void {
  const test = anyOf(nodes.map(present))
  if (test !== 'true') write(code, `if (!(${test})) return ${quote(message)}`)
}

function writeEvent(code: Code, { exploded, keepsRaw }: Origin, takes: Takes): void {
  const { emission, sketch } = code
  const observables = writeObservables(code)
  const explicit = sketch.root.members.get('unmapped')
  sketch.root.members.delete('unmapped')
  const given = explicit?.kind === 'group' ? writeObject(code, explicit).js : (explicit?.js ?? 'undefined')
  const { js: event } = writeObject(code, sketch.root)
  write(code, `if (${observables}.length > 0) ${event}.observables = ${observables}`)
  const left = writeUnmapped(code, exploded, takes)
  const unmapped = given === 'undefined' ? left : `${constant(emission, merged)}(${left}, ${given})`
  const name = freshName(code, 'u')
  write(code, `const ${name} = ${unmapped}`, `if (${name} !== undefined) ${event}.unmapped = ${name}`)
  if (keepsRaw) write(code, `Object.assign(${event}, ${constant(emission, rawData)}(row.record))`)
  write(code, `return ${event}`)
}

/** Returns JavaScript for what is left of the record, and of the one around it. */
function writeUnmapped(code: Code, exploded: Origin['exploded'], takes: Takes): string {
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
