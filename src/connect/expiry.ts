/** When a credential ends for good, as far as anybody knows, and how urgent that is. */
export type ExpiryWarning = {
  /** Unix ms. */
  readonly atMs: number
  readonly daysLeft: number
  readonly urgency: 'soon' | 'urgent' | 'over'
}

type Ending = {
  readonly credential_expires_at: Date | null
  readonly status: string
}

const DAY_MS = 86_400_000
const SOON_DAYS = 30
const URGENT_DAYS = 7

/** @returns `undefined` while there is nothing to do, or nothing left to save. */
export function expiryWarning(
  { credential_expires_at, status }: Ending,
  nowMs: number,
): ExpiryWarning | undefined {
  if (credential_expires_at === null || status === 'disconnected') return undefined
  const atMs = credential_expires_at.getTime()
  const daysLeft = Math.max(0, Math.floor((atMs - nowMs) / DAY_MS))
  if (atMs <= nowMs) return { atMs, daysLeft, urgency: 'over' }
  if (daysLeft >= SOON_DAYS) return undefined
  return { atMs, daysLeft, urgency: daysLeft < URGENT_DAYS ? 'urgent' : 'soon' }
}
