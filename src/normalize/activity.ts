import type { StreamPlan } from '../model/connector.ts'
import { Failure, type Program } from '../model/expression.ts'
import { startEvent } from '../ocsf/start-event.ts'
import { attributeWriter } from '../ocsf/write.ts'
import { assembler } from './assemble.ts'
import type { Form } from './form.ts'
import { canGenerate } from './generate/can-generate.ts'
import type { RowContext } from './generate/generate.ts'
import type { Origin } from './origin.ts'
import { type Build, type Reading, Refused } from './reading.ts'
import { type MappingRow, type RowPlan, rowPlan } from './row-plan.ts'
import { countIn } from './tally.ts'

type Line<Event> = { readonly when: Program | undefined; readonly build: Build<Event> }

/**
 * Makes activity events: the app's name of the event chooses a row of the mapping, in order, and `otherwise` takes what
 * no row names.
 */
export function activityBuild<Event>(stream: StreamPlan, origin: Origin, form: Form<Event>): Build<Event> {
  const { by, common, events = {}, otherwise } = stream.map ?? {}
  const line = (row: MappingRow, eventCode?: string): Line<Event> => {
    const plan = rowPlan(row, common)
    const context = { plan: { ...plan, ...timeOfRow(plan, stream) }, origin, eventCode }
    return { when: plan.when, build: onFirstUse(() => rowBuild(context, form)) }
  }
  const linesByName = new Map(
    Object.entries(events).map(([name, rows]) => [
      name,
      [rows].flat().map((row) => line(row as MappingRow, name)),
    ]),
  )
  const rest = line(otherwise ?? {})
  return (reading) => {
    const name = by === undefined ? undefined : nameOf(by.evaluate(reading.env))
    if (name instanceof Failure) return new Refused(`by: ${by!.source}: ${name.message}`)
    reading.eventCode = name
    const found = firstLine(linesByName.get(name ?? '') ?? NO_LINES, reading)
    if (found instanceof Refused) return found
    if (found === undefined && by !== undefined) countIn(reading.tally.unmapped, name ?? '')
    return (found ?? rest).build(reading)
  }
}

const NO_LINES: readonly never[] = []

/** Most connectors name more events than a day has: a function is written when its event is first seen. */
function onFirstUse<Event>(make: () => Build<Event>): Build<Event> {
  let made: Build<Event> | undefined
  return (reading) => {
    made ??= make()
    return made(reading)
  }
}

function timeOfRow(plan: RowPlan, stream: StreamPlan): { readonly time?: Program } {
  const time = plan.time ?? stream.window?.time
  return time === undefined ? {} : { time }
}

/** Names may be numbers; what has no name has none. */
function nameOf(value: unknown): string | undefined | Failure {
  if (value instanceof Failure) return value.reason === 'missing' ? undefined : value
  if (value === null || value === '') return undefined
  return typeof value === 'object' ? new Failure('type', 'the name of an event is a text') : String(value)
}

function firstLine<Event>(
  lines: readonly Line<Event>[],
  { env }: Reading,
): Line<Event> | Refused | undefined {
  for (const line of lines) {
    const holds = line.when === undefined || line.when.evaluate(env)
    if (holds instanceof Failure && holds.reason !== 'missing')
      return new Refused(`when: ${line.when!.source}: ${holds.message}`)
    if (holds === true) return line
  }
  return undefined
}

function rowBuild<Event>(context: RowContext, form: Form<Event>): Build<Event> {
  return canGenerate(context.plan) ? form.generated(context) : form.of(assembledBuild(context))
}

/** The same by interpretation; also what the generated functions are compared with. */
export function assembledBuild({ plan, origin }: RowContext): Build {
  const { classUid, activity, action } = plan
  return assembler({
    classUid,
    origin,
    time: plan.time,
    start: (head) =>
      startEvent(origin.event, { ...head, classUid, activity, ...(action !== undefined && { action }) }),
    steps: plan.entries.map((entry) => ({ ...entry, write: attributeWriter(classUid, entry.path) })),
  })
}
