export type Overdue = {
  /** A statement begins, or goes on, that must have ended by then. */
  readonly begin: (ticket: string, deadlineMs: number) => void
  /** Nobody waits for it any more: it is told to end. */
  readonly abandon: (ticket: string) => void
  readonly end: (ticket: string) => void
  readonly abandonAll: () => void
}

/** After its time a statement is told to end; this much later the process is given up: nothing else stops the engine then. */
const GRACE_MS = 10_000
const TICK_MS = 100

type Watched = {
  deadlineMs: number
  isAbandoned: boolean
  /** Its caller has an end; the engine may still work on it. */
  isLeft: boolean
}

export type StatementOrders = {
  readonly cancel: (ticket: string) => Promise<void>
  readonly isRunning: (ticket: string) => Promise<boolean>
  /** Nothing but the end of the process ends it. */
  readonly giveUp: (overdueMs: number) => void
}

/**
 * Ends statements that are overdue or abandoned. One that nobody waits for is watched until the engine no longer works on it: an order to
 * end is at times answered and not obeyed, and then not even its time limit ends it.
 */
export function watchStatements({ cancel, isRunning, giveUp }: StatementOrders): Overdue {
  const statements = new Map<string, Watched>()
  const look = (ticket: string, { deadlineMs, isAbandoned, isLeft }: Watched): void => {
    const nowMs = Date.now()
    if (nowMs - deadlineMs > GRACE_MS) giveUp(nowMs - deadlineMs)
    // Told again and again: one order may come too early.
    if (isAbandoned || nowMs - deadlineMs > 1000) cancel(ticket).catch(() => undefined)
    if (isLeft)
      isRunning(ticket).then(
        (isStill) => isStill || statements.delete(ticket),
        () => undefined,
      )
  }
  setInterval(() => {
    for (const [ticket, watched] of statements) look(ticket, watched)
  }, TICK_MS).unref()
  const abandon = (ticket: string): void => {
    const watched = statements.get(ticket)
    if (watched === undefined) return
    watched.isAbandoned = true
    look(ticket, watched)
  }
  return {
    begin: (ticket, deadlineMs) => {
      const watched = statements.get(ticket)
      if (watched === undefined) statements.set(ticket, { deadlineMs, isAbandoned: false, isLeft: false })
      else watched.deadlineMs = deadlineMs
    },
    abandon,
    end: (ticket) => {
      const watched = statements.get(ticket)
      if (watched?.isAbandoned === true) watched.isLeft = true
      else statements.delete(ticket)
    },
    abandonAll: () => {
      for (const ticket of statements.keys()) abandon(ticket)
    },
  }
}
