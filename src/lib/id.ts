import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A new identifier such as `con_06f3k1…`: a prefix that names the kind, then 26 characters that sort by time.
 *
 * 48 bits of Unix milliseconds and 80 random bits, in Crockford's base 32.
 *
 * @param nowMs Unix milliseconds, from the clock.
 */
export function newId(prefix: string, nowMs: number): string {
  const random = BigInt(`0x${randomBytes(10).toString('hex')}`)
  let rest = (BigInt(nowMs) << 80n) | random
  let text = ''
  for (let i = 0; i < 26; i++) {
    text = ALPHABET[Number(rest & 31n)] + text
    rest >>= 5n
  }
  return `${prefix}_${text}`
}
