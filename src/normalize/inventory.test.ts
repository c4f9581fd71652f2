import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import { secondOpinion } from '../ocsf/second-opinion.ts'
import { openNormalizer } from './normalizer.ts'
import { acmeConnector, batchOf, eventOf, faultsOf, NOW_MS, normalize } from './testing/acme.ts'

type Fields = Readonly<Record<string, unknown>>

const RECORDS: readonly [
  stream: string,
  record: Fields,
  classUid: number,
  what: string,
  expected: unknown,
][] = [
  [
    'users',
    {
      ...{ id: 'u-1', email: 'ada@acme.example', name: 'Ada', role: 'admin', state: 'suspended', mfa: true },
      ...{ last_seen: '2026-11-01T08:00:00Z', shoe: 39 },
    },
    5003,
    'user',
    {
      ...{
        uid: 'u-1',
        email_addr: 'ada@acme.example',
        name: 'Ada',
        type_id: 2,
        type: 'Admin',
        has_mfa: true,
      },
      account: { labels: ['status:suspended'], is_disabled: true, is_locked: false, uid: 'u-1' },
      groups: [{ type: 'Role', name: 'admin' }],
      ldap_person: {
        last_login_time: Date.UTC(2026, 10, 1, 8),
        last_login_time_dt: '2026-11-01T08:00:00.000Z',
      },
    },
  ],
  [
    'groups',
    { id: 'g-1', name: 'Engineering', members: 12 },
    5023,
    'resources',
    [{ type: 'Group', uid: 'g-1', name: 'Engineering', data: { memberCount: 12 } }],
  ],
  [
    'roles',
    { id: 'r-1', name: 'Owner', permissions: ['all'] },
    5023,
    'resources',
    [{ type: 'Role', uid: 'r-1', name: 'Owner', data: { permissions: ['all'] } }],
  ],
  [
    'grants',
    { id: 'c-1', user: 'u-1', app: 'a-1', scopes: ['read'], at: 1_763_000_000 },
    5023,
    'resources',
    [
      {
        ...{ type: 'Grant', uid: 'c-1', data: { account: 'u-1', app: 'a-1', scopes: ['read'] } },
        ...{ created_time: 1_763_000_000_000, created_time_dt: '2025-11-13T02:13:20.000Z', name: 'Unknown' },
      },
    ],
  ],
  [
    'tokens',
    { id: 't-1', name: 'deploy', owner: 'ada', used: '2026-01-01', expires: null },
    5023,
    'resources',
    [
      {
        type: 'API Token',
        uid: 't-1',
        name: 'deploy',
        owner: { name: 'ada' },
        data: { lastUsed: '2026-01-01' },
      },
    ],
  ],
  [
    'repositories',
    { id: 9, name: 'api', visibility: 'public' },
    5023,
    'resources',
    [{ type: 'Repository', uid: '9', name: 'api', data: { visibility: 'public' } }],
  ],
]

for (const [stream, record, classUid, what, expected] of RECORDS)
  test(`a record of ${stream} is a valid ${classUid} with what it means`, () => {
    const event = eventOf(record, { stream })
    assert.equal(event['class_uid'], classUid)
    assert.equal(event['type_uid'], classUid * 100 + 2)
    assert.equal(event['time'], NOW_MS)
    const given = JSON.parse(JSON.stringify(event[what])) as readonly Fields[] | Fields
    const [item, wanted] = Array.isArray(expected)
      ? [(given as readonly Fields[])[0], expected[0]]
      : [given, expected]
    for (const [key, value] of Object.entries(wanted as Fields))
      if (key !== 'name' || value !== 'Unknown') assert.deepEqual((item as Fields)[key], value, key)
    assert.deepEqual(faultsOf(event), [])
    const validate = secondOpinion(classUid)
    assert.ok(validate(event), JSON.stringify(validate.errors))
  })

test('a setting is named after its stream and kept whole', () => {
  const record = { sso: { mode: 'required' }, session_hours: 8 }
  const { events } = normalize([{ record }], { stream: 'organization' })
  assert.deepEqual(events[0]?.['resources'], [{ type: 'Setting', name: 'organization', data: record }])
  assert.equal(events[0]?.['unmapped'], undefined)
  assert.deepEqual(faultsOf(events[0]!), [])
})

test('a setting some of which is explained keeps the rest in unmapped', () => {
  const { events } = normalize([{ record: { id: 's-1', public: true, extra: 1 }, key: 's-1' }], {
    stream: 'spaces',
  })
  assert.deepEqual(events[0]?.['resources'], [
    { type: 'Setting', uid: 's-1', data: { visibility: 'public' }, name: 'spaces' },
  ])
  assert.deepEqual(events[0]?.['unmapped'], { public: true, extra: 1 })
})

test('each reading of the same thing is an event of its own', () => {
  const uid = (nowMs: number) =>
    openNormalizer({ connector: acmeConnector(), stream: 'groups', clock: fakeClock(nowMs) })(
      batchOf('groups', [{ record: { id: 'g-1' }, key: 'g-1' }]),
    ).events.map((event) => (event['metadata'] as Fields)['uid'])
  assert.deepEqual(uid(NOW_MS), [`acme-suite:groups:g-1:${NOW_MS}`])
  assert.notDeepEqual(uid(NOW_MS), uid(NOW_MS + 1))
})

test('what a record says beyond its words is in unmapped', () => {
  const [, record] = RECORDS[0]!
  const unmapped = eventOf(record, { stream: 'users' })['unmapped']
  assert.deepEqual(unmapped, { role: 'admin', state: 'suspended', shoe: 39 })
})

test('an account whose values do not fit is still an account', () => {
  const { events, unfit } = normalize(
    [{ record: { id: 'u-2', email: 'none', mfa: 'perhaps', state: 'odd' }, key: 'u-2' }],
    {
      stream: 'users',
    },
  )
  assert.deepEqual([...unfit.keys()].sort(), ['user.account.labels', 'user.email_addr', 'user.has_mfa'])
  assert.deepEqual(events[0]?.['unmapped'], { email: 'none', mfa: 'perhaps', state: 'odd' })
  assert.deepEqual(faultsOf(events[0]!), [])
})
