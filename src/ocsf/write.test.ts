import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Instant } from '../model/expression.ts'
import { parseAttributePath } from './attribute-path.ts'
import { attributeWriter, type OcsfEvent } from './write.ts'

const write = (classUid: number, path: string, value: unknown, event: OcsfEvent = {}) => {
  const written = attributeWriter(classUid, parseAttributePath(path)!)(event, value)
  return { written, event }
}

const CASES: readonly [path: string, value: unknown, event: OcsfEvent][] = [
  ['user.name', 'bob', { user: { name: 'bob' } }],
  ['user.uid', 12, { user: { uid: '12' } }],
  ['user.uid', 2n ** 64n, { user: { uid: '18446744073709551616' } }],
  ['user.uid', true, { user: { uid: 'true' } }],
  ['message', new Instant(0), { message: '1970-01-01T00:00:00.000Z' }],
  ['count', '12', { count: 12 }],
  ['count', 12n, { count: 12 }],
  ['count', 12.0, { count: 12 }],
  ['src_endpoint.location.lat', '52.5', { src_endpoint: { location: { lat: 52.5 } } }],
  ['is_mfa', 'Yes', { is_mfa: true }],
  ['is_mfa', 0, { is_mfa: false }],
  ['is_mfa', 1n, { is_mfa: true }],
  ['time', '2024-01-02T03:04:05Z', { time: 1_704_164_645_000 }],
  ['time_dt', 1_704_164_645, { time_dt: '2024-01-02T03:04:05.000Z' }],
  ['src_endpoint.ip', ' 203.0.113.9 ', { src_endpoint: { ip: '203.0.113.9' } }],
  ['src_endpoint.ip', '203.0.113.9:443', { src_endpoint: { ip: '203.0.113.9' } }],
  ['src_endpoint.ip', '[2001:db8::1]:443', { src_endpoint: { ip: '2001:db8::1' } }],
  ['src_endpoint.ip', '::ffff:203.0.113.9', { src_endpoint: { ip: '::ffff:203.0.113.9' } }],
  ['src_endpoint.port', '443', { src_endpoint: { port: 443 } }],
  ['src_endpoint.location.country', 'de', { src_endpoint: { location: { country: 'DE' } } }],
  ['src_endpoint.location.country', 'United Kingdom', { src_endpoint: { location: { country: 'GB' } } }],
  ['user.email_addr', ' Bob@Example.com', { user: { email_addr: 'Bob@Example.com' } }],
  ['user.type_id', 'Admin', { user: { type_id: 2 } }],
  ['user.type_id', 'service_account', { user: { type_id: 4 } }],
  ['user.type_id', 4, { user: { type_id: 4 } }],
  ['user.type_id', '4', { user: { type_id: 4 } }],
  ['user.type_id', 'Guest', { user: { type_id: 99, type: 'Guest' } }],
  ['user.type_id', 77, { user: { type_id: 99, type: '77' } }],
  ['status_id', 'SUCCESS', { status_id: 1 }],
  ['status_id', 'denied', { status_id: 2 }],
  ['status_id', false, { status_id: 2 }],
  ['status_id', 'unknown', { status_id: 0 }],
  ['status_id', 'Challenge', { status_id: 99, status: 'Challenge' }],
  ['severity_id', 'info', { severity_id: 1 }],
  ['http_request.http_method', 'GET', { http_request: { http_method: 'GET' } }],
  ['http_request.http_method', 'get', { http_request: { http_method: 'GET' } }],
  ['auth_factors[0].factor_type_id', 'TOTP', { auth_factors: [{ factor_type_id: 7 }] }],
  [
    'http_request.x_forwarded_for',
    ['203.0.113.9', 'proxy'],
    { http_request: { x_forwarded_for: ['203.0.113.9'] } },
  ],
  ['user.groups', ['Eng', { uid: 7, nothing: 1 }], { user: { groups: [{ name: 'Eng' }, { uid: '7' }] } }],
  ['user', { uid: 1, type_id: 'bot', no: 1, domain: null }, { user: { uid: '1', type_id: 4 } }],
  ['user.groups', [], { user: { groups: [] } }],
  [
    'unmapped.a',
    { b: [1n, null, new Map([['c', 2]])], d: undefined },
    { unmapped: { a: { b: [1, { c: 2 }] } } },
  ],
]
for (const [path, value, expected] of CASES) {
  const shown = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part))
  test(`${path} takes ${shown}`, () =>
    assert.deepEqual(write(3002, path, value), { written: true, event: expected }))
}

const REFUSED: readonly [path: string, value: unknown][] = [
  ['user.name', ''],
  ['user.name', '  '],
  ['user.name', { first: 'bob' }],
  ['user.name', ['bob']],
  ['count', '1.5'],
  ['count', 2 ** 53],
  ['count', true],
  ['src_endpoint.location.lat', 'north'],
  ['src_endpoint.location.country', 'Atlantis'],
  ['src_endpoint.location.country', 'xx'],
  ['src_endpoint.ip', 'unknown'],
  ['src_endpoint.ip', '203.0.113.999'],
  ['src_endpoint.port', 65_536],
  ['is_mfa', 'maybe'],
  ['time', 'yesterday'],
  ['user.email_addr', 'bob'],
  ['user.type_id', 'Other'],
  ['user.type_id', 99],
  ['http_request.http_method', 'FETCH'],
  ['http_request.x_forwarded_for', ['proxy']],
  ['user', { no: 1 }],
  ['user', 7],
  ['unmapped.a', Symbol('x')],
]
for (const [path, value] of REFUSED) {
  test(`${path} refuses ${typeof value === 'symbol' ? 'a symbol' : JSON.stringify(value)} and leaves the event as it was`, () =>
    assert.deepEqual(write(3002, path, value), { written: false, event: {} }))
}

test('null and undefined are absent, which is fine', () => {
  assert.deepEqual(write(3002, 'user.name', null), { written: true, event: {} })
  assert.deepEqual(write(3002, 'user.name', undefined), { written: true, event: {} })
})

test('a word that findings do not have is their Other, and no other class speaks for them', () => {
  assert.deepEqual(write(2004, 'status_id', 'new').event, { status_id: 1 })
  assert.deepEqual(write(2004, 'status_id', 'success').event, { status_id: 99, status: 'success' })
})

test('kinds of things are spelled one way', () => {
  assert.deepEqual(write(3004, 'entity.type_id', 'oauth_app').event, {
    entity: { type_id: 99, type: 'OAuth App' },
  })
  assert.deepEqual(write(3004, 'entity.type_id', 'workspace').event, { entity: { type_id: 4 } })
  assert.deepEqual(write(6001, 'web_resources[0].type', 'repository').event, {
    web_resources: [{ type: 'Repository' }],
  })
  assert.deepEqual(write(6003, 'resources[0].type', 'Widget').event, { resources: [{ type: 'Widget' }] })
})

test('what is there already stays, and a plain value in the way is no object', () => {
  const event: OcsfEvent = { user: { uid: '1' }, unmapped: { a: 'text' } }
  assert.equal(write(3002, 'user.name', 'bob', event).written, true)
  assert.deepEqual(event['user'], { uid: '1', name: 'bob' })
  assert.equal(write(3002, 'unmapped.a.b', 1, event).written, false)
})

test('no key of a record reaches a prototype', () => {
  const event = write(3002, 'unmapped.x', JSON.parse('{"__proto__":{"polluted":1},"fine":2}')).event
  const { x } = event['unmapped'] as { x: object }
  assert.deepEqual(Object.entries(x), [['fine', 2]])
  assert.equal(Object.getPrototypeOf(x), Object.prototype)
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

test('a writer of a path that the class lacks is not made', () => {
  assert.throws(() => attributeWriter(3002, ['user', 'email']), /did you mean "email_addr"/)
})
