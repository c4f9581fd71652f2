import type { Clock } from '../lib/clock.ts'
import { FAULTS, type Fault, isFault } from '../lib/fault.ts'
import type { GrantStore } from '../model/credential.ts'
import { type HeldGrant, isAlive, isFresh } from './grant.ts'

/** Where tokens come from. */
export type TokenSource = {
  /**
   * Another grant in place of the one held; the first when none is. Counts `generation` on.
   *
   * @throws {Fault} `CREDENTIAL_MISSING` when that takes a person; whatever the token endpoint's answer means.
   */
  readonly exchange: (held: HeldGrant | undefined) => Promise<HeldGrant>
  /** Whether `exchange` can do without a person. */
  readonly canReplace: (held: HeldGrant | undefined) => boolean
}

/** Keeps one token fit for use, for everybody who asks. */
export type TokenHolder = {
  /** The grant to send now; exchanged first when it is due. Many callers at once cause one exchange. */
  readonly current: () => Promise<HeldGrant>
  /**
   * Puts another in place of a grant that the app refused.
   *
   * @returns whether there is another one to try. False too when the refused one had itself replaced a refused one within the last half minute.
   */
  readonly replace: (refused: HeldGrant) => Promise<boolean>
}

/** After a failed exchange the next waits: every stream of the connection would ask again at once. */
const PAUSE_MS = { source: 30_000, person: 300_000 } as const

type Failed = { readonly fault: Fault; readonly generation: number; readonly untilMs: number }
type Options = { readonly source: TokenSource; readonly store: GrantStore; readonly clock: Clock }

/**
 * Holds the tokens of one method. The exchange runs inside `store.update`, so that one worker at a time presents a
 * refresh token, and what it got is stored before anybody uses it; the others find it when their turn comes.
 */
export function openHolder({ source, store, clock }: Options): TokenHolder {
  let flight: Promise<HeldGrant> | undefined
  let failed: Failed | undefined
  let replacement: { readonly generation: number; readonly untilMs: number } | undefined

  const exchange = (seen: HeldGrant | undefined): Promise<HeldGrant> =>
    store.update(async (current) => {
      const isTheirs = generationOf(current) > generationOf(seen)
      return current !== undefined && isTheirs && isFresh(current, clock.now())
        ? current
        : source.exchange(current)
    })

  /** A refused refresh token may only mean that another worker was first: then the store has what it got. */
  const recover = async (error: unknown, seen: HeldGrant | undefined): Promise<HeldGrant> => {
    if (!isFault(error)) throw error
    const latest = error.code === 'CREDENTIAL_REVOKED' ? await store.read() : undefined
    const isTheirs = generationOf(latest) > generationOf(seen)
    if (latest !== undefined && isTheirs && isAlive(latest, clock.now())) return latest
    const pauseMs = FAULTS[error.code].blame === 'source' ? PAUSE_MS.source : PAUSE_MS.person
    failed = { fault: error, generation: generationOf(seen), untilMs: clock.now() + pauseMs }
    throw error
  }

  const renew = async (seen: HeldGrant | undefined): Promise<HeldGrant> => {
    if (failed?.generation === generationOf(seen) && clock.now() < failed.untilMs) throw failed.fault
    flight ??= exchange(seen)
      .catch((error: unknown) => recover(error, seen))
      .finally(() => {
        flight = undefined
      })
    return flight
  }

  const read = async (): Promise<HeldGrant | undefined> => {
    try {
      return await store.read()
    } catch (error) {
      if (isFault(error, 'CREDENTIAL_MISSING') && source.canReplace(undefined)) return undefined
      throw error
    }
  }

  return {
    current: async () => {
      const held = await read()
      if (held === undefined) return renew(held)
      if (isFresh(held, clock.now())) return held
      try {
        return await renew(held)
      } catch (error) {
        if (isFault(error) && isAlive(held, clock.now())) return held
        throw error
      }
    },
    replace: async (refused) => {
      const held = await read()
      if (held !== undefined && held.generation > refused.generation) return true
      if (!source.canReplace(held)) return false
      if (replacement?.generation === refused.generation && clock.now() < replacement.untilMs) return false
      const { generation } = await renew(refused)
      replacement = { generation, untilMs: clock.now() + PAUSE_MS.source }
      return generation > refused.generation
    },
  }
}

/** Zero before the first. */
function generationOf(grant: HeldGrant | undefined): number {
  return grant?.generation ?? 0
}
