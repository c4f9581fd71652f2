import { digestOf } from '../random.ts'

/** What a token stands for. */
export type Issue = {
  /** Index of the auth method it was issued for. */
  readonly method: number
  readonly clientId: string
  readonly scopes: readonly string[]
  /** Tokens of one consent: they are revoked together. */
  readonly family: string
}
export type AccessToken = Issue & { readonly expiresAt: number }

/** Everything the emulated authorization server has given out. */
export type Issued = {
  readonly mint: (kind: string) => string
  readonly family: () => string
  readonly access: (issue: Issue, expiresAt: number) => string
  readonly refresh: (issue: Issue) => string
  /** The token's rights, while it holds; `undefined` when it is unknown, expired or revoked. */
  readonly read: (token: string, nowMs: number) => AccessToken | undefined
  /** Ends one access token, as an app does when it feels like it. */
  readonly expire: (token: string) => void
  /**
   * Takes a refresh token in exchange: each is good once. One that was used before revokes its whole family.
   *
   * @see RFC 9700 section 4.14.2
   */
  readonly redeem: (token: string) => Issue | 'unknown' | 'reused'
  /** Ends an access token, or everything that came of the consent of a refresh token. */
  readonly revoke: (token: string) => void
  readonly revokeFamily: (family: string) => void
}

/** Remembers what was given out beyond the life of a process: an app does not forget its consents when it starts again. */
export type Ledger = {
  /** What the process before kept. */
  readonly kept: string | undefined
  readonly keep: (text: string) => void
}

type Refresh = { readonly issue: Issue; isUsed: boolean }
type Kept = {
  readonly count: number
  readonly access: readonly (readonly [string, AccessToken])[]
  readonly refresh: readonly (readonly [string, Refresh])[]
  readonly revoked: readonly string[]
}
const NOTHING: Kept = { count: 0, access: [], refresh: [], revoked: [] }

export function openIssued(seed: string, ledger?: Ledger): Issued {
  const kept = ledger?.kept === undefined ? NOTHING : (JSON.parse(ledger.kept) as Kept)
  let { count } = kept
  const mint = (kind: string) => `${kind}_${digestOf(seed, kind, ++count).slice(0, 32)}`
  const access = new Map(kept.access)
  const refresh = new Map(kept.refresh)
  const revoked = new Set(kept.revoked)
  const noted = <T>(result: T): T => {
    const now: Kept = { count, access: [...access], refresh: [...refresh], revoked: [...revoked] }
    ledger?.keep(JSON.stringify(now))
    return result
  }
  return {
    mint,
    family: () => mint('family'),
    access: (issue, expiresAt) => {
      const token = mint('access')
      access.set(token, { ...issue, expiresAt })
      return noted(token)
    },
    refresh: (issue) => {
      const token = mint('refresh')
      refresh.set(token, { issue, isUsed: false })
      return noted(token)
    },
    read: (token, nowMs) => {
      const found = access.get(token)
      return found === undefined || found.expiresAt <= nowMs || revoked.has(found.family) ? undefined : found
    },
    expire: (token) => access.delete(token),
    redeem: (token) => {
      const found = refresh.get(token)
      if (found === undefined || revoked.has(found.issue.family)) return 'unknown'
      if (found.isUsed) {
        revoked.add(found.issue.family)
        return noted('reused')
      }
      found.isUsed = true
      return noted(found.issue)
    },
    revoke: (token) => {
      const family = refresh.get(token)?.issue.family
      if (family === undefined) access.delete(token)
      else revoked.add(family)
      noted(token)
    },
    revokeFamily: (family) => void noted(revoked.add(family)),
  }
}
