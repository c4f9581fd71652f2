/** One HTTP request as data; already checked by nobody. The transport checks host, address, header names and values. */
export type OutgoingRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Names of the headers and query parameters that carry a credential: never sent to another origin, never logged. */
  readonly credentialHeaders?: readonly string[]
}

/** One whole answer, decompressed and bounded. */
export type Answer = {
  readonly status: number
  /** Lower-case names; several values of one name are joined with ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** The address that answered, after redirects. */
  readonly url: string
}

export type SendOptions = {
  readonly timeoutMs: number
  readonly maxBytes?: number
  readonly signal?: AbortSignal
  /** `never` for token and action requests. `follow`: GET only, at most 3 hops, declared hosts only, no credential to another origin. */
  readonly redirects?: 'follow' | 'never'
}

/**
 * The only way to the network, made by `src/egress` for one connection's hosts.
 *
 * @throws {Fault} `EGRESS_BLOCKED`, `REQUEST_INVALID`, `REDIRECT_REFUSED`, `ANSWER_TOO_LARGE`, `SOURCE_UNAVAILABLE` (no answer: refused,
 * reset, cut short, timed out). Any HTTP status is an answer, not a fault.
 */
export type Transport = (request: OutgoingRequest, options: SendOptions) => Promise<Answer>
