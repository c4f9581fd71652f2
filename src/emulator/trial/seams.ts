import type { Clock } from '../../lib/clock.ts'
import type { Batch, Position } from '../../model/collection.ts'
import type { Connector } from '../../model/connector.ts'
import type { ConnectionInput, GrantStore } from '../../model/credential.ts'
import type { Normalized } from '../../model/event.ts'
import type { Transport } from '../../model/transport.ts'

/** One stream of a connection to the emulated app. */
export type TrialRun = {
  readonly connector: Connector
  readonly stream: string
  readonly transport: Transport
  readonly clock: Clock
  readonly input: ConnectionInput
  readonly grants: GrantStore
}

/** The stages of a stream, composed: given by whoever may know all stages. */
export type OpenStages = (run: TrialRun) => {
  readonly pages: (from?: Position) => AsyncIterable<Batch>
  /** Never called for a stream of kind list: its records are no events. */
  readonly normalize: (batch: Batch) => Normalized
}

/** What one check of a connector found. */
export type TestResult = {
  readonly stream?: string
  /** What must hold, as a sentence. */
  readonly name: string
  readonly ok: boolean
  /** What does not hold, or what is worth knowing although it does. */
  readonly detail?: string
}
