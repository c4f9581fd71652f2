import { randomBytes } from 'node:crypto'
import { type ConnectionCheck, checkConnection } from '../collect/check-connection.ts'
import { collect } from '../collect/collect.ts'
import { openLimiter, type Spent } from '../collect/limiter.ts'
import { openAuthorizer } from '../credentials/authorizer.ts'
import type { CredentialContext } from '../credentials/context.ts'
import type { Clock } from '../lib/clock.ts'
import type { Batch, Notice, Position } from '../model/collection.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput, GrantStore } from '../model/credential.ts'
import type { Normalized } from '../model/event.ts'
import type { Feature } from '../model/feature.ts'
import type { Transport } from '../model/transport.ts'
import { openNormalizer, openTextNormalizer } from '../normalize/normalizer.ts'

export type StageOptions = {
  readonly connector: Connector
  readonly input: ConnectionInput
  readonly grants: GrantStore
  /** What the customer chose to use; everything that reads when absent. */
  readonly features?: readonly Feature[]
  readonly transport: Transport
  readonly clock: Clock
  readonly notify: (notice: Notice) => void
  /** 0 to 1, spreads waits. */
  readonly random?: () => number
  /** Keeps the record's JSON in every event. */
  readonly raw?: boolean
}

export type PageOptions = {
  readonly position: Position | undefined
  /** Where to begin when there is no position, Unix milliseconds. */
  readonly sinceMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The stages of one connection, sharing its credential and its allowance. */
export type OpenedStages = {
  readonly pages: (stream: string, options: PageOptions) => AsyncIterable<Batch>
  /** Opens a stream's way from records to events. Not for streams of kind list. */
  readonly normalizer: (stream: string) => (batch: Batch) => Normalized
  /** The same with the JSON text of each event in its place. */
  readonly textNormalizer: (stream: string) => (batch: Batch) => Normalized<string>
  readonly check: () => Promise<ConnectionCheck>
  /** What others spent of the connection's allowance, oldest first. */
  readonly spent: (requests: readonly Omit<Spent, 'rate'>[]) => void
  /** What the consent flows of `src/credentials` work with. */
  readonly credentials: CredentialContext
}

/** Composes the stages over a transport: credentials, collect, normalize. */
export function openStages(options: StageOptions): OpenedStages {
  const { connector, input, grants, features, transport, clock, notify } = options
  const { raw = false, random = Math.random } = options
  const credentials: CredentialContext = {
    connector,
    input,
    store: grants,
    transport,
    clock,
    random: randomBytes,
    ...(features === undefined ? {} : { features }),
  }
  const { settings, secrets } = input
  const limiter = openLimiter(connector.connect.limits, clock)
  const shared = {
    ...{ connector, settings, secrets, transport, clock, notify, random },
    authorizer: openAuthorizer(credentials),
    limiter,
  }
  return {
    credentials,
    pages: (stream, own) => collect({ ...shared, stream, ...own }),
    normalizer: (stream) => openNormalizer({ connector, stream, clock, raw }),
    textNormalizer: (stream) => openTextNormalizer({ connector, stream, clock, raw }),
    check: () => checkConnection(shared),
    spent: (requests) => {
      for (const request of requests) {
        const rate = connector.streams[request.stream]?.limits?.rate
        limiter.spent({ ...request, ...(rate !== undefined && { rate }) })
      }
    },
  }
}
