import type { Secret } from '../lib/secret.ts'
import type { OutgoingRequest } from './transport.ts'

/** What the customer gave: settings in the clear, secrets sealed. */
export type ConnectionInput = {
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, Secret>>
  /** Name of the auth method chosen; the first when absent. */
  readonly auth?: string
}

export type Kept = Readonly<Record<string, unknown>>

/** What a token endpoint granted. */
export type Grant = {
  readonly accessToken: Secret
  readonly refreshToken?: Secret
  /** Unix milliseconds; absent: until it is refused. */
  readonly expiresAt?: number
  readonly scopes?: readonly string[]
  /** Values of the answer that requests need: `grant.NAME`. An app may have put anything there, also a secret. */
  readonly kept: Secret<Kept>
  /** Counts exchanges, so that a writer with an older grant is noticed. */
  readonly generation: number
}

/** Where grants live between runs. `update` is exclusive across workers: it reads, lets `change` decide, and writes. */
export type GrantStore = {
  readonly read: () => Promise<Grant | undefined>
  readonly update: (change: (current: Grant | undefined) => Promise<Grant>) => Promise<Grant>
}

/** Adds credentials to requests; refreshes tokens behind the scenes, once for all who wait. */
export type Authorizer = {
  /**
   * The request with the credential of the named method (`none`: unchanged), read at this moment.
   *
   * @throws {Fault} `CREDENTIAL_MISSING`, `CREDENTIAL_REVOKED`, `CREDENTIAL_REFUSED`, `SOURCE_UNAVAILABLE`
   */
  readonly authorize: (request: OutgoingRequest, auth?: string) => Promise<OutgoingRequest>
  /**
   * The app refused the credential that `request` carried. Gets another token where that is possible.
   *
   * @returns true when the request is worth sending again (with `authorize` called anew).
   */
  readonly refused: (request: OutgoingRequest, auth?: string) => Promise<boolean>
  /** Values kept from the token answer (`grant.NAME`), gets a token first when there is none. */
  readonly kept: () => Promise<Kept>
}
