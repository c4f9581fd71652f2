import type { Rate } from '../model/connector.ts'

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const SIZE_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 * 1024 }
const PER_MS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a checked duration such as `15m`. */
export function durationMs(text: string): number {
  return numberOf(text) * (DURATION_MS[unitOf(text)] ?? Number.NaN)
}

/** Bytes of a checked size such as `10MiB`. */
export function sizeBytes(text: string): number {
  return numberOf(text) * (SIZE_BYTES[unitOf(text)] ?? Number.NaN)
}

/** A checked rate such as `600/min`. */
export function rateOf(text: string): Rate {
  return { count: numberOf(text), perMs: PER_MS[unitOf(text)] ?? Number.NaN }
}

const numberOf = (text: string) => Number.parseInt(text, 10)
const unitOf = (text: string) => text.replace(/^\d+\/?/, '')
