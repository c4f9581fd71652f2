import { stringifyJson } from '../lib/json.ts'
import type { OcsfEvent } from '../ocsf/write.ts'
import { generateBuild, generateTextBuild, type RowContext } from './generate/generate.ts'
import { type Build, Refused } from './reading.ts'

/** What events are made as. */
export type Form<Event> = {
  readonly generated: (context: RowContext) => Build<Event>
  readonly of: (build: Build) => Build<Event>
}

export const OBJECTS: Form<OcsfEvent> = { generated: generateBuild, of: (build) => build }

export const TEXTS: Form<string> = {
  generated: generateTextBuild,
  of: (build) => (reading) => {
    const event = build(reading)
    return event instanceof Refused ? event : stringifyJson(event)
  },
}
