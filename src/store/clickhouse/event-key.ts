import { createHash } from 'node:crypto'

/** The identity of an event in 64 bits, as a decimal number: the column `key`, computed alike. */
export function eventKey(connectionId: string, uid: string): string {
  return keyBytes(connectionId, uid).readBigUInt64LE().toString()
}

/**
 * A set of keys as SQL. They are numbers we computed, so they stand in the statement itself: a parameter goes into the URL, where a thousand
 * would not fit.
 */
export function keySet(connectionId: string, uids: readonly string[]): string {
  return `(${uids.map((uid) => keyBytes(connectionId, uid).readBigUInt64LE().toString()).join(',')})`
}

function keyBytes(connectionId: string, uid: string): Buffer {
  return createHash('sha1').update(`${connectionId}\0${uid}`.toWellFormed()).digest()
}
