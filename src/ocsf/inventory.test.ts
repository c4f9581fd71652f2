import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completeEvent } from './complete.ts'
import {
  accountStatus,
  inventoryLanding,
  inventoryProblem,
  inventoryWords,
  inventoryWriter,
  startInventory,
} from './inventory.ts'
import { INVENTORY_KINDS, type InventoryKind } from './inventory-table.ts'
import { lintEvent } from './lint.ts'
import { secondOpinion } from './second-opinion.ts'
import { EVENT_TIME_MS, NOW_MS, ORIGIN } from './testing/build-event.ts'
import { validateEvent } from './validate.ts'
import type { OcsfEvent } from './write.ts'

const KINDS = Object.keys(INVENTORY_KINDS) as InventoryKind[]

function build(kind: InventoryKind, words: readonly (readonly [word: string, value: unknown])[]): OcsfEvent {
  const event = startInventory(ORIGIN, kind, { uid: 'i-1', timeMs: EVENT_TIME_MS })
  for (const [word, value] of words) assert.ok(inventoryWriter(kind, word)(event, value), `${word} ${value}`)
  return completeEvent(event)
}

function assertFaultless(event: OcsfEvent): void {
  assert.deepEqual(validateEvent(event), [])
  const opinion = secondOpinion(event['class_uid'] as number)
  assert.ok(opinion(event), JSON.stringify(opinion.errors))
  assert.deepEqual(lintEvent(event, NOW_MS), [])
}

const ACCOUNT = {
  uid: 'u-2',
  email: 'bob@example.com',
  name: 'bob',
  displayName: 'Bob B.',
  status: 'suspended',
  admin: true,
  mfa: 'false',
  lastLogin: '2025-12-31T00:00:00Z',
  createdAt: 1_700_000_000,
  type: 'user',
  groups: ['Eng', { uid: 'g-2', name: 'Ops' }],
  roles: ['Owner'],
  department: 'IT',
  title: 'Dev',
  manager: 'ada@example.com',
}

test('an account becomes a user inventory event that is valid, twice, with nothing for the lint', () => {
  const event = build('accounts', Object.entries(ACCOUNT))
  assertFaultless(event)
  assert.deepEqual(event['user'], {
    uid: 'u-2',
    email_addr: 'bob@example.com',
    name: 'bob',
    display_name: 'Bob B.',
    account: { labels: ['status:suspended'], is_disabled: true, is_locked: false, uid: 'u-2' },
    type_id: 2,
    type: 'Admin',
    has_mfa: false,
    ldap_person: {
      ...{ last_login_time: 1_767_139_200_000, last_login_time_dt: '2025-12-31T00:00:00.000Z' },
      ...{ created_time: 1_700_000_000_000, created_time_dt: '2023-11-14T22:13:20.000Z' },
      ...{ department: 'IT', job_title: 'Dev' },
      manager: { email_addr: 'ada@example.com', name: 'ada@example.com' },
    },
    groups: [{ name: 'Eng' }, { uid: 'g-2', name: 'Ops' }, { type: 'Role', name: 'Owner' }],
  })
})

test('the words of an account mean the same in any order', () => {
  const forwards = build('accounts', Object.entries(ACCOUNT))
  const backwards = build('accounts', Object.entries(ACCOUNT).reverse())
  const sorted = (event: OcsfEvent) => {
    const user = event['user'] as { groups: { name: string }[] }
    return { ...user, groups: user.groups.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
  }
  assert.deepEqual(sorted(backwards), sorted(forwards))
})

test('an administrator is a type of person, and a program stays a program', () => {
  const typeOf = (...words: readonly (readonly [string, unknown])[]) =>
    (build('accounts', [['uid', '1'], ...words])['user'] as { type_id?: number; type?: string }).type
  assert.equal(typeOf(['admin', true]), 'Admin')
  assert.equal(typeOf(['admin', false]), undefined)
  assert.equal(typeOf(['admin', true], ['type', 'bot']), 'Service')
  assert.equal(typeOf(['type', 'bot'], ['admin', true]), 'Service')
  assert.equal(typeOf(['type', 'guest'], ['admin', true]), 'guest')
})

const STATUSES: readonly (readonly [word: unknown, status: string | undefined])[] = [
  ...(['active', 'suspended', 'invited', 'locked', 'deleted'] as const).map((word) => [word, word] as const),
  ['ACTIVE', 'active'],
  ['Deactivated', 'suspended'],
  ['LOCKED_OUT', 'locked'],
  ['pending', 'invited'],
  ['DEPROVISIONED', 'deleted'],
  [true, 'active'],
  [false, 'suspended'],
  ['purple', undefined],
  [null, undefined],
]
for (const [word, status] of STATUSES) {
  test(`the status ${word} means ${status}`, () => assert.equal(accountStatus(word), status))
}

test('a status that is no status is refused, and only what is off is off', () => {
  const event = startInventory(ORIGIN, 'accounts', { uid: 'i', timeMs: EVENT_TIME_MS })
  assert.equal(inventoryWriter('accounts', 'status')(event, 'purple'), false)
  assert.equal(event['user'], undefined)
  const account = (
    build('accounts', [
      ['uid', '1'],
      ['status', 'locked'],
    ])['user'] as { account: object }
  ).account
  assert.deepEqual(account, { labels: ['status:locked'], is_disabled: false, is_locked: true, uid: '1' })
})

const RECORDS: readonly [kind: InventoryKind, words: Record<string, unknown>, type: string][] = [
  ['groups', { uid: 'g-1', name: 'Eng', memberCount: 3 }, 'Group'],
  ['roles', { uid: 'r-1', name: 'Owner', permissions: ['all'], privileged: true }, 'Role'],
  [
    'grants',
    { uid: 'x-1', app: 'client-123', appName: 'Gadgetry', accountEmail: 'bob@example.com', scopes: ['mail'] },
    'Grant',
  ],
  [
    'tokens',
    { uid: 'pat-1', ownerEmail: 'bob@example.com', createdAt: '2025-01-01', expiresAt: '2027-01-01' },
    'API Token',
  ],
  [
    'resources',
    { uid: 'r-1', type: 'oauth_app', name: 'Gadgetry', owner: 'ada', data: { verified: true } },
    'OAuth App',
  ],
  ['resources', {}, 'Resource'],
  ['settings', { name: 'sso', data: { mode: 'required', domains: ['example.com'] } }, 'Setting'],
]
for (const [kind, words, type] of RECORDS) {
  test(`a record of ${kind} becomes a valid resource (${type})`, () => {
    const event = build(kind, Object.entries(words))
    assertFaultless(event)
    const [resource] = event['resources'] as { type: string }[]
    assert.equal(resource?.type, type)
  })
}

test('every word of every kind lands in an attribute and has a writer', () => {
  for (const kind of KINDS)
    for (const word of inventoryWords(kind)) {
      assert.notEqual(inventoryLanding(kind, word), undefined, `${kind} ${word}`)
      assert.equal(typeof inventoryWriter(kind, word), 'function')
    }
})

test('a word that a kind does not have is refused with what was meant', () => {
  assert.equal(inventoryLanding('accounts', 'emial'), undefined)
  assert.equal(inventoryLanding('accounts', 'constructor'), undefined)
  assert.equal(inventoryProblem('accounts', 'emial'), 'accounts have no "emial"; did you mean "email"?')
  assert.throws(() => inventoryWriter('tokens', 'department'), /tokens have no "department"/)
})
