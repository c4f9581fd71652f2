import { sql } from 'kysely'
import type { Clock } from '../lib/clock.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'

/** A clock that can be set. */
export type AdjustedClock = Clock & {
  /** Takes the time from where all workers take it. Cheap enough for every second. */
  readonly adjust?: () => Promise<void>
}

/** A difference below this is the way to the database and back. */
const LEAST_SKEW_MS = 1_000

/** The database's time on this machine: workers whose clocks differ ask the app for the same windows and plan the same runs. */
export async function sharedClock(control: ControlStore, own: Clock): Promise<Required<AdjustedClock>> {
  let skewMs = 0
  const adjust = async (): Promise<void> => {
    const beforeMs = own.now()
    const { rows } = await control.asPlatform((tx) =>
      sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx),
    )
    const seenMs = (rows[0]?.now.getTime() ?? beforeMs) - (beforeMs + own.now()) / 2
    skewMs = Math.abs(seenMs) < LEAST_SKEW_MS ? 0 : seenMs
  }
  await adjust()
  return { now: () => Math.round(own.now() + skewMs), sleep: own.sleep, adjust }
}
