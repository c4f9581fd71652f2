import { constant, emitProgram } from '../../expression/emit-program.ts'
import { actionByVerb } from '../../ocsf/actions.ts'
import type { AttributePath } from '../../ocsf/attribute-path.ts'
import { startEvent } from '../../ocsf/start-event.ts'
import { MOMENT, TEXT } from '../attribute-kinds.ts'
import { isKept } from '../kept.ts'
import type { Says } from '../left-over.ts'
import { momentMs } from '../moment.ts'
import { identityOf, isPlausible, occurrenceOf } from '../occurrence.ts'
import { type Code, fix, freshName, hold, literal, refusal, write } from './code.ts'
import type { RowContext } from './generate.ts'
import type { Facts, Known } from './offers.ts'
import { pathOf, slotAt } from './sketch.ts'
import { noteReads, type Takes } from './takes.ts'

const TIME = pathOf('time')
const ORIGINAL_TIME = pathOf('metadata.original_time')
const UID = pathOf('metadata.uid')
const ORIGINAL_UID = pathOf('metadata.original_event_uid')
const EVENT_CODE = pathOf('metadata.event_code')
const ACTIVITY_NAME = pathOf('activity_name')

/** Writes what `startEvent` puts into every event, and leaves with the reason where the record has no time. */
export function writeHead(code: Code, context: RowContext, takes: Takes): void {
  for (const [path, value] of leavesOf(template(context, context.eventCode)))
    fix(code, slotAt(code.sketch, path), value)
  const time = writeTime(code, context, takes)
  hold(slotAt(code.sketch, TIME), time, true)
  writeNames(code, context)
  noteStream(context, takes)
}

/** The event of this row before anything of a record is in it. */
function template({ plan, origin }: RowContext, eventCode: string | undefined): object {
  const { classUid, activity, action } = plan
  return startEvent(origin.event, {
    ...{ classUid, activity, uid: '', timeMs: 0 },
    ...(action !== undefined && { action }),
    ...(eventCode !== undefined && { eventCode }),
  })
}

function leavesOf(value: object, path: AttributePath = []): readonly (readonly [AttributePath, unknown])[] {
  return Object.entries(value).flatMap(([name, item]) =>
    typeof item === 'object' && !Array.isArray(item)
      ? leavesOf(item, [...path, name])
      : [[[...path, name], item] as const],
  )
}

function writeTime(code: Code, { plan }: RowContext, takes: Takes): string {
  const given = plan.time === undefined ? 'row.timeMs' : emitProgram(plan.time, code.emission)
  if (typeof given !== 'string') write(code, given.statements)
  const value = typeof given === 'string' ? given : given.result
  const [time, written] = [freshName(code, 'v'), freshName(code, 'v')]
  const { emission } = code
  write(code, `const ${time} = ${constant(emission, momentMs)}(${value})`)
  const problem = `${constant(emission, occurrenceOf)}(${value}, ${literal(code, plan.time?.source ?? 'the record')}, nowMs).problem`
  write(
    code,
    `if (${time} === undefined || !${constant(emission, isPlausible)}(${time}, nowMs)) return ${refusal(code, problem)}`,
  )
  write(code, `let ${written} = typeof ${value} === "string" ? ${value} : undefined`)
  hold(slotAt(code.sketch, ORIGINAL_TIME), written, false)
  if (plan.time !== undefined)
    noteReads(takes, { program: plan.time, attribute: MOMENT, held: time, says: () => true })
  return time
}

/** The event's ids and names, which differ from record to record. */
function writeNames(code: Code, context: RowContext): void {
  const { sketch, emission } = code
  const uid = freshName(code, 'v')
  const key = `row.key ?? ${constant(emission, identityOf)}(row)`
  write(code, `const ${uid} = ${literal(code, context.origin.uidPrefix)} + (${key})`)
  hold(slotAt(sketch, UID), uid, true)
  Object.assign(slotAt(sketch, ORIGINAL_UID), { js: 'row.key' })
  if (context.eventCode !== undefined) return
  const name = freshName(code, 'v')
  write(code, `let ${name} = reading.eventCode`)
  hold(slotAt(sketch, EVENT_CODE), name, false)
  if (!isNamedByApp(context)) return
  const activity = freshName(code, 'v')
  const unnamed = slotAt(sketch, ACTIVITY_NAME).js
  write(code, `let ${activity} = reading.eventCode ?? ${unnamed}`)
  hold(slotAt(sketch, ACTIVITY_NAME), activity, true)
}

/** Whether the activity of this row has the name that the app gave the event. */
function isNamedByApp(context: RowContext): boolean {
  const probe = 'a name of the app'
  return (template(context, probe) as { activity_name: unknown }).activity_name === probe
}

/** What every event holds of its record: key and name. */
function noteStream({ origin }: RowContext, takes: Takes): void {
  const { key, by } = origin.programs
  const says: Says = (read, written) => read === written || isKept(TEXT, read, written)
  if (key !== undefined) noteReads(takes, { program: key, attribute: TEXT, held: 'row.key', says })
  if (by !== undefined) noteReads(takes, { program: by, attribute: TEXT, held: 'reading.eventCode', says })
}

/** Facts for the defaults, once the head and the entries are written. */
export function factsOf({ sketch }: Code, { plan, origin }: RowContext): Facts {
  const known = (path: AttributePath): Known | undefined => {
    const { js, fixed, isCertain } = slotAt(sketch, path)
    if (fixed !== undefined) return { fixed }
    return js === 'undefined' ? undefined : { js, isCertain }
  }
  const type = actionByVerb(plan.action ?? '')?.resourceType
  return {
    appName: { fixed: { value: origin.event.app.name } },
    eventName: either(known(EVENT_CODE), known(ACTIVITY_NAME)!),
    originalUid: either(known(ORIGINAL_UID), known(UID)!),
    resourceType: type === undefined ? undefined : { fixed: { value: type } },
  }
}

/** @param second always has a value. */
function either(first: Known | undefined, second: Known): Known {
  if (first === undefined) return second
  if (first.fixed !== undefined || first.isCertain) return first
  const other = second.fixed === undefined ? second.js : JSON.stringify(second.fixed.value)
  return { js: `(${first.js} ?? ${other})`, isCertain: true }
}
