import type { FaultCode } from '../lib/fault.ts'

/** One OCSF 1.8.0 event as JSON, complete: siblings, profiles and observables are filled in. */
export type OcsfEvent = Readonly<Record<string, unknown>>

/** A record that could not become an event: kept raw, with the reason, to be replayed after the mapping is corrected. */
export type Quarantined = {
  readonly stream: string
  readonly key?: string
  readonly record: unknown
  readonly code: FaultCode
  readonly message: string
}

/** What a batch of records became: events, or each event's JSON text. */
export type Normalized<Event = OcsfEvent> = {
  readonly events: readonly Event[]
  readonly quarantined: readonly Quarantined[]
  /** Event names that no line of the mapping names, with how often. */
  readonly unmapped: ReadonlyMap<string, number>
  /** Values that did not fit their OCSF attribute and went to `unmapped` in the event, by attribute path. */
  readonly unfit: ReadonlyMap<string, number>
}
