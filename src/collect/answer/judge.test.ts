import assert from 'node:assert/strict'
import { test } from 'node:test'
import { program } from '../testing/expressions.ts'
import { judge, type Rules } from './judge.ts'

const RULES: Rules = {
  errors: [
    { when: program('response.body.ok == false'), is: 'throttled', message: program('response.body.error') },
    { when: program("response.body.error == 'gone'"), is: 'empty' },
  ],
  on: { 404: 'empty', '5xx': 'unknown', 501: 'fail' },
  retryOn: [408, 425, 429, 500, 502, 503, 504],
}
const BARE: Rules = { errors: [], retryOn: RULES.retryOn }

const CASES: [name: string, rules: Rules, status: number, body: unknown, outcome: string][] = [
  ['an error inside a 200', RULES, 200, { ok: false }, 'throttled'],
  ['the first error that holds', RULES, 400, { ok: false, error: 'gone' }, 'throttled'],
  ['an error before the status', RULES, 404, { ok: false }, 'throttled'],
  ['a declared status', RULES, 404, {}, 'empty'],
  ['a declared class', RULES, 503, {}, 'unknown'],
  ['a status before its class', RULES, 501, {}, 'fail'],
  ['an error that cannot be told does not hold', RULES, 200, 'html', 'ok'],
  ['200', BARE, 200, {}, 'ok'],
  ['204', BARE, 204, null, 'ok'],
  ['304', BARE, 304, null, 'fail'],
  ['400', BARE, 400, {}, 'fail'],
  ['401', BARE, 401, {}, 'credential'],
  ['403', BARE, 403, {}, 'permission'],
  ['404', BARE, 404, {}, 'fail'],
  ['408', BARE, 408, {}, 'retry'],
  ['409', BARE, 409, {}, 'fail'],
  ['409 where the manifest lists it', { ...BARE, retryOn: [409] }, 409, {}, 'retry'],
  ['429', BARE, 429, {}, 'throttled'],
  ['500', BARE, 500, {}, 'retry'],
  ['503', BARE, 503, {}, 'throttled'],
]
for (const [name, rules, status, body, outcome] of CASES)
  test(`${name}: ${outcome}`, () =>
    assert.equal(judge(rules, { status }, { response: { status, body } }).outcome, outcome))

test('a status that the manifest does not list is not tried again', () => {
  for (const status of [429, 500, 503])
    assert.equal(judge({ errors: [], retryOn: [502] }, { status }, {}).isFinal, true)
})

test('403 with an allowance that is used up is 429', () =>
  assert.equal(judge(BARE, { status: 403, isLimited: true }, {}).outcome, 'throttled'))

test('expect makes any status good, unless an error claims it', () => {
  const rules: Rules = { ...RULES, on: {}, accepts: program('response.status == 404') }
  assert.equal(judge(rules, { status: 404 }, { response: { status: 404, body: {} } }).outcome, 'ok')
  assert.equal(judge(rules, { status: 200 }, { response: { status: 200, body: {} } }).outcome, 'fail')
  assert.equal(
    judge(rules, { status: 404 }, { response: { status: 404, body: { ok: false } } }).outcome,
    'throttled',
  )
})

test("the app's message is one short line of plain text", () => {
  const message = (error: unknown) =>
    judge(RULES, { status: 200 }, { response: { status: 200, body: { ok: false, error } } }).message
  assert.equal(message('not\r\nso\u001b[31m fast\u202e'), 'not so [31m fast')
  assert.equal(message('x'.repeat(500))?.length, 201)
  assert.equal(message(7), '7')
  for (const odd of [undefined, null, {}, ['a']]) assert.equal(message(odd), undefined)
})
