import { collect } from '../collect/collect.ts'
import { openLimiter } from '../collect/limiter.ts'
import { openAuthorizer } from '../credentials/authorizer.ts'
import { openEgress } from '../egress/egress.ts'
import type { Clock } from '../lib/clock.ts'
import type { Batch, Notice } from '../model/collection.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput, GrantStore } from '../model/credential.ts'
import type { Normalized } from '../model/event.ts'
import type { Transport } from '../model/transport.ts'
import { openNormalizer } from '../normalize/normalizer.ts'
import type { Positions, Stages } from './pipeline.ts'

export type ConnectionOptions = {
  readonly connector: Connector
  readonly input: ConnectionInput
  readonly grants: GrantStore
  readonly clock: Clock
  readonly random: () => number
  readonly notify: (notice: Notice) => void
  /** Development only: loopback hosts may be called. */
  readonly allowLoopback?: boolean
  /** Stands between the stages and the network, e.g. to reach an emulator. */
  readonly through?: (transport: Transport) => Transport
  /** Keeps the record's JSON in every event. */
  readonly raw?: boolean
}

export type StreamOptions = {
  readonly sinceMs?: number
  readonly signal?: AbortSignal
  readonly positions: Positions
  readonly write: (result: Normalized, batch: Batch) => Promise<void>
}

/** One customer's link to one app, with every stage of the pipeline composed for it. */
export type Connection = {
  readonly stagesOf: (stream: string, options: StreamOptions) => Stages
  readonly close: () => Promise<void>
}
