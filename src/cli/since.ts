import { Fault } from '../lib/fault.ts'

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A moment in the past: a date, an RFC 3339 time, or how long ago (`7d`).
 *
 * @returns Unix milliseconds; `undefined` when nothing was given.
 * @throws {Fault} `USAGE_WRONG`
 */
export function readSince(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const { amount, unit } = /^(?<amount>\d+)(?<unit>[smhd])$/.exec(text)?.groups ?? {}
  if (amount !== undefined && unit !== undefined) return nowMs - Number(amount) * (UNIT_MS[unit] ?? 0)
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const ms = isTime ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms))
    throw new Fault('USAGE_WRONG', `--since ${text}: write 2026-11-01, 2026-11-01T08:00:00Z or 7d`)
  if (ms > nowMs) throw new Fault('USAGE_WRONG', `--since ${text} lies in the future`)
  return ms
}
