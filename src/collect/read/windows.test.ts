import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { program } from '../testing/expressions.ts'
import { isBelievable, piecesOf, positionAfter, spanOf, type WindowPlan } from './windows.ts'

const NOW = 1_000_000
const PLAN: WindowPlan = {
  time: program('record.at'),
  lookback: 10_000,
  lag: 100,
  overlap: 50,
  advance: 'end',
}

const SPANS: [name: string, plan: Partial<WindowPlan>, moments: object, expected: object][] = [
  ['the first run goes back by lookback', {}, {}, { window: { startMs: 990_000, endMs: 999_900 } }],
  ['or to where it was told', {}, { sinceMs: 5 }, { window: { startMs: 5, endMs: 999_900 } }],
  [
    'later runs reach back by overlap',
    {},
    { fromMs: 999_000, sinceMs: 5 },
    { window: { startMs: 998_950, endMs: 999_900 } },
  ],
  ['nothing is asked for before the lag is over', {}, { fromMs: 999_960 }, {}],
  [
    'within the lag, what came late is asked for',
    {},
    { fromMs: 999_900 },
    { window: { startMs: 999_850, endMs: 999_900 } },
  ],
  [
    'a position from the future counts as now',
    { overlap: 200 },
    { fromMs: 9_999_999 },
    { window: { startMs: 999_800, endMs: 999_900 } },
  ],
  [
    'what the app no longer keeps is a gap',
    { retention: 5_000 },
    { fromMs: 900_000 },
    { window: { startMs: 995_000, endMs: 999_900 }, gap: { fromMs: 900_000, toMs: 995_000 } },
  ],
  [
    'also in the first run',
    { retention: 5_000 },
    {},
    { window: { startMs: 995_000, endMs: 999_900 }, gap: { fromMs: 990_000, toMs: 995_000 } },
  ],
  [
    'an overlap cut by the retention is no gap',
    { retention: 5_000 },
    { fromMs: 995_010 },
    { window: { startMs: 995_000, endMs: 999_900 } },
  ],
]
for (const [name, plan, moments, expected] of SPANS)
  test(`${name}`, () => assert.deepEqual(spanOf({ ...PLAN, ...plan }, { nowMs: NOW, ...moments }), expected))

test('pieces cover the span without a hole, oldest first, none longer than maxSpan', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 10, max: 9_000 }),
      (startMs, length, maxSpan) => {
        const whole = { startMs, endMs: startMs + length }
        const pieces = [...piecesOf({ ...PLAN, maxSpan }, whole)]
        assert.equal(pieces[0]?.startMs, whole.startMs)
        assert.equal(pieces.at(-1)?.endMs, whole.endMs)
        pieces.forEach((piece, i) => {
          assert.ok(piece.endMs - piece.startMs <= maxSpan && piece.startMs < piece.endMs)
          assert.equal(piece.startMs, pieces[i - 1]?.endMs ?? startMs)
        })
      },
    ),
    { seed: 19, numRuns: 200 },
  )
  assert.deepEqual([...piecesOf(PLAN, { startMs: 1, endMs: 9 })], [{ startMs: 1, endMs: 9 }])
})

const piece = { startMs: 100, endMs: 200 }
const AFTER: [name: string, advance: 'end' | 'latest', progress: object, expected: number][] = [
  ['end: at the end of the piece, whatever came', 'end', { latestMs: 150 }, 200],
  ['end: never back', 'end', { fromMs: 250 }, 250],
  ['latest: at the latest record', 'latest', { latestMs: 150, fromMs: 120 }, 150],
  ['latest: beyond the piece, where the app shows newer ones', 'latest', { latestMs: 230, fromMs: 120 }, 230],
  ['latest: never back', 'latest', { latestMs: 110, fromMs: 120 }, 120],
  ['latest: where it was when nothing came', 'latest', { fromMs: 120 }, 120],
  ['latest: where it began when nothing ever came', 'latest', {}, 100],
]
for (const [name, advance, progress, expected] of AFTER)
  test(`${name}`, () => assert.equal(positionAfter({ ...PLAN, advance }, { piece, ...progress }), expected))

test('a record from 2099 moves nothing; a vendor whose clock goes a little before ours is believed', () => {
  assert.equal(isBelievable(Date.parse('2099-01-01'), NOW), false)
  assert.equal(isBelievable(NOW + 300_000, NOW), true)
})
