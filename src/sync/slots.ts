/** How many runs a worker has under way. A run that only waits for its app lends its slot to another meanwhile. */
export type Slots = {
  readonly room: () => number
  readonly take: () => Slot
}
export type Slot = {
  /** Gives the slot up for so long, milliseconds; it is taken again after that whether there is room or not. */
  readonly lend: (ms: number) => void
  readonly free: () => void
}

/** Shorter waits are not worth it. */
const LEAST_LOAN_MS = 2_000
/** Waiting costs a lease and some memory, so there are only so many runs for each slot. */
const RUNS_PER_SLOT = 16

export function openSlots(count: number): Slots {
  let busy = 0
  let runs = 0
  return {
    room: () => Math.min(count - busy, count * RUNS_PER_SLOT - runs),
    take: () => {
      busy++
      runs++
      let loan: NodeJS.Timeout | undefined
      let isFree = false
      const back = (): void => {
        if (loan === undefined) return
        clearTimeout(loan)
        loan = undefined
        busy++
      }
      return {
        lend: (ms) => {
          if (ms < LEAST_LOAN_MS || isFree) return
          back()
          busy--
          loan = setTimeout(back, ms)
        },
        free: () => {
          if (isFree) return
          back()
          isFree = true
          busy--
          runs--
        },
      }
    },
  }
}
