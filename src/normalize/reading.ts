import type { Row } from '../model/collection.ts'
import type { OcsfEvent } from '../ocsf/write.ts'
import type { Tally } from './tally.ts'

/** The record in hand and what is known of it. One object for a whole batch, because records are made into events one by one. */
export type Reading = {
  row: Row
  /** The names that expressions use; `record`, `outer` and `parent` are the row's. */
  readonly env: Record<string, unknown>
  /** The app's name of the event. */
  eventCode: string | undefined
  readonly nowMs: number
  readonly tally: Tally
}

/** Why a record cannot become an event. */
export class Refused {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** Makes the event of a record: as an object, or as its JSON text. */
export type Build<Event = OcsfEvent> = (reading: Reading) => Event | Refused
