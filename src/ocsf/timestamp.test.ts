import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Instant } from '../model/expression.ts'
import { rfc3339, timestampMs } from './timestamp.ts'

/** Far from UTC, so that a reading in local time would show. */
process.env['TZ'] = 'Pacific/Kiritimati'

const MS = 1_704_164_645_000 // 2024-01-02T03:04:05Z

const CASES: readonly [value: unknown, expected: number | undefined, why: string][] = [
  [MS, MS, 'milliseconds'],
  [MS / 1e3, MS, 'seconds'],
  [MS / 1e3 + 0.25, MS + 250, 'seconds with a fraction'],
  [Date.UTC(1985, 0, 1), Date.UTC(1985, 0, 1), 'milliseconds of long ago'],
  [MS * 1e3, MS, 'microseconds'],
  [BigInt(MS) * 1_000_000n, MS, 'nanoseconds, beyond 2^53'],
  [String(MS), MS, 'digits as text'],
  [`${MS / 1e3}.5`, MS + 500, 'digits with a fraction as text'],
  [new Instant(MS, 5), MS, 'a CEL timestamp'],
  [{ kind: 'instant', ms: MS, nanos: 5 }, undefined, 'a record of the app that looks like one'],
  ['2024-01-02T03:04:05Z', MS, 'RFC 3339'],
  ['2024-01-02t03:04:05z', MS, 'RFC 3339 in small letters'],
  ['2024-01-02 03:04:05', MS, 'without a zone it is UTC, wherever we run'],
  ['2024-01-02T03:04:05.123456Z', MS + 123, 'finer than milliseconds'],
  ['2024-01-02T05:04:05+02:00', MS, 'an offset'],
  ['2024-01-02T05:04:05+0200', MS, 'an offset without a colon'],
  ['2024-01-02 03:04:05 +0000', MS, 'an offset after a space'],
  ['2024-01-02T03:04', MS - 5000, 'without seconds'],
  ['2024-01-02', Date.UTC(2024, 0, 2), 'a date is its midnight in UTC'],
  [' 2024-01-02 ', Date.UTC(2024, 0, 2), 'spaces around'],
  ['2024-13-01', undefined, 'no such month'],
  ['02.01.2024', undefined, 'another order'],
  ['yesterday', undefined, 'words'],
  ['', undefined, 'nothing'],
  [null, undefined, 'null'],
  [true, undefined, 'a boolean'],
  [Number.NaN, undefined, 'no number'],
  [1e21, undefined, 'beyond all units'],
]
for (const [value, expected, why] of CASES) {
  test(`a moment from ${why}`, () => assert.equal(timestampMs(value), expected))
}

test('years that RFC 3339 cannot write have no text', () => {
  assert.equal(rfc3339(MS), '2024-01-02T03:04:05.000Z')
  assert.equal(rfc3339(Date.UTC(9999, 11, 31, 23, 59, 59, 999)), '9999-12-31T23:59:59.999Z')
  assert.equal(rfc3339(Date.UTC(10_000, 0, 1)), undefined)
  assert.equal(rfc3339(8.64e15), undefined)
  assert.equal(rfc3339(-8.64e15), undefined)
})
