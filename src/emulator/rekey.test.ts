import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rekeyer, timeOf } from './rekey.ts'
import { program } from './testing/acme.ts'

const AT = Date.UTC(2026, 10, 18, 9, 30, 15)
const byId = { key: program('record.id', 'record') }
const byTime = { ...byId, time: program('record.at', 'record') }

const KEYS: readonly (readonly [what: string, keys: readonly unknown[], expected: unknown])[] = [
  ['text that ends in a number', ['evt_007', 'evt_041'], 'evt_044'],
  ['numbers', [7, 41], 44],
  ['big integers', [4611700418812345601n, 4611700418812345625n], 4611700418812345628n],
  ['text without a number', ['alpha', 'beta'], 'alpha-3'],
]
for (const [what, keys, expected] of KEYS) {
  test(`new keys go on where the old ones end: ${what}`, () => {
    const samples = keys.map((id) => ({ id }))
    assert.deepEqual(rekeyer(byId, samples, {})?.(samples[0], 3), { id: expected })
  })
}

test('a hexadecimal key becomes another of its kind', () => {
  const samples = [{ id: 'tok_9f3a77b012cd' }]
  const made = rekeyer(byId, samples, {})?.(samples[0], 1) as { id: string }
  assert.match(made.id, /^tok_[0-9a-f]{12}$/)
  assert.notEqual(made.id, samples[0]?.id)
})

test('a thousand serial numbers give a thousand keys', () => {
  for (const id of ['e_1', 'ab12cd34ef', 'x', 12]) {
    const rekey = rekeyer(byId, [{ id }], {})!
    const keys = Array.from({ length: 1000 }, (_, serial) => JSON.stringify(rekey({ id }, serial + 1)))
    assert.equal(new Set(keys).size, 1000, String(id))
  }
})

test('a key that is read from elsewhere cannot be made', () => {
  const parts = { key: program('parent.id', 'parent') }
  assert.equal(rekeyer(parts, [{ name: 'x' }], {}), undefined)
})

const TIMES: readonly (readonly [before: unknown, expected: unknown])[] = [
  ['2026-01-02T03:04:05Z', '2026-11-18T09:30:15Z'],
  ['2026-01-02T03:04:05.120Z', '2026-11-18T09:30:15.000Z'],
  ['2026-01-02T03:04:05.120456Z', '2026-11-18T09:30:15.000000Z'],
  ['2026-01-02T04:04:05+01:00', '2026-11-18T09:30:15Z'],
  [1_767_323_045, AT / 1000],
  [1_767_323_045_000, AT],
  ['1767323045', String(AT / 1000)],
]
for (const [before, expected] of TIMES) {
  test(`a record is moved in time as it writes time: ${JSON.stringify(before)}`, () => {
    const record = { id: 'e_1', at: before }
    const moved = rekeyer(byTime, [record], {})?.(record, 1, AT) as { at: unknown }
    assert.deepEqual(moved.at, expected)
    assert.equal(timeOf(byTime.time, { record: moved }), AT)
  })
}

test('elements that are exploded get keys of their own and keep their distance in time', () => {
  const parts = { ...byTime, explode: program('record.events', 'record') }
  const record = {
    events: [
      { id: 'e_1', at: AT - 5000 },
      { id: 'e_2', at: AT - 2000 },
    ],
  }
  const made = rekeyer(parts, [record], {})?.(record, 2, AT)
  assert.deepEqual(made, {
    events: [
      { id: 'e_202', at: AT },
      { id: 'e_203', at: AT + 3000 },
    ],
  })
})
