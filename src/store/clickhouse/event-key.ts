import { createHash } from 'node:crypto'

/** The identity of an event in 64 bits, as a decimal number: the column `key`, computed alike. */
export function eventKey(connectionId: string, uid: string): string {
  return keyBytes(connectionId, uid).readBigUInt64LE().toString()
}

/**
 * Keys as one text for a parameter: a thousand uids would not fit into a URL, eight bytes each in base64 do.
 *
 * @see `KEYS`, which reads it in SQL.
 */
export function packKeys(connectionId: string, uids: readonly string[]): string {
  return Buffer.concat(uids.map((uid) => keyBytes(connectionId, uid).subarray(0, 8))).toString('base64url')
}

/** The set of keys packed into the parameter `keys`. */
export const KEYS = `(with base64URLDecode({keys:String}) as bytes
  select reinterpretAsUInt64(substring(bytes, 1 + 8 * number, 8)) from numbers(intDiv(length(bytes), 8)))`

function keyBytes(connectionId: string, uid: string): Buffer {
  return createHash('sha1').update(`${connectionId}\0${uid}`.toWellFormed()).digest()
}
