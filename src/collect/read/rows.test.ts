import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamPlan } from '../../model/connector.ts'
import { each, program } from '../testing/expressions.ts'
import { keyText, rowsOf } from './rows.ts'

const NOW = Date.parse('2026-01-02T00:00:00Z')
type Written = Partial<Record<'key' | 'where' | 'explode', string>> & {
  readonly time?: string
  readonly redact?: readonly string[]
  readonly keep?: Record<string, string>
}
function planOf({ time, redact, keep, ...rest }: Written): StreamPlan {
  return {
    kind: 'activity',
    ...each(rest as Record<string, string>, program),
    ...(time && { window: { time: program(time), lookback: 0, lag: 0, overlap: 0, advance: 'end' } }),
    ...(redact && { redact: redact.map(program) }),
    ...(keep && { each: { stream: 'p', keep: each(keep, program) } }),
  } as unknown as StreamPlan
}
const read = (written: Written, records: readonly unknown[], names = {}) =>
  rowsOf(planOf(written), records, names, NOW)

test('records without a key, a time or a readable condition are set aside with the reason; none is lost', () => {
  const records = [
    { id: 1, at: 1_767_225_600, ok: true },
    { at: 1_767_225_600, ok: true },
    { id: null, at: 1_767_225_600, ok: true },
    { id: '', at: 1_767_225_600, ok: true },
    { id: 2, at: 'yesterday', ok: true },
    { id: 3, ok: true },
    { id: 4, at: 1_767_225_600, ok: false },
    { id: 5, at: 1_767_225_600 },
    { id: 6, at: 1_767_225_600, ok: true, n: 'x' },
    'no object',
    null,
  ]
  const { rows, filtered, unreadable } = read(
    { key: 'record.id', time: 'record.at', where: 'record.ok' },
    records,
  )
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['1', '6'],
  )
  assert.equal(filtered, 3)
  assert.deepEqual(
    unreadable.map(({ record }) => record),
    [...records.slice(1, 6), 'no object'],
  )
  assert.equal(rows.length + filtered + unreadable.length, records.length)
})

const KEYS: [value: unknown, text: string | undefined][] = [
  ['a', 'a'],
  [9007199254740993n, '9007199254740993'],
  [1.5, '1.5'],
  [0, '0'],
  [false, 'false'],
  [['a', 1n], '["a",1]'],
  [{ id: 1n }, '{"id":1}'],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
]
for (const [value, text] of KEYS)
  test(`the key of ${String(value)} is ${text}`, () => assert.equal(keyText(value), text))

const TIMES: [at: unknown, ms: number | undefined][] = [
  ['2026-01-01T00:00:00Z', 1_767_225_600_000],
  ['2026-01-01T01:00:00.5+01:00', 1_767_225_600_500],
  [1_767_225_600, 1_767_225_600_000],
  [1_767_225_600_123, 1_767_225_600_123],
  ['1767225600', 1_767_225_600_000],
  [1_767_225_600_000n, 1_767_225_600_000],
  ['01/02/2026', undefined],
  [{}, undefined],
]
for (const [at, ms] of TIMES)
  test(`the time ${JSON.stringify(String(at))} is ${ms}`, () =>
    assert.equal(read({ time: 'record.at' }, [{ at }]).rows[0]?.timeMs, ms))

test('a timestamp is a time', () =>
  assert.equal(
    read({ time: 'timestamp(record.at)' }, [{ at: '2026-01-01T00:00:00Z' }]).rows[0]?.timeMs,
    1_767_225_600_000,
  ))

test('the latest time counts, but not one from the future', () => {
  const at = (text: string) => ({ at: text })
  const records = [at('2026-01-01T00:00:00Z'), at('2099-01-01T00:00:00Z'), at('2025-01-01T00:00:00Z')]
  const { rows, latestMs } = read({ time: 'record.at' }, records)
  assert.equal(rows.length, 3)
  assert.equal(latestMs, Date.parse('2026-01-01T00:00:00Z'))
})

test('explode gives a row for each element, with the record as outer; what is no list is set aside', () => {
  const records = [
    { id: 1, events: [{ n: 'a' }, { n: 'b' }] },
    { id: 2, events: [] },
    { id: 3, events: null },
    { id: 4 },
    { id: 5, events: 'x' },
  ]
  const { rows, unreadable } = read(
    { explode: 'record.events', key: "string(outer.id) + '/' + record.n" },
    records,
  )
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['1/a', '1/b'],
  )
  assert.equal(rows[1]?.outer, records[0])
  assert.deepEqual(
    unreadable.map(({ record }) => record),
    [records[4]],
  )
})

test('what is kept of the parent is joined into every record, and no shared object is touched', () => {
  const parent = { id: 'p' }
  const shared = { id: 1, from: 'app' }
  const { rows } = read(
    { keep: { from: 'parent.id', gone: 'parent.none' }, key: "record.from + '/' + string(record.id)" },
    [shared, shared, 'text'],
    { parent },
  )
  assert.deepEqual(rows[0], { record: { id: 1, from: 'p' }, parent, key: 'p/1' })
  assert.deepEqual(shared, { id: 1, from: 'app' })
})

test('secrets are gone before anything else sees the record: nested, in lists, in exploded parts, in what is set aside', () => {
  const records = [
    { id: 1, hook: { secret: 's', url: 'u' }, keys: [{ secret: 's', n: 1 }, { secret: 's' }] },
    { hook: { secret: 's' }, keys: 'text' },
    { id: 3, hook: 'text' },
  ]
  const { rows, unreadable } = read(
    { key: 'record.id', redact: ['record.hook.secret', 'record.keys.secret'] },
    records,
  )
  assert.deepEqual(rows[0]?.record, { id: 1, hook: { url: 'u' }, keys: [{ n: 1 }, {}] })
  assert.equal(JSON.stringify([rows, unreadable]).includes('"s"'), false)
  const exploded = read({ explode: 'record.parts', redact: ['record.token'] }, [
    { token: 's', parts: [{ token: 's', n: 1 }] },
  ])
  assert.deepEqual(exploded.rows, [{ record: { n: 1 }, outer: { parts: [{ n: 1 }] } }])
})
