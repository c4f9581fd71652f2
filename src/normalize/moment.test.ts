import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Instant } from '../model/expression.ts'
import { rfc3339, timestampMs } from '../ocsf/timestamp.ts'
import { momentMs, momentText } from './moment.ts'

const CASES: readonly [given: unknown, expected: number | undefined, why: string][] = [
  ['2026-11-20T10:11:12Z', Date.UTC(2026, 10, 20, 10, 11, 12), 'the usual form'],
  ['2026-11-20T10:11:12.345Z', Date.UTC(2026, 10, 20, 10, 11, 12, 345), 'with milliseconds'],
  ['2026-11-20T10:11:12.345678Z', Date.UTC(2026, 10, 20, 10, 11, 12, 345), 'finer than a millisecond'],
  ['2026-11-20T10:11:12+02:00', Date.UTC(2026, 10, 20, 8, 11, 12), 'another zone'],
  ['2026-11-20T25:11:12Z', undefined, 'no such hour'],
  ['2026-11-20T10:1x:12Z', undefined, 'no digit'],
  ['2026-13-40T10:11:12Z', undefined, 'no such day'],
  [1_763_000_000, 1_763_000_000_000, 'seconds'],
  [1_763_000_000_123, 1_763_000_000_123, 'milliseconds'],
  [new Instant(1_763_000_000_123), 1_763_000_000_123, 'a CEL timestamp'],
  [0, undefined, 'a placeholder for never'],
  [3600, undefined, 'the first hour of 1970: no app was there'],
  ['1970-01-01T00:00:00Z', undefined, 'the same as text'],
  [null, undefined, 'nothing'],
]

for (const [given, expected, why] of CASES)
  test(`a moment: ${JSON.stringify(given)} (${why})`, () => assert.equal(momentMs(given), expected))

const anyMs = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 })

test('a moment is written as rfc3339 writes it, whatever was written before', () => {
  fc.assert(
    fc.property(fc.array(anyMs, { maxLength: 5 }), (moments) => {
      for (const ms of moments.flatMap((ms) => [ms, ms + 1, ms - 1, ms + 86_400_000]))
        assert.equal(momentText(ms), rfc3339(ms))
    }),
    { seed: 1 },
  )
})

test('a moment is read as timestampMs reads it, except at the beginning of 1970', () => {
  const text = fc.oneof(
    anyMs.map((ms) => rfc3339(ms)!),
    anyMs.map((ms) => rfc3339(ms)!.replace(/\.\d+/, '')),
    fc.stringMatching(/^20\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-6]\d:[0-6]\d(\.\d{3})?Z$/),
    fc.string(),
  )
  fc.assert(
    fc.property(text, (written) => {
      const expected = timestampMs(written)
      assert.equal(
        momentMs(written),
        expected !== undefined && Math.abs(expected) < 1e10 ? undefined : expected,
      )
    }),
    { seed: 1, numRuns: 500 },
  )
})
