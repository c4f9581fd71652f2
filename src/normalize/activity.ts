import type { StreamPlan } from '../model/connector.ts'
import { Failure, type Program } from '../model/expression.ts'
import { startEvent } from '../ocsf/start-event.ts'
import { attributeWriter } from '../ocsf/write.ts'
import { assembler } from './assemble.ts'
import { canGenerate } from './generate/can-generate.ts'
import { generateBuild, type RowContext } from './generate/generate.ts'
import type { Origin } from './origin.ts'
import type { Build, Reading } from './reading.ts'
import { type MappingRow, type RowPlan, rowPlan } from './row-plan.ts'
import { countIn } from './tally.ts'

type Line = { readonly when: Program | undefined; readonly build: Build }

/**
 * Makes activity events: the app's name of the event chooses a row of the mapping, in order, and `otherwise` takes what
 * no row names.
 */
export function activityBuild(stream: StreamPlan, origin: Origin): Build {
  const { by, common, events = {}, otherwise } = stream.map ?? {}
  const line = (row: MappingRow, eventCode?: string): Line => {
    const plan = rowPlan(row, common)
    const context = { plan: { ...plan, ...timeOfRow(plan, stream) }, origin, eventCode }
    return { when: plan.when, build: onFirstUse(() => rowBuild(context)) }
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
    if (name instanceof Failure) return `by: ${by!.source}: ${name.message}`
    reading.eventCode = name
    const found = firstLine(linesByName.get(name ?? '') ?? NO_LINES, reading)
    if (typeof found === 'string') return found
    if (found === undefined && by !== undefined) countIn(reading.tally.unmapped, name ?? '')
    return (found ?? rest).build(reading)
  }
}

const NO_LINES: readonly Line[] = []

/** Most connectors name more events than a day has: a function is written when its event is first seen. */
function onFirstUse(make: () => Build): Build {
  let made: Build | undefined
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

function firstLine(lines: readonly Line[], { env }: Reading): Line | string | undefined {
  for (const line of lines) {
    const holds = line.when === undefined || line.when.evaluate(env)
    if (holds instanceof Failure && holds.reason !== 'missing')
      return `when: ${line.when!.source}: ${holds.message}`
    if (holds === true) return line
  }
  return undefined
}

function rowBuild(context: RowContext): Build {
  return canGenerate(context.plan) ? generateBuild(context) : assembledBuild(context)
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
