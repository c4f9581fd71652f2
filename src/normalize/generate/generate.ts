import { quote, startEmission } from '../../expression/emit-program.ts'
import { link } from '../../expression/link.ts'
import { staysUnmapped } from '../given.ts'
import type { Origin } from '../origin.ts'
import { needsOf } from '../prune.ts'
import type { Build } from '../reading.ts'
import type { RowPlan } from '../row-plan.ts'
import { type Code, refusal, write } from './code.ts'
import { writeCompletion } from './complete.ts'
import { writeDefaults } from './defaults.ts'
import { writeEvent } from './event.ts'
import { writeEventText } from './event-text.ts'
import { factsOf, writeHead } from './head.ts'
import { anyOf, writePrune } from './prune.ts'
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
  return generate(context, writeEvent) as Build
}

/** The same, with the JSON text of the event instead of the event. */
export function generateTextBuild(context: RowContext): Build<string> {
  return generate(context, writeEventText) as Build<string>
}

/** @param writeEnd writes what makes the event of the sketch, and returns it. */
function generate(context: RowContext, writeEnd: (code: Code, origin: Origin, takes: Takes) => void) {
  const { plan, origin } = context
  const entries = plan.entries.filter(({ path, given }) => !staysUnmapped(path, given))
  const programs = plan.time === undefined ? [] : [plan.time]
  const names = new Set([
    'record',
    'outer',
    ...programs.flatMap(({ reads }) => reads.map(([name]) => String(name))),
  ])
  const emission = startEmission({ names: [...names], programs })
  const code: Code = { emission, sketch: newSketch(plan.classUid), lines: [] }
  const takes = newTakes(origin.exploded)
  write(code, 'const { row, env, nowMs, tally } = reading')
  for (const name of names) write(code, `const ${emission.variables.get(name)} = env[${quote(name)}]`)
  write(code, ...emission.prelude)
  writeHead(code, context, takes)
  for (const entry of entries) writeEntry(code, entry, { origin, takes })
  writeRules(code, context)
  writeEnd(code, origin, takes)
  return link(['reading'], code.lines.join('\n'), emission)
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
  if (test !== 'true') write(code, `if (!(${test})) return ${refusal(code, quote(message))}`)
}
