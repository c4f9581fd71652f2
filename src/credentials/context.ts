import type { Clock } from '../lib/clock.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput, GrantStore } from '../model/credential.ts'
import type { Feature } from '../model/feature.ts'
import type { Transport } from '../model/transport.ts'

/** So many bytes of a cryptographic source; `randomBytes` of `node:crypto` in production. */
export type RandomBytes = (size: number) => Uint8Array

/** Everything it takes to get and keep the credentials of one connection. */
export type CredentialContext = {
  readonly connector: Connector
  readonly input: ConnectionInput
  /** Keeps the grant of the method the customer connected with. */
  readonly store: GrantStore
  readonly transport: Transport
  readonly clock: Clock
  readonly random: RandomBytes
  /** What the customer chose to use: scopes are asked for these only. Default: everything that reads. */
  readonly features?: readonly Feature[]
}
