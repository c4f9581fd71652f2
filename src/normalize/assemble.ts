import type { Program } from '../model/expression.ts'
import { Failure } from '../model/expression.ts'
import { applyDefaults } from '../ocsf/apply-defaults.ts'
import type { AttributePath } from '../ocsf/attribute-path.ts'
import { completeEvent } from '../ocsf/complete.ts'
import type { EventHead } from '../ocsf/start-event.ts'
import type { Attribute } from '../ocsf/tables.ts'
import { validateEvent } from '../ocsf/validate.ts'
import type { OcsfEvent, Writer } from '../ocsf/write.ts'
import { MOMENT, TEXT } from './attribute-kinds.ts'
import { evaluateGiven, type Given, isAbsent, programsOf, staysUnmapped } from './given.ts'
import { momentMs } from './moment.ts'
import { identityOf, type Occurrence, occurrenceOf, timeOf } from './occurrence.ts'
import type { Origin } from './origin.ts'
import { completedByDefault, prune } from './prune.ts'
import { rawData } from './raw-data.ts'
import { type Build, type Reading, Refused } from './reading.ts'
import { merged } from './remainder.ts'
import { takeReads } from './take-reads.ts'
import { countIn } from './tally.ts'
import { type Taken, unmappedOf } from './unmapped.ts'
import { valueAt } from './value-at.ts'

/** One attribute, and how it is written. */
export type Step = {
  readonly name: string
  readonly path: AttributePath
  readonly attribute: Attribute
  readonly given: Given
  readonly write: Writer
}

/** What an event says before its attributes are written. */
export type Head = Omit<EventHead, 'classUid' | 'activity' | 'action'>

export type AssemblyPlan = {
  readonly classUid: number
  readonly origin: Origin
  readonly start: (head: Head) => OcsfEvent
  /** Absent: the time of the record as collected; `now`: when it is read. */
  readonly time: Program | 'now' | undefined
  readonly steps: readonly Step[]
}

/**
 * Makes events attribute by attribute, with the writers of `src/ocsf`, and checks each: for what `generate` does not cover,
 * which is inventory, and rows that give whole objects.
 */
export function assembler(plan: AssemblyPlan): Build {
  const spared = completedByDefault(plan.classUid)
  const steps = plan.steps.filter((step) => !staysUnmapped(step.path, step.given))
  return (reading) => {
    const time = plan.time === 'now' ? reading.nowMs : timeOf(plan.time, reading.row, reading.env)
    const occurrence = occurrenceOf(time, sourceOf(plan.time), reading.nowMs)
    if ('problem' in occurrence) return new Refused(occurrence.problem)
    const event = plan.start(headOf(plan, reading, occurrence))
    const values = steps.map((step) => writeStep(step, event, reading))
    prune(event, plan.classUid, spared)
    applyDefaults(event)
    prune(event, plan.classUid)
    const taken = takenBy({ plan, steps, values, event, time }, reading)
    completeEvent(event)
    const unmapped = merged(unmappedOf(reading.row, taken, plan.origin.exploded), event['unmapped'])
    if (unmapped !== undefined) event['unmapped'] = unmapped
    if (plan.origin.keepsRaw) Object.assign(event, rawData(reading.row.record))
    const problem = firstProblem(event)
    return problem === undefined ? event : new Refused(problem)
  }
}

const sourceOf = (time: AssemblyPlan['time']): string =>
  typeof time === 'object' ? time.source : 'the record'

/** What an app holds is another event each time it is read. */
function headOf(
  { origin, time }: AssemblyPlan,
  { row, eventCode }: Reading,
  { ms, written }: Exclude<Occurrence, { readonly problem: string }>,
): Head {
  return {
    uid: origin.uidPrefix + identityOf(row) + (time === 'now' ? `:${ms}` : ''),
    ...(row.key !== undefined && { originalUid: row.key }),
    ...(eventCode !== undefined && { eventCode }),
    ...(written !== undefined && { originalTime: written }),
    timeMs: ms,
  }
}

/** What an expression gave, and what the attribute then was; nothing when there was no value, or it did not fit. */
type Written = { readonly value: unknown; readonly written: unknown } | undefined

function writeStep(step: Step, event: OcsfEvent, { env, tally }: Reading): Written {
  const value = evaluateGiven(step.given, env)
  if (isAbsent(value)) return undefined
  if (value instanceof Failure) {
    if (value.reason !== 'missing') countIn(tally.unfit, step.name)
    return undefined
  }
  const isMoment = step.attribute.type === 'timestamp_t' && !step.attribute.isArray
  const ready = isMoment ? momentMs(value) : value
  if (ready !== undefined && step.write(event, ready)) return { value, written: valueAt(event, step.path) }
  countIn(tally.unfit, step.name)
  return undefined
}

type Account = {
  readonly plan: AssemblyPlan
  readonly steps: readonly Step[]
  readonly values: readonly Written[]
  readonly event: OcsfEvent
  readonly time: unknown
}

/** Which parts of the record the event holds before it is completed. */
function takenBy({ plan, steps, values, event, time }: Account, { env, row, eventCode }: Reading): Taken {
  const taken: Taken = { record: new Map(), outer: new Map() }
  for (const [i, { given, attribute, path }] of steps.entries()) {
    const found = values[i]
    if (found === undefined || valueAt(event, path) !== found.written) continue
    for (const program of programsOf(given)) takeReads({ program, attribute, ...found, env, taken })
  }
  const { key, by } = plan.origin.programs
  const also = [
    [plan.time, MOMENT, time, event['time']],
    [key, TEXT, valueAt(env, key?.path ?? []), row.key],
    [by, TEXT, valueAt(env, by?.path ?? []), eventCode],
  ] as const
  for (const [program, attribute, value, written] of also)
    if (typeof program === 'object') takeReads({ program, attribute, value, written, env, taken })
  return taken
}

function firstProblem(event: OcsfEvent): string | undefined {
  const problem = validateEvent(event).find(({ level }) => level === 'error')
  return problem && `${problem.path}: ${problem.message}`
}
