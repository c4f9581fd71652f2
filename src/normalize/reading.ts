import type { Row } from '../model/collection.ts'
import type { OcsfEvent } from '../ocsf/write.ts'
import type { Tally } from './tally.ts'

/** One record and what is known of it, on its way to becoming an event. */
export type Reading = {
  readonly row: Row
  /** The names that expressions use. */
  readonly env: Readonly<Record<string, unknown>>
  /** The app's name of the event. */
  readonly eventCode: string | undefined
  readonly nowMs: number
  readonly tally: Tally
}

/** Makes the event of a record; a text says why it cannot be made. */
export type Build = (reading: Reading) => OcsfEvent | string
