import { sql } from 'kysely'
import type { Clock } from '../lib/clock.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'
import {
  type AuditActor,
  type AuditEntry,
  type AuditHead,
  type AuditTarget,
  CHAIN_START,
  type ChainFault,
  followChain,
  hashOfEntry,
  type PlainRecord,
  storable,
} from './audit-chain.ts'
import { withIdentityTables } from './tables.ts'

export type AuditRecord = {
  readonly organisationId: string
  readonly actor: AuditActor
  readonly action: string
  readonly target: AuditTarget
  readonly detail?: PlainRecord
}
/** Entries with numbers below `before`, newest first. */
export type AuditPage = { readonly before?: number; readonly limit?: number }
export type Verification =
  | { readonly isIntact: true; readonly head: AuditHead }
  | ({ readonly isIntact: false } & ChainFault)

export type AuditTrail = {
  /** Adds an entry in the caller's transaction: the change and its line are kept together, or neither is. */
  readonly record: (tx: Tx, entry: AuditRecord) => Promise<AuditHead>
  readonly list: (organisationId: string, page?: AuditPage) => Promise<readonly AuditEntry[]>
  /**
   * Follows the whole trail, and names the first entry that is missing or altered.
   *
   * @param known a head exported earlier: the trail must still lead through it.
   */
  readonly verify: (organisationId: string, known?: AuditHead) => Promise<Verification>
  /** Where the trail ends now, for its owner to keep elsewhere. */
  readonly head: (organisationId: string) => Promise<AuditHead>
}

const PAGE_ENTRIES = 100
const VERIFIED_AT_ONCE = 1000

export function openAuditTrail(control: ControlStore, clock: Clock): AuditTrail {
  return {
    record: (tx, entry) => append(tx, entry, clock.now()),
    list: (organisationId, { before, limit = PAGE_ENTRIES } = {}) =>
      control.within(organisationId, async (tx) => {
        const query = entriesOf(tx, organisationId).orderBy('number', 'desc').limit(limit)
        const rows = await (before === undefined ? query : query.where('number', '<', before)).execute()
        return rows.map(entryOf)
      }),
    verify: (organisationId, known) =>
      control.within(organisationId, (tx) => verify(tx, organisationId, known)),
    head: (organisationId) => control.within(organisationId, (tx) => headOf(tx, organisationId)),
  }
}

async function append(tx: Tx, entry: AuditRecord, at: number): Promise<AuditHead> {
  const heads = withIdentityTables(tx)
  const { organisationId } = entry
  // Takes the lock on the organisation's row, and waits for whoever writes the entry before this one.
  const { number, hash: previousHash } = await heads
    .insertInto('audit_head')
    .values({ organisation_id: organisationId, number: 1, hash: CHAIN_START.hash })
    .onConflict((conflict) =>
      conflict.column('organisation_id').doUpdateSet({ number: sql`audit_head.number + 1` }),
    )
    .returning(['number', 'hash'])
    .executeTakeFirstOrThrow()
  const facts = {
    organisationId,
    number,
    at,
    actor: storable(entry.actor),
    action: entry.action,
    target: storable(entry.target),
    detail: storable(entry.detail ?? {}),
  }
  const hash = hashOfEntry(facts, previousHash)
  await tx
    .insertInto('audit_entry')
    .values({
      organisation_id: organisationId,
      number,
      at: new Date(at),
      actor: JSON.stringify(facts.actor),
      action: facts.action,
      target: JSON.stringify(facts.target),
      detail: JSON.stringify(facts.detail),
      previous_hash: previousHash,
      hash,
    })
    .execute()
  await heads.updateTable('audit_head').set({ hash }).where('organisation_id', '=', organisationId).execute()
  return { number, hash }
}

async function verify(tx: Tx, organisationId: string, known: AuditHead | undefined): Promise<Verification> {
  // Read first: an entry added meanwhile is then beyond the head, not missing.
  const end = await headOf(tx, organisationId)
  let head: AuditHead = CHAIN_START
  while (head.number < end.number) {
    const rows = await entriesOf(tx, organisationId)
      .where('number', '>', head.number)
      .where('number', '<=', end.number)
      .orderBy('number')
      .limit(VERIFIED_AT_ONCE)
      .execute()
    if (rows.length === 0) return { isIntact: false, number: head.number + 1, problem: 'missing' }
    const next = followChain(head, rows.map(entryOf))
    if ('problem' in next) return { isIntact: false, ...next }
    const passed = known && [head, ...rows].find(({ number }) => number === known.number)
    if (passed && !passed.hash.equals(known.hash))
      return { isIntact: false, number: known.number, problem: 'altered' }
    head = next
  }
  if (known !== undefined && known.number > head.number)
    return { isIntact: false, number: head.number + 1, problem: 'missing' }
  if (!head.hash.equals(end.hash)) return { isIntact: false, number: end.number, problem: 'altered' }
  return { isIntact: true, head }
}

async function headOf(tx: Tx, organisationId: string): Promise<AuditHead> {
  const row = await withIdentityTables(tx)
    .selectFrom('audit_head')
    .select(['number', 'hash'])
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return row ?? CHAIN_START
}

function entriesOf(tx: Tx, organisationId: string) {
  return tx.selectFrom('audit_entry').selectAll().where('organisation_id', '=', organisationId)
}

type EntryRow = Awaited<ReturnType<ReturnType<typeof entriesOf>['executeTakeFirstOrThrow']>>

function entryOf(row: EntryRow): AuditEntry {
  return {
    organisationId: row.organisation_id,
    number: row.number,
    at: row.at.getTime(),
    actor: row.actor as AuditEntry['actor'],
    action: row.action,
    target: row.target as AuditEntry['target'],
    detail: row.detail as PlainRecord,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
