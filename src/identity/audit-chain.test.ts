import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type AuditEntry,
  type AuditFacts,
  CHAIN_START,
  followChain,
  hashOfEntry,
  storable,
} from './audit-chain.ts'

function chainOf(count: number): AuditEntry[] {
  const entries: AuditEntry[] = []
  let previousHash = CHAIN_START.hash
  for (let number = 1; number <= count; number++) {
    const facts: AuditFacts = {
      organisationId: 'o1',
      number,
      at: 1_700_000_000_000 + number,
      actor: { kind: 'user', id: 'u1', name: 'Ada' },
      action: 'connection.create',
      target: { kind: 'connection', id: `c${number}` },
      detail: { features: ['activity'], nested: { b: 2, a: 1 } },
    }
    const hash = hashOfEntry(facts, previousHash)
    entries.push({ ...facts, previousHash, hash })
    previousHash = hash
  }
  return entries
}

test('an untouched chain ends at its last entry, in one go or in pages', () => {
  const entries = chainOf(7)
  const whole = followChain(CHAIN_START, entries)
  assert.deepEqual(whole, { number: 7, hash: entries[6]?.hash })
  const half = followChain(CHAIN_START, entries.slice(0, 3))
  assert.ok(!('problem' in half))
  assert.deepEqual(followChain(half, entries.slice(3)), whole)
})

const CHANGES: [what: string, change: (entry: AuditEntry) => AuditEntry][] = [
  ['actor', (entry) => ({ ...entry, actor: { ...entry.actor, id: 'u2' } })],
  ['action', (entry) => ({ ...entry, action: 'connection.delete' })],
  ['target', (entry) => ({ ...entry, target: { ...entry.target, id: 'x' } })],
  ['time', (entry) => ({ ...entry, at: entry.at + 1 })],
  ['detail', (entry) => ({ ...entry, detail: { ...entry.detail, more: true } })],
  ['organisation', (entry) => ({ ...entry, organisationId: 'o2' })],
]
for (const [what, change] of CHANGES) {
  test(`a changed ${what} names the entry, even with a hash made to fit`, () => {
    const entries = chainOf(5)
    const altered = change(entries[2]!)
    const refitted = { ...altered, hash: hashOfEntry(altered, altered.previousHash) }
    assert.deepEqual(followChain(CHAIN_START, entries.with(2, altered)), { number: 3, problem: 'altered' })
    assert.deepEqual(followChain(CHAIN_START, entries.with(2, refitted)), { number: 4, problem: 'altered' })
  })
}

test('a deleted entry is named, wherever it was, unless it was the last', () => {
  const entries = chainOf(5)
  for (let i = 0; i < 4; i++)
    assert.deepEqual(followChain(CHAIN_START, entries.toSpliced(i, 1)), { number: i + 1, problem: 'missing' })
})

test('whatever a detail holds, it comes back from JSON with the same hash', () => {
  const plain = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
  fc.assert(
    fc.property(plain, (value) => {
      const detail = storable(JSON.parse(JSON.stringify(value)))
      const text = JSON.stringify(detail)
      assert.ok(text.isWellFormed() && !text.includes('\\u0000'))
      const [entry] = chainOf(1)
      assert.deepEqual(
        hashOfEntry({ ...entry!, detail: JSON.parse(text) }, CHAIN_START.hash),
        hashOfEntry({ ...entry!, detail }, CHAIN_START.hash),
      )
    }),
    { seed: 7, numRuns: 300 },
  )
})
