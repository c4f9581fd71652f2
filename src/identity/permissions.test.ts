import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  allows,
  KEY_SCOPES,
  PERMISSIONS,
  type Permission,
  ROLES,
  type Role,
  reachOf,
  scopesOf,
} from './permissions.ts'

const member = (role: Role, connectionIds: readonly string[] = []) => ({
  scopes: scopesOf(role),
  connectionIds,
})

const CASES: [role: Role, permission: Permission, connectionId: string | undefined, expected: boolean][] = [
  ['admin', 'connection.delete', undefined, true],
  ['admin', 'key.manage', undefined, true],
  ['analyst', 'activity.export', undefined, true],
  ['analyst', 'connection.change', 'c1', false],
  ['viewer', 'activity.read', undefined, true],
  ['viewer', 'quarantine.read', undefined, false],
  ['viewer', 'query.save', undefined, false],
  ['instance_admin', 'connection.change', 'c1', true],
  ['instance_admin', 'connection.change', 'c2', false],
  ['instance_admin', 'connection.change', undefined, false],
  ['instance_admin', 'connection.create', 'c1', false],
  ['instance_admin', 'member.read', 'c1', false],
]
for (const [role, permission, connectionId, expected] of CASES) {
  test(`${role}: ${permission} on ${connectionId ?? 'everything'} is ${expected ? 'allowed' : 'refused'}`, () => {
    const options = connectionId === undefined ? {} : { connectionId }
    assert.equal(allows(member(role, role === 'instance_admin' ? ['c1'] : []), permission, options), expected)
  })
}

test('an analyst can administer one connection besides', () => {
  const analyst = member('analyst', ['c1'])
  assert.equal(allows(analyst, 'connection.change', { connectionId: 'c1' }), true)
  assert.equal(allows(analyst, 'connection.change', { connectionId: 'c2' }), false)
  assert.equal(reachOf(analyst, 'activity.read'), 'all')
  assert.deepEqual(reachOf(analyst, 'connection.change'), ['c1'])
  assert.deepEqual(reachOf(analyst, 'key.manage'), [])
})

test('a role that may change something may read it, and an admin may do everything', () => {
  for (const [permission, roles] of Object.entries(PERMISSIONS))
    assert.ok(
      roles.some((role) => role === 'admin'),
      permission,
    )
  for (const role of ROLES) {
    const own = member(role, ['c1'])
    const on = { connectionId: 'c1' }
    for (const permission of ['connection.change', 'connection.delete'] as const)
      assert.ok(!allows(own, permission, on) || allows(own, 'connection.read', on))
    assert.ok(!allows(own, 'quarantine.replay', on) || allows(own, 'quarantine.read', on))
  }
})

test('no key can make keys or members, end the organisation, or read letters that let people in', () => {
  const refused = ['key.manage', 'member.manage', 'organisation.delete', 'outbox.read'] as const
  for (const permission of refused) assert.ok(!KEY_SCOPES.includes(permission))
  assert.equal(KEY_SCOPES.length, Object.keys(PERMISSIONS).length - refused.length)
})

test('docs/roles.md shows exactly the table of permissions', () => {
  const shown = [...readFileSync('docs/roles.md', 'utf8').matchAll(/^\| `(\w+\.\w+)` \| (.+) \|$/gm)].map(
    ([, permission, cells]) => [
      permission,
      (cells ?? '').split('|').flatMap((cell, i) => (cell.trim() === '' ? [] : [ROLES[i]])),
    ],
  )
  assert.deepEqual(shown, Object.entries(PERMISSIONS))
})
