import { createHash } from 'node:crypto'
import { canonicalJson } from '../lib/canonical.ts'

/** Only values that a reader of the trail can see through: nothing that hides a secret, no function, no class. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | PlainRecord
export type PlainRecord = { readonly [name: string]: PlainValue }

export type AuditActor = {
  readonly kind: 'user' | 'key' | 'platform'
  readonly id: string
  readonly name: string
}
export type AuditTarget = { readonly kind: string; readonly id: string; readonly name?: string }

/** One line of the trail, without what chains it. */
export type AuditFacts = {
  readonly organisationId: string
  readonly number: number
  /** Unix milliseconds. */
  readonly at: number
  readonly actor: AuditActor
  /** `noun.verb`, for example `connection.create`. */
  readonly action: string
  readonly target: AuditTarget
  readonly detail: PlainRecord
}
export type AuditEntry = AuditFacts & { readonly previousHash: Buffer; readonly hash: Buffer }
/** Where a trail ends. Kept elsewhere by its owner, it proves later that nothing before it was changed or cut off. */
export type AuditHead = { readonly number: number; readonly hash: Buffer }

/** What the first entry of an organisation holds as the hash of the one before it. */
export const CHAIN_START: AuditHead = { number: 0, hash: Buffer.alloc(32) }

export function hashOfEntry(facts: AuditFacts, previousHash: Buffer): Buffer {
  const { organisationId, number, at, actor, action, target, detail } = facts
  const text = canonicalJson({ organisationId, number, at, actor, action, target, detail })
  return createHash('sha256').update(previousHash).update(text).digest()
}

export type ChainFault = { readonly number: number; readonly problem: 'missing' | 'altered' }

/**
 * Follows a chain over the entries that come after `from`, which are in the order of their numbers.
 *
 * @returns the new end, or the first entry that is missing or altered.
 */
export function followChain(from: AuditHead, entries: readonly AuditEntry[]): AuditHead | ChainFault {
  let head = from
  for (const entry of entries) {
    const number = head.number + 1
    if (entry.number !== number) return { number, problem: 'missing' }
    const isIntact = entry.previousHash.equals(head.hash) && entry.hash.equals(hashOfEntry(entry, head.hash))
    if (!isIntact) return { number, problem: 'altered' }
    head = { number, hash: entry.hash }
  }
  return head
}

/** A record as PostgreSQL can keep it: no NUL, no half of a surrogate pair. Names in a trail come from people and apps. */
export function storable<T extends PlainRecord>(value: T): T {
  const entries = Object.entries(value).map(([name, item]) => [storableText(name), storableValue(item)])
  return Object.fromEntries(entries) as T
}

function storableValue(value: PlainValue): PlainValue {
  if (typeof value === 'string') return storableText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (isList(value)) return value.map(storableValue)
  return value !== null && typeof value === 'object' ? storable(value) : value
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value)
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
