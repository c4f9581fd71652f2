import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFault } from '../lib/fault.ts'
import { acmeConnector, eventOf, faultsOf, normalize } from './testing/acme.ts'
import { acmeRecord } from './testing/record.ts'

type Fields = Readonly<Record<string, unknown>>
const metadataOf = (event: Fields): Fields => event['metadata'] as Fields
const reasonOf = (record: unknown, mapping?: string): string | undefined =>
  normalize([{ record, key: 'k' }], mapping === undefined ? {} : { connector: acmeConnector(mapping) })
    .quarantined[0]?.message

test('an event says where it comes from, by which record, and when', () => {
  const event = eventOf(acmeRecord('logout'), { tenantUid: 't-1' })
  assert.deepEqual(metadataOf(event), {
    version: '1.8.0',
    profiles: ['cloud', 'datetime', 'host'],
    product: { name: 'Acme Suite', vendor_name: 'Acme', uid: 'acme-suite' },
    uid: 'acme-suite:t-1:audit:e-1',
    original_event_uid: 'e-1',
    event_code: 'logout',
    log_name: 'audit',
    original_time: '2026-11-20T10:11:12.345Z',
    labels: ['action:logout'],
  })
  assert.deepEqual(event['cloud'], {
    provider: 'Acme',
    account: { uid: 't-1', type_id: 99, type: 'SaaS Tenant' },
  })
  assert.equal(event['time'], Date.UTC(2026, 10, 20, 10, 11, 12, 345))
  assert.equal(event['time_dt'], '2026-11-20T10:11:12.345Z')
})

test('the same record gives the same event whenever it is read', () => {
  assert.deepEqual(eventOf(acmeRecord('login.success')), eventOf(acmeRecord('login.success')))
})

test('a record without a key is known by what it says', () => {
  const uids = [
    { ...acmeRecord('logout') },
    { ...acmeRecord('logout') },
    { ...acmeRecord('logout'), ip: '10.0.0.9' },
  ]
    .flatMap((record) => normalize([{ record }]).events)
    .map((event) => metadataOf(event)['uid'])
  assert.equal(uids[0], uids[1])
  assert.notEqual(uids[0], uids[2])
})

test('an event that no line names becomes otherwise, keeps its name, and is counted', () => {
  const { events, unmapped } = normalize([
    { record: acmeRecord('brand.new') },
    { record: acmeRecord('brand.new') },
  ])
  assert.deepEqual(unmapped, new Map([['brand.new', 2]]))
  const [event] = events as readonly Fields[]
  assert.equal(event?.['class_uid'], 6003)
  assert.equal(event?.['activity_name'], 'brand.new')
  assert.deepEqual(event?.['api'], { operation: 'brand.new' })
  assert.equal(metadataOf(event!)['event_code'], 'brand.new')
})

test('rows of a list are tried in order, and none of them is otherwise', () => {
  const activity = (method: string) => eventOf({ ...acmeRecord('api.called'), method })['activity_name']
  assert.deepEqual(['GET', 'DELETE', 'PUT'].map(activity), ['Read', 'Delete', 'Update'])
  const mapping = `
by: record.event
events: { a: [{ when: record.n > 1.0, action: logout }] }
otherwise: { action: other }
`
  const given = { at: '2026-11-20T10:11:12Z', event: 'a' }
  const connector = acmeConnector(mapping)
  const { events, unmapped } = normalize([{ record: { ...given, n: 1 } }, { record: given }], { connector })
  assert.deepEqual(
    events.map((event) => event['class_uid']),
    [6003, 6003],
  )
  assert.deepEqual(unmapped, new Map([['a', 2]]))
})

test('a name that is a number is the name as text; a record without a name has none', () => {
  const mapping = "by: record.code\nevents: { '17': { action: logout } }\notherwise: { action: other }\n"
  const at = '2026-11-20T10:11:12Z'
  const connector = acmeConnector(mapping)
  const { events, unmapped } = normalize([{ record: { at, code: 17 } }, { record: { at } }], { connector })
  assert.deepEqual(
    events.map((event) => metadataOf(event)['event_code']),
    ['17', undefined],
  )
  assert.deepEqual(unmapped, new Map([['', 1]]))
  assert.deepEqual(events.flatMap(faultsOf), [])
})

test('a value that does not fit its attribute is left out, counted and kept in unmapped', () => {
  const record = {
    ...acmeRecord('logout'),
    ip: 'somewhere',
    place: { country: 'Atlantis' },
    actor: { id: { odd: 1 } },
  }
  const { events, unfit } = normalize([{ record }])
  assert.deepEqual(
    unfit,
    new Map([
      ['actor.user.uid', 1],
      ['src_endpoint.ip', 1],
      ['src_endpoint.location.country', 1],
    ]),
  )
  const unmapped = events[0]?.['unmapped'] as Fields
  assert.deepEqual(
    [unmapped['ip'], unmapped['place'], unmapped['actor']],
    ['somewhere', { country: 'Atlantis' }, { id: { odd: 1 } }],
  )
  assert.deepEqual(faultsOf(events[0]!), [])
})

test('an expression that fails otherwise than by a missing field is counted too', () => {
  const mapping =
    'by: record.event\ncommon: { actor: { name: record.a + 1 } }\nevents: {}\notherwise: { action: other }\n'
  const connector = acmeConnector(mapping)
  const at = '2026-11-20T10:11:12Z'
  const { unfit } = normalize([{ record: { at, a: 'text' } }, { record: { at } }], { connector })
  assert.deepEqual(unfit, new Map([['actor.user.name', 1]]))
})

test('null and empty text are nothing, not unfit', () => {
  const { events, unfit } = normalize([
    { record: { ...acmeRecord('logout'), ip: null, agent: '', session: '  ' } },
  ])
  assert.deepEqual(unfit, new Map())
  assert.equal(
    events[0]?.['http_request'] !== undefined && 'user_agent' in (events[0]['http_request'] as object),
    false,
  )
})

const REFUSED: readonly [what: string, record: unknown, reason: RegExp][] = [
  ['without a time', { ...acmeRecord('logout'), at: undefined }, /^time: record\.at: .*at/],
  ['with a time that is none', { ...acmeRecord('logout'), at: 'soon' }, /^time: record\.at is no time/],
  ['from before the year 2000', { ...acmeRecord('logout'), at: '1999-01-01T00:00:00Z' }, /year 2000/],
  ['from the future', { ...acmeRecord('logout'), at: '2027-01-01T00:00:00Z' }, /tomorrow/],
  [
    'that lacks what its class requires',
    { at: '2026-11-20T10:11:12Z', event: 'mail.sent' },
    /^email: is required/,
  ],
  ['whose name is no text', { ...acmeRecord('logout'), event: { a: 1 } }, /^by: record\.event/],
]
for (const [what, record, reason] of REFUSED)
  test(`a record ${what} is set aside with the reason`, () => assert.match(reasonOf(record) ?? '', reason))

test('a condition that fails sets the record aside', () => {
  const mapping =
    'by: record.event\nevents: { a: { when: record.n > 1.0, action: logout } }\notherwise: { action: other }\n'
  assert.match(
    reasonOf({ at: '2026-11-20T10:11:12Z', event: 'a', n: 'many' }, mapping) ?? '',
    /^when: record\.n > 1\.0: /,
  )
})

test('a bad record does not keep the others of its page', () => {
  const { events, quarantined } = normalize([
    { record: acmeRecord('logout'), key: 'a' },
    { record: { event: 'logout', secret: 'x' }, key: 'b' },
    { record: null, key: 'c' },
    { record: acmeRecord('logout'), key: 'd' },
  ])
  assert.deepEqual(
    events.map((event) => metadataOf(event)['uid']),
    ['acme-suite:audit:a', 'acme-suite:audit:d'],
  )
  assert.deepEqual(
    quarantined.map(({ key, code }) => [key, code]),
    [
      ['b', 'RECORD_UNMAPPABLE'],
      ['c', 'RECORD_UNMAPPABLE'],
    ],
  )
  assert.deepEqual(quarantined[0]?.record, { event: 'logout', secret: 'x' })
})

test('an exploded record keeps what is around it, in the place where the app had it', () => {
  const outer = {
    id: 'o-1',
    at: '2026-11-20T10:11:12Z',
    ip: '198.51.100.7',
    actor: { email: 'ada@acme.example', kind: 'user' },
    events: [{ name: 'login' }, { name: 'moved', parameters: { title: 'Plan', shared: true } }],
  }
  const rows = outer.events.map((record) => ({ record, outer, key: `${outer.id}:${record.name}` }))
  const { events } = normalize(rows, { stream: 'reports' })
  assert.deepEqual(
    events.map((event) => event['unmapped']),
    [{ actor: { kind: 'user' } }, { events: [{ parameters: { shared: true } }], actor: { kind: 'user' } }],
  )
  assert.deepEqual(
    events.map((event) => metadataOf(event)['original_event_uid']),
    ['o-1', 'o-1'],
  )
  assert.deepEqual(
    events.map((event) => metadataOf(event)['uid']),
    ['acme-suite:reports:o-1:login', 'acme-suite:reports:o-1:moved'],
  )
  assert.deepEqual(events.flatMap(faultsOf), [])
})

test('of two attributes that a class does not take together the first stays, the other is in unmapped', () => {
  const mapping = `
by: record.event
events:
  a: { class: authorize_session, activity: assign_privileges, privileges: record.scopes, group: { name: record.team } }
otherwise: { action: other }
`
  const record = { at: '2026-11-20T10:11:12Z', event: 'a', team: 'Core' }
  const connector = acmeConnector(mapping)
  const { events } = normalize([{ record }, { record: { ...record, scopes: ['read'] } }], { connector })
  assert.deepEqual(
    events.map((event) => [event['privileges'], event['group'], event['unmapped']]),
    [
      [undefined, { name: 'Core' }, undefined],
      [['read'], undefined, { team: 'Core' }],
    ],
  )
  assert.deepEqual(events.flatMap(faultsOf), [])
})

test('a list has no gaps, and its observables point to where the values are', () => {
  const mapping = `
common:
  resource: { uid: record.thing }
  app: { uid: record.app }
  group: { uid: record.team }
otherwise: { action: api.read }
`
  const connector = acmeConnector(mapping)
  const at = '2026-11-20T10:11:12Z'
  const records = [
    { at, thing: 't' },
    { at, app: 'a', team: 'g' },
    { at, thing: 't', team: 'g' },
  ]
  const { events } = normalize(
    records.map((record) => ({ record })),
    { connector },
  )
  assert.deepEqual(
    events.map((event) => (event['observables'] as Fields[]).map(({ name, value }) => `${name} ${value}`)),
    [
      ['resources[0].uid t'],
      ['resources[0].uid a', 'resources[1].uid g'],
      ['resources[0].uid t', 'resources[1].uid g'],
    ],
  )
  assert.deepEqual(events.flatMap(faultsOf), [])
})

test('the raw record is kept only on demand, with its size and hash', () => {
  assert.equal('raw_data' in eventOf(acmeRecord('logout')), false)
  const record = { ...acmeRecord('logout'), big: 2n ** 60n, accent: 'é' }
  const event = eventOf(record, { raw: true })
  const raw = event['raw_data'] as string
  assert.match(raw, /"big":1152921504606846976/)
  assert.equal(event['raw_data_size'], Buffer.byteLength(raw))
  assert.match(JSON.stringify(event['raw_data_hash']), /"algorithm_id":3,"value":"[0-9a-f]{64}"/)
  assert.deepEqual(faultsOf(event), [])
})

test('rows that give whole objects make valid events too', () => {
  const event = eventOf(acmeRecord('whole.user'))
  assert.deepEqual(event['user'], { name: 'Grace' })
  assert.deepEqual(faultsOf(event), [])
})

test('a stream that does not exist, or holds lists only, makes no events', () => {
  assert.throws(
    () => normalize([], { stream: 'nothing' }),
    (error) => isFault(error, 'MANIFEST_INVALID'),
  )
})
