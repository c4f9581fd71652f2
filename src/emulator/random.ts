import { createHash } from 'node:crypto'

/** 64 hexadecimal digits that only the parts decide. */
export function digestOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex')
}

/** A number from 0 up to, not including, 1 that only the parts decide. */
export function fraction(...parts: readonly (string | number)[]): number {
  return Number.parseInt(digestOf(...parts).slice(0, 12), 16) / 2 ** 48
}

/** The same items in another order, which only the seed decides. */
export function shuffled<T>(items: readonly T[], seed: string): readonly T[] {
  return items
    .map((item, index) => ({ item, at: fraction(seed, index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
