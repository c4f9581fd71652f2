import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { OcsfEvent } from '../model/event.ts'
import { momentMs } from './moment.ts'
import { acmeConnector, normalize } from './testing/acme.ts'
import { anyChanges, changed, leavesIn } from './testing/arbitrary.ts'
import { acmeRecord } from './testing/record.ts'

/** The plain values of a record that an event holds nowhere, neither as they are nor as a moment. */
function lostIn(event: OcsfEvent, record: unknown): readonly unknown[] {
  const held = new Set(leavesIn(event).map((leaf) => String(leaf).toLowerCase()))
  const isHeld = (leaf: unknown): boolean =>
    held.has(String(leaf).toLowerCase()) || held.has(String(momentMs(leaf)))
  return leavesIn(record).filter((leaf) => !isHeld(leaf) && String(leaf).trim() !== '')
}

const names = Object.keys(acmeConnector().streams['audit']!.map?.events ?? {})

test('every value of a record is in its event, mapped or not, or the record is set aside whole', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names, 'brand.new'), anyChanges, (name, changes) => {
      const record = changed(acmeRecord(name), changes)
      const { events, quarantined } = normalize([{ record, key: String(record['id']) }])
      assert.equal(events.length + quarantined.length, 1)
      for (const event of events) assert.deepEqual(lostIn(event, record), [])
      for (const one of quarantined) {
        assert.equal(one.record, record)
        assert.doesNotMatch(one.message, /unexpected/)
      }
    }),
    { seed: 20_261_123, numRuns: 400 },
  )
})

test('every value of an exploded record and of the one around it is in its event', () => {
  const outer = {
    id: 'o-1',
    at: '2026-11-20T10:11:12Z',
    ip: '198.51.100.7',
    actor: { email: 'ada@acme.example', kind: 'user-kind' },
    details: { nested: ['deep-1', { more: 'deep-2' }] },
  }
  const inner = { name: 'moved', parameters: { title: 'Plan', size: 77 }, flags: ['f-1'] }
  fc.assert(
    fc.property(anyChanges, anyChanges, (outerChanges, innerChanges) => {
      const record = changed(inner, innerChanges)
      const around = changed(outer, outerChanges)
      const row = { record, outer: { ...around, events: [record, { name: 'another' }] }, key: 'k-1' }
      const { events } = normalize([row], { stream: 'reports' })
      for (const event of events) assert.deepEqual(lostIn(event, { record, around }), [])
    }),
    { seed: 20_261_123, numRuns: 300 },
  )
})

test('whatever a record is, it becomes a valid event or is set aside: nothing is thrown', () => {
  const streams = Object.keys(acmeConnector().streams)
  fc.assert(
    fc.property(fc.constantFrom(...streams), fc.jsonValue(), (stream, record) => {
      const { events, quarantined } = normalize([{ record, key: 'k' }], { stream })
      assert.equal(events.length + quarantined.length, 1)
      for (const { message } of quarantined) assert.doesNotMatch(message, /unexpected/)
    }),
    { seed: 20_261_123, numRuns: 300 },
  )
})
