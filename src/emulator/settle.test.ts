import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constantsIn, type Draft, isAbsent, plainValues, settle } from './settle.ts'
import { program } from './testing/acme.ts'

const DRAFT: Draft = {
  status: 200,
  headers: { 'x-next': 'old' },
  body: { more: true, next: { token: 'old' } },
}

test('an answer is changed until the expression reads in it what is wanted', () => {
  const settled = settle(DRAFT, {
    program: program("response.body.next.token + ''", 'response'),
    env: {},
    isRight: (value) => value === 'new',
    values: () => ['wrong', 'new'],
  })
  assert.deepEqual(settled?.body, { more: true, next: { token: 'new' } })
  assert.deepEqual(DRAFT.body, { more: true, next: { token: 'old' } })
})

test('an answer that is right already is left alone', () => {
  const stop = program('response.body.more == true', 'response')
  const settled = settle(DRAFT, {
    program: stop,
    env: {},
    isRight: (value) => value === true,
    values: () => [false],
  })
  assert.equal(settled, DRAFT)
})

test('several places are tried together', () => {
  const stop = program("!response.body.more && response.headers['x-next'] == 'end'", 'response')
  const settled = settle(DRAFT, {
    program: stop,
    env: {},
    isRight: (value) => value === true,
    values: (_, now) => plainValues(now, constantsIn(stop.source)),
  })
  assert.deepEqual(settled?.body, { more: false, next: { token: 'old' } })
  assert.equal(settled?.headers['x-next'], 'end')
})

test('where nothing helps it says so', () => {
  const never = program('size(response.body.next.token) > 100', 'response')
  const wish = {
    program: never,
    env: {},
    isRight: (value: unknown) => value === true,
    values: () => ['a', 'b'],
  }
  assert.equal(settle(DRAFT, wish), undefined)
})

test('a token is absent when it is missing, null or empty', () => {
  const token = program('response.body.next.token', 'response')
  for (const body of [{}, { next: {} }, { next: { token: null } }, { next: { token: '' } }])
    assert.ok(isAbsent(token.evaluate({ response: { ...DRAFT, body } })))
  assert.ok(!isAbsent(token.evaluate({ response: DRAFT })))
})
