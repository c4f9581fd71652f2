import { AsyncLocalStorage } from 'node:async_hooks'

/** As much of `fetch` as the sign-in library uses. */
export type Fetch = (address: string | URL | Request, init?: RequestInit) => Promise<Response>

const guarded = new AsyncLocalStorage<Fetch>()
let isLaid = false

/**
 * Runs the library so that its `fetch` is `ours`. It asks identity providers with the global one and takes no other, and that looks a
 * name up once more after the library has checked where it leads.
 */
export function fetchingBy<T>(ours: Fetch, work: () => T): T {
  if (!isLaid) layOver(globalThis.fetch)
  return guarded.run(ours, work)
}

function layOver(theirs: Fetch): void {
  isLaid = true
  globalThis.fetch = (address, init) => {
    const ours = guarded.getStore()
    return ours === undefined ? theirs(address, init) : guarded.exit(() => ours(address, init))
  }
}
