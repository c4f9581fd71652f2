import { actionByVerb, actionOf } from './actions.ts'
import { type AttributePath, parseAttributePath } from './attribute-path.ts'
import { classDefaults, type Default, type Fact, type Source } from './class-defaults.ts'
import { memoize } from './memoize.ts'
import { attributeWriter, type OcsfEvent } from './write.ts'

/** Fills what the house rules of the event's class give, in place. */
export function applyDefaults(event: OcsfEvent): void {
  for (const apply of defaultsOf(event['class_uid'] as number)) apply(event)
}

type Step = (event: OcsfEvent) => void
type Reader = (event: OcsfEvent) => unknown

const defaultsOf = memoize((classUid: number): readonly Step[] =>
  classDefaults(classUid).map((rule) => compileDefault(classUid, rule)),
)

function compileDefault(classUid: number, rule: Default): Step {
  const unless = (rule.unless ?? [rule.put]).map(reader)
  const when = (rule.when ?? []).map(reader)
  const sources = rule.from.map(compileSource)
  const path = parseAttributePath(rule.put)!
  const write = attributeWriter(classUid, path)
  return (event) => {
    if (unless.some((read) => read(event) !== undefined)) return
    if (when.some((read) => read(event) === undefined)) return
    for (const read of sources) {
      const value = read(event)
      if (value !== undefined) {
        write(event, value)
        return
      }
    }
  }
}

function reader(text: string): Reader {
  const path: AttributePath = parseAttributePath(text)!
  return (event) => {
    let at: unknown = event
    for (const step of path) {
      if (typeof at !== 'object' || at === null) return undefined
      at = (at as Record<string, unknown>)[step]
    }
    return at
  }
}

function compileSource(source: Source): Reader {
  if ('copy' in source) return reader(source.copy)
  if ('fact' in source) return (event) => FACTS[source.fact](event)
  if ('value' in source) return () => source.value
  const parts = Object.entries(source.parts).map(([name, path]) => [name, reader(path)] as const)
  return (event) => {
    const present = parts
      .map(([name, read]) => [name, read(event)] as const)
      .filter(([, value]) => value !== undefined)
    return present.length === 0 ? undefined : { ...Object.fromEntries(present), ...source.constants }
  }
}

const appName = reader('metadata.product.name')
const eventCode = reader('metadata.event_code')
const activityName = reader('activity_name')
const eventUid = reader('metadata.uid')
const originalUid = reader('metadata.original_event_uid')

const FACTS: Readonly<Record<Fact, Reader>> = {
  appName,
  eventName: (event) => eventCode(event) ?? activityName(event),
  originalUid: (event) => originalUid(event) ?? eventUid(event),
  resourceType: (event) => actionByVerb(actionOf(event) ?? '')?.resourceType,
}
