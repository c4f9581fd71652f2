import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeAt } from '../ocsf/attribute-at.ts'
import type { Attribute } from '../ocsf/tables.ts'
import { isKept, isPassedThrough } from './kept.ts'

const AUTHENTICATION = 3002

function attribute(path: string): Attribute {
  const found = attributeAt(AUTHENTICATION, path)
  assert.ok(found.attribute, found.problem)
  return found.attribute
}

const CASES: readonly [path: string, given: unknown, written: unknown, kept: boolean, why: string][] = [
  ['user.name', 'Ada', 'Ada', true, 'the same text'],
  ['user.uid', 7, '7', true, 'a number as text'],
  ['user.name', ' Ada', 'Ada', false, 'text that was trimmed'],
  ['src_endpoint.ip', '10.0.0.1:80', '10.0.0.1', false, 'the port is lost'],
  ['src_endpoint.location.country', 'Germany', 'DE', false, 'the name is lost'],
  ['status_id', 'success', 1, true, 'the word, in another spelling'],
  ['status_id', 'allowed', 1, false, 'a synonym'],
  ['status_id', 'odd', 99, true, 'the word stands beside it'],
  ['session.created_time', '2026-01-01T00:00:00Z', 1_767_225_600_000, true, 'the same moment'],
  ['is_mfa', 'yes', true, true, 'the same truth'],
  ['actor.authorizations', [{}], [{}], false, 'objects may lose members'],
  ['http_request.x_forwarded_for', ['10.0.0.1', '?'], ['10.0.0.1'], false, 'an item is lost'],
  ['http_request.x_forwarded_for', '10.0.0.1', ['10.0.0.1'], true, 'one value as a list of one'],
  ['user.name', null, undefined, false, 'nothing'],
  ['user.name', 'Ada', undefined, false, 'nothing written'],
]

for (const [path, given, written, kept, why] of CASES)
  test(`${path} ${kept ? 'says all' : 'does not say all'} of ${JSON.stringify(given)} (${why})`, () =>
    assert.equal(isKept(attribute(path), given, written), kept))

test('an expression shows what it read only by text and numbers that come out unchanged', () => {
  assert.equal(isPassedThrough(attribute('user.name'), 'Ada', 'Ada'), true)
  assert.equal(isPassedThrough(attribute('user.name'), 'Ada', 'Ada L.'), false)
  assert.equal(isPassedThrough(attribute('session.created_time'), 1_767_225_600, 1_767_225_600_000), true)
  assert.equal(isPassedThrough(attribute('is_mfa'), true, true), false, 'a truth may come from elsewhere')
  assert.equal(isPassedThrough(attribute('is_mfa'), 'true', true), false, 'as text, too')
  assert.equal(isPassedThrough(attribute('status_id'), 'success', 1), false, 'a word may be computed')
  assert.equal(isPassedThrough(attribute('user.name'), '', ''), false, 'empty text is everywhere')
})
