import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Secret } from '../lib/secret.ts'

/**
 * The text of an API key: `fl_`, 256 random bits, and a checksum over both, in letters and digits.
 * Secret scanners find it by prefix and checksum without asking us; a typing error never reaches the database.
 */
const PREFIX = 'fl_'
const RANDOM_BYTES = 32
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 > 2^256 and 62^6 > 2^32. */
const RANDOM_LENGTH = 43
const CHECKSUM_LENGTH = 6
const SHOWN_LENGTH = PREFIX.length + 6
const SHAPE = /^fl_[0-9A-Za-z]{49}$/

export function newApiKey(): Secret {
  const body = `${PREFIX}${base62(BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`), RANDOM_LENGTH)}`
  return new Secret(body + checksumOf(body))
}

/** Whether a text can be a key at all. */
export function isApiKeyShaped(text: string): boolean {
  return SHAPE.test(text) && checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

/** What may be shown of a key for ever: enough for its owner to recognise it, useless to anybody else. */
export function shownPartOf(key: string): string {
  return key.slice(0, SHOWN_LENGTH)
}

/** How a key is kept. Without the secret a database can neither be read for keys nor be given one. */
export function apiKeyHasher(secret: Secret): (key: string) => Buffer {
  const hashKey = Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'fairlead api key', 32))
  return (key) => createHmac('sha256', hashKey).update(key).digest()
}

function checksumOf(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_LENGTH)
}

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= 62n) text = `${ALPHABET[Number(rest % 62n)]}${text}`
  return text.padStart(length, '0')
}
