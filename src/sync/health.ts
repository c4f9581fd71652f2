import { FAULTS, Fault, isFault } from '../lib/fault.ts'
import type { StoredFault, StreamState } from '../store/postgres/tables.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A failure as kept with the thing that failed. Anything that is no fault is the platform's own, and says nothing of its insides. */
export function storedFault(error: unknown, nowMs: number): StoredFault {
  const fault = isDiskFull(error)
    ? new Fault('DISK_FULL', 'there is no room left on the disk of the stores')
    : isFault(error)
      ? error
      : new Fault('PLATFORM_UNAVAILABLE', 'a part of the platform did not answer')
  const { blame, help } = FAULTS[fault.code]
  return { code: fault.code, message: fault.message, blame, help, at: new Date(nowMs).toISOString() }
}

/** How the system, PostgreSQL and ClickHouse say it. */
const NO_ROOM = /ENOSPC|No space left on device|NOT_ENOUGH_SPACE|RESERVATION_FAILED/
const NO_ROOM_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', '53100', '243'])

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { readonly code?: unknown }
  return (
    NO_ROOM_CODES.has(code) || (!isFault(error) && NO_ROOM.test(error.message)) || isDiskFull(error.cause)
  )
}

const NEEDS_REAUTH: ReadonlySet<string> = new Set([
  'CREDENTIAL_MISSING',
  'CREDENTIAL_REVOKED',
  'CREDENTIAL_REFUSED',
])

/** The credential is of no use: the customer must connect anew. */
export const needsReauth = ({ code }: StoredFault): boolean => NEEDS_REAUTH.has(code)

export type AfterFault = {
  readonly state: Extract<StreamState, 'failed' | 'blocked'>
  readonly nextRunAtMs: number
}

export type FailedRun = {
  readonly fault: StoredFault
  /** Failures in a row before this one. */
  readonly failures: number
  readonly everyMs: number
  readonly nowMs: number
  /** 0 to 1: spreads streams that failed together. */
  readonly random: number
}

const LONGEST_BACK_OFF_MS = HOUR_MS
/** The platform is ours: it is well again sooner, and nobody is troubled by being asked. */
const LONGEST_OWN_BACK_OFF_MS = 5 * MINUTE_MS

/**
 * What a failed run means for the stream.
 *
 * What mends itself (the app, the platform) is tried again ever further apart, up to an hour; what needs a person waits for one, and is
 * still tried every hour in case the person acted in the app and not here.
 */
export function afterFault({ fault, failures, everyMs, nowMs, random }: FailedRun): AfterFault {
  const isOurs = fault.blame === 'platform' || fault.code === 'DISK_FULL'
  const mendsItself = fault.blame === 'source' || isOurs
  const longest = isOurs ? LONGEST_OWN_BACK_OFF_MS : LONGEST_BACK_OFF_MS
  const backOff = Math.min(MINUTE_MS * 2 ** Math.min(failures, 10), longest)
  const waitMs = mendsItself ? backOff * (0.75 + random / 2) : Math.max(everyMs, HOUR_MS)
  return {
    state: mendsItself ? 'failed' : 'blocked',
    nextRunAtMs: nowMs + waitMs,
  }
}

export type Rhythm = {
  readonly eventsTotal: number
  /** Unix ms. */
  readonly sinceMs: number
  readonly lastEventAtMs: number
}

/**
 * How long a stream may give no event before that is odd: ten times its usual distance between events, at least an hour and at most
 * a week. Undefined as long as there is no rhythm to speak of.
 */
export function silenceAfterMs({ eventsTotal, sinceMs, lastEventAtMs }: Rhythm): number | undefined {
  if (eventsTotal < 20 || lastEventAtMs <= sinceMs) return undefined
  const usual = (lastEventAtMs - sinceMs) / eventsTotal
  return Math.min(Math.max(usual * 10, HOUR_MS), 7 * DAY_MS)
}

/** When a stream is read next after a run that succeeded: from the time it was due, so that the rhythm holds, and never in the past. */
export function nextRunAtMs(dueMs: number, everyMs: number, nowMs: number): number {
  const next = dueMs + everyMs
  return next > nowMs ? next : nowMs + everyMs
}
