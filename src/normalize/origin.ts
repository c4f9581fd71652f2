import type { Program } from '../model/expression.ts'
import type { EventOrigin } from '../ocsf/start-event.ts'

/** What all events of one stream share. */
export type Origin = {
  readonly event: EventOrigin
  /** Before the record's key in `metadata.uid`. */
  readonly uidPrefix: string
  readonly keepsRaw: boolean
  /** Where exploded records stand in the record around them. */
  readonly exploded: readonly string[] | undefined
  /** The stream's expressions whose values every event holds. */
  readonly programs: {
    readonly key: Program | undefined
    readonly by: Program | undefined
  }
}
