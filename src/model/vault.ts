import type { Secret } from '../lib/secret.ts'

/** What is sealed, and the column it is kept in. */
export type SealPurpose = 'secrets' | 'grant' | 'consent' | 'record' | 'webhook'

/** What a sealed value belongs to: it opens with the same of all four only. */
export type SealedFor = {
  readonly organisationId: string
  /** Id of what it was sealed for: the connection of a credential, the row of anything else. */
  readonly subject: string
  readonly purpose: SealPurpose
  /** What else must be the same when it is opened: the hosts a credential may be sent to. */
  readonly binding?: string
}

/** Seals values with the organisation's own key before any store sees them. */
export type Vault = {
  readonly seal: (plain: Secret | string, owner: SealedFor) => Promise<Buffer>
  /**
   * @throws {Fault} `CREDENTIAL_MISSING` when it was sealed for another binding; `SEAL_BROKEN` when it was changed, moved to another
   * row, organisation or column, or its key was destroyed.
   */
  readonly open: (sealed: Uint8Array, owner: SealedFor) => Promise<Secret>
  /** As `open`, for records of an app, which are no credentials. */
  readonly openRecord: (
    sealed: Uint8Array,
    owner: SealedFor & { readonly purpose: 'record' },
  ) => Promise<string>
}

/** A data key as it is stored: sealed with a root key. */
export type WrappedKey = {
  readonly organisationId: string
  readonly version: number
  readonly rootKeyId: string
  readonly wrapped: Uint8Array
}

/** Where wrapped data keys are kept. The organisation of the canary, `''`, is nobody's. */
export type DataKeyStore = {
  /** Oldest first. */
  readonly versions: (organisationId: string) => Promise<readonly WrappedKey[]>
  /** @returns false when that version exists already. */
  readonly add: (key: WrappedKey) => Promise<boolean>
  /** @returns false when it was rewrapped or destroyed meanwhile. */
  readonly rewrap: (key: WrappedKey, formerRootKeyId: string) => Promise<boolean>
  /** Some of the keys that another root key wraps, of any organisation. */
  readonly wrappedByOthers: (rootKeyId: string, limit: number) => Promise<readonly WrappedKey[]>
  /** Root keys that wrap something. */
  readonly rootKeyIds: () => Promise<readonly string[]>
  readonly destroy: (organisationId: string) => Promise<void>
}
