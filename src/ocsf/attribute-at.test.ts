import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeAt } from './attribute-at.ts'
import { formatAttributePath, parseAttributePath } from './attribute-path.ts'

const FOUND: readonly [classUid: number, path: string, type: string, isArray: boolean, owner: string][] = [
  [3002, 'user.uid', 'string_t', false, 'user'],
  [3002, 'time', 'timestamp_t', false, 'authentication'],
  [3002, 'time_dt', 'datetime_t', false, 'authentication'],
  [3002, 'auth_factors', 'object_t', true, 'authentication'],
  [3002, 'auth_factors[0]', 'object_t', false, 'authentication'],
  [3002, 'auth_factors[0].factor_type_id', 'integer_t', false, 'auth_factor'],
  [3005, 'privileges', 'string_t', true, 'user_access'],
  [3005, 'privileges[2]', 'string_t', false, 'user_access'],
  [6001, 'actor.user.groups[1].name', 'string_t', false, 'group'],
  [6006, 'file.is_public', 'boolean_t', false, 'file'],
  [3002, 'unmapped', 'object_t', false, 'authentication'],
  [3002, 'unmapped.anything.below', 'json_t', false, 'object'],
  [6001, 'web_resources[0].data.visibility', 'json_t', false, 'object'],
]
for (const [classUid, path, type, isArray, owner] of FOUND) {
  test(`${classUid} has ${path}`, () => {
    const found = attributeAt(classUid, path)
    assert.deepEqual([found.attribute?.type, found.attribute?.isArray], [type, isArray])
    assert.equal('owner' in found && found.owner, owner)
  })
}

const MISSING: readonly [classUid: number, path: string, problem: string][] = [
  [3002, 'user.email', 'user (user) has no attribute "email"; did you mean "email_addr"?'],
  [3002, 'sesion.uid', 'the class authentication has no attribute "sesion"; did you mean "session"?'],
  [3002, 'zzzzzz', 'the class authentication has no attribute "zzzzzz"'],
  [6001, 'web_resources.name', 'web_resources is a list: write web_resources[0].name'],
  [3002, 'user[0].name', 'user is not a list'],
  [3002, 'is_mfa.value', 'is_mfa is a boolean_t and has no parts'],
  [3002, 'osint', 'the class authentication has "osint" only with the profile osint'],
  [3002, 'user..uid', '"user..uid" is not an attribute path such as user.email_addr'],
  [9999, 'user', 'OCSF has no class 9999'],
]
for (const [classUid, path, problem] of MISSING) {
  test(`${classUid} does not have ${path}, and says what is wrong`, () => {
    const found = attributeAt(classUid, path)
    assert.equal(found.problem, problem)
    assert.equal(found.attribute, undefined)
  })
}

test('a path reads back as it was written', () => {
  for (const text of ['a', 'a.b_c', 'a[0]', 'a[0].b[12].c', 'a[0][1]'])
    assert.equal(formatAttributePath(parseAttributePath(text)!), text)
  for (const text of ['', '.', 'a.', 'a[', 'a[x]', 'a b', '[0].', 'a..b'])
    assert.equal(parseAttributePath(text), undefined, text)
})
