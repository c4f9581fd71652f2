import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectorOf } from '../collect/testing/connector.ts'
import type { Batch } from '../model/collection.ts'
import { lintEvent } from '../ocsf/lint.ts'
import { validateEvent } from '../ocsf/validate.ts'
import { setAside } from './set-aside.ts'

const NOW = Date.parse('2026-01-10T00:00:00Z')
const connector = connectorOf({
  audit: {
    kind: 'activity',
    request: { get: '/audit' },
    records: 'response.body',
    key: 'record.id',
    window: { time: 'record.at', lookback: '1d' },
  },
  secretive: {
    kind: 'resources',
    request: { get: '/x' },
    records: 'response.body',
    key: 'record.id',
    as: { name: 'record.id' },
    redact: ['record.token'],
  },
})
const batch = (unreadable: Batch['unreadable'], stream = 'audit'): Batch => ({
  stream,
  rows: [],
  env: {},
  filtered: 0,
  unreadable,
})
const aside = (record: unknown) => ({ record, code: 'RECORD_UNMAPPABLE' as const, message: 'no key' })

test('what became no event comes out as a valid OCSF Translation Error: raw, with the reason', () => {
  const records = [{ id: null, n: 9007199254740993n }, 'half a li', null, 7, [], { note: 'a\u0000\ud800' }]
  const quarantined = [
    { stream: 'audit', record: { id: 'x' }, code: 'RECORD_UNMAPPABLE' as const, message: 'time: none' },
  ]
  const events = setAside(connector, batch(records.map(aside)), { quarantined }, NOW)
  assert.equal(events.length, records.length + 1)
  for (const event of events) {
    assert.deepEqual(validateEvent(event), [])
    assert.deepEqual(lintEvent(event, NOW), [])
    assert.equal(event['type_uid'], 600802)
  }
  assert.deepEqual(
    events.map((event) => event['raw_data']),
    [
      '{"id":null,"n":9007199254740993}',
      '"half a li"',
      'null',
      '7',
      '[]',
      '{"note":"a\\u0000\\ud800"}',
      '{"id":"x"}',
    ],
  )
  assert.deepEqual(
    [events[0]?.['status_code'], events.at(-1)?.['message']],
    ['RECORD_UNMAPPABLE', 'time: none'],
  )
})

test('the same record read again has the same id, another has another', () => {
  const uidOf = (record: unknown, nowMs: number) => {
    const [event] = setAside(connector, batch([aside(record)]), { quarantined: [] }, nowMs)
    return (event!['metadata'] as { uid: string }).uid
  }
  assert.equal(uidOf({ a: 1 }, NOW), uidOf({ a: 1 }, NOW + 1000))
  assert.notEqual(uidOf({ a: 1 }, NOW), uidOf({ a: 2 }, NOW))
})

test('a line that could not be parsed is not shown where the stream redacts: nothing could be redacted in it', () => {
  const broken = batch([aside('{"id":1,"token":"hunter2"')], 'secretive')
  const [event] = setAside(connector, broken, { quarantined: [] }, NOW)
  assert.doesNotMatch(JSON.stringify(event), /hunter2/)
  assert.deepEqual(validateEvent(event!), [])
})
