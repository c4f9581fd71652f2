import type { Grant, GrantStore } from '../model/credential.ts'

/** Keeps a grant as long as the process lives. Updates wait for each other. */
export function openMemoryStore(first?: Grant): GrantStore {
  let held = first
  let last: Promise<unknown> = Promise.resolve()
  return {
    read: async () => held,
    update: (change) => {
      const next = last.then(async () => {
        held = await change(held)
        return held
      })
      last = next.catch(() => undefined)
      return next
    },
  }
}
