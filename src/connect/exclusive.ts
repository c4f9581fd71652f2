import { sql } from 'kysely'
import { Fault } from '../lib/fault.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'

/** First of the two numbers of our advisory locks on connections; the second is the hash of the id. */
const LOCK_SPACE = 7_202_652
/** Longer than an exchange with its repetition can take: who holds the lock longer is dead or asleep, and loses it. */
const LONGEST_HOLD_MS = 200_000
const LONGEST_WAIT_MS = 220_000
const LOCK_NOT_AVAILABLE = '55P03'

type Place = { readonly organisationId: string; readonly connectionId: string }
type Lanes = { readonly last: Map<string, Promise<unknown>>; busy: number; readonly waiting: (() => void)[] }

const lanesOf = new WeakMap<object, Lanes>()

/**
 * Runs `work` for one connection at a time across all workers. A worker that dies lets go at once.
 *
 * It is an advisory lock, not a lock on the row: an exchange may take minutes, and meanwhile the row is read, paused and referred to.
 * Whoever waits here holds a database connection, so of one process only one waits for a connection, and a third of the pool in all.
 *
 * @throws {Fault} `SOURCE_UNAVAILABLE` when another worker holds it for too long.
 */
export function exclusively<T>(control: ControlStore, place: Place, work: () => Promise<T>): Promise<T> {
  const lanes = lanesOf.get(control) ?? { last: new Map(), busy: 0, waiting: [] }
  lanesOf.set(control, lanes)
  const most = Math.max(1, Math.floor((control.pool.options.max ?? 10) / 3))
  const before = lanes.last.get(place.connectionId) ?? Promise.resolve()
  const turn = before.then(async () => {
    await takeSlot(lanes, most)
    try {
      return await underLock(control, place, work)
    } finally {
      freeSlot(lanes)
    }
  })
  const settled = turn.then(
    () => undefined,
    () => undefined,
  )
  lanes.last.set(place.connectionId, settled)
  void settled.then(() => {
    if (lanes.last.get(place.connectionId) === settled) lanes.last.delete(place.connectionId)
  })
  return turn
}

async function takeSlot(lanes: Lanes, most: number): Promise<void> {
  if (lanes.busy >= most) await new Promise<void>((resolve) => lanes.waiting.push(resolve))
  else lanes.busy++
}

/** A slot goes to the next in line without being free in between. */
function freeSlot(lanes: Lanes): void {
  const next = lanes.waiting.shift()
  if (next === undefined) lanes.busy--
  else next()
}

async function underLock<T>(control: ControlStore, place: Place, work: () => Promise<T>): Promise<T> {
  let done: { readonly value: T } | undefined
  try {
    return await control.within(place.organisationId, async (tx) => {
      await sql`select set_config('lock_timeout', ${`${LONGEST_WAIT_MS}`}, true),
        set_config('idle_in_transaction_session_timeout', ${`${LONGEST_HOLD_MS}`}, true)`.execute(tx)
      await sql`select pg_advisory_xact_lock(${LOCK_SPACE}::int, hashtext(${place.connectionId}))`.execute(tx)
      done = { value: await work() }
      return done.value
    })
  } catch (error) {
    // The work has transactions of its own: that the lock broke afterwards undoes none of them.
    if (done !== undefined) return (done as { readonly value: T }).value
    throw isCode(error, LOCK_NOT_AVAILABLE)
      ? new Fault('SOURCE_UNAVAILABLE', 'another worker has been exchanging this token for minutes')
      : error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
