import { hash } from 'node:crypto'

/** The identity of an event in 64 bits: the column `key`, computed alike. */
export function eventKey(connectionId: string, uid: string): bigint {
  return hash('sha1', `${connectionId}\0${uid}`.toWellFormed(), 'buffer').readBigUInt64LE()
}

/**
 * A set of keys as SQL. They are numbers we computed, so they stand in the statement itself: a parameter goes into the URL, where a thousand
 * would not fit. As one text for the engine to cast: thousands of literals take it five times as long to read.
 */
export function keySet(keys: readonly bigint[]): string {
  return `(select arrayJoin('[${keys.join(',')}]'::Array(UInt64)))`
}
