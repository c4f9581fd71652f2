import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildEvent } from './testing/build-event.ts'
import type { TypedEvent } from './types.generated.ts'
import { validateEvent } from './validate.ts'
import type { OcsfEvent } from './write.ts'

const login = (): OcsfEvent =>
  buildEvent({
    action: 'login',
    status: 'success',
    words: { 'actor.uid': 'u-1', 'source.ip': '203.0.113.9' },
  }).event

/** Each breaks a good login in one way, by assigning to paths such as `user.name`. */
const RULES: readonly [change: Record<string, unknown>, code: string, path: string, level?: 'warning'][] = [
  [{ class_uid: undefined }, 'class_uid_missing', 'class_uid'],
  [{ class_uid: 9999 }, 'class_uid_unknown', 'class_uid'],
  [{ class_uid: '3002' }, 'class_uid_unknown', 'class_uid'],
  [{ type_uid: 300202 }, 'type_uid_incorrect', 'type_uid'],
  [{ category_uid: 4 }, 'attribute_enum_value_unknown', 'category_uid'],
  [{ activity_id: 8, type_uid: 300208 }, 'attribute_enum_value_unknown', 'activity_id'],
  [{ email: 'x' }, 'attribute_unknown', 'email'],
  [{ 'user.email': 'bob@example.com' }, 'attribute_unknown', 'user.email'],
  [{ osint: [] }, 'attribute_unknown', 'osint'],
  [{ severity_id: undefined }, 'attribute_required_missing', 'severity_id'],
  [{ severity_id: null }, 'attribute_required_missing', 'severity_id'],
  [{ 'metadata.product': undefined }, 'attribute_required_missing', 'metadata.product'],
  [{ cloud: undefined }, 'attribute_required_missing', 'cloud'],
  [{ time: '1767225600123' }, 'attribute_wrong_type', 'time'],
  [{ time: 2 ** 53 }, 'attribute_wrong_type', 'time'],
  [{ count: 1.5 }, 'attribute_wrong_type', 'count'],
  [{ is_mfa: 'true' }, 'attribute_wrong_type', 'is_mfa'],
  [{ user: 'bob' }, 'attribute_wrong_type', 'user'],
  [{ user: [] }, 'attribute_wrong_type', 'user'],
  [{ auth_factors: {} }, 'attribute_wrong_type', 'auth_factors'],
  [{ auth_factors: [null] }, 'attribute_wrong_type', 'auth_factors[0]'],
  [
    { auth_factors: [{ factor_type_id: 77 }] },
    'attribute_enum_value_unknown',
    'auth_factors[0].factor_type_id',
  ],
  [{ 'http_request.http_method': 'get' }, 'attribute_enum_value_unknown', 'http_request.http_method'],
  [{ 'src_endpoint.ip': '203.0.113.999' }, 'attribute_value_regex_not_matched', 'src_endpoint.ip'],
  [{ 'src_endpoint.ip': '203x0x113x9' }, 'attribute_value_regex_not_matched', 'src_endpoint.ip'],
  [
    { 'src_endpoint.mac': `${'18:36:F3:98:4F:9A'.repeat(2)}` },
    'attribute_value_exceeds_max_len',
    'src_endpoint.mac',
  ],
  [{ 'src_endpoint.port': 65_536 }, 'attribute_value_exceeds_range', 'src_endpoint.port'],
  [{ 'user.email_addr': 'bob' }, 'attribute_value_regex_not_matched', 'user.email_addr'],
  [{ time_dt: '01.01.2026' }, 'attribute_value_regex_not_matched', 'time_dt'],
  [{ service: undefined }, 'constraint_failed', ''],
  [{ user: { email_addr: 'bob@example.com' } }, 'constraint_failed', 'user'],
  [{ class_uid: 3003, type_uid: 300301, privileges: ['x'], group: { name: 'g' } }, 'constraint_failed', ''],
  [{ 'metadata.profiles': ['cloud', 'nothing'] }, 'profile_unknown', 'metadata.profiles[1]'],
  [{ 'metadata.profiles': ['cloud', 'trace'] }, 'profile_not_allowed', 'metadata.profiles[1]'],
  [{ 'metadata.profiles': ['datetime'] }, 'attribute_unknown', 'cloud'],
  [{ 'metadata.version': '1.9.0' }, 'version_incompatible_later', 'metadata.version'],
  [{ 'metadata.version': '1.9.0-dev' }, 'version_incompatible_later', 'metadata.version'],
  [{ 'metadata.version': '1.8.0-dev' }, 'version_incompatible_prerelease', 'metadata.version'],
  [{ 'metadata.version': '0.9.0' }, 'version_incompatible_initial_development', 'metadata.version'],
  [{ 'metadata.version': '1.8' }, 'version_invalid_format', 'metadata.version'],
  [{ 'metadata.version': '1.7.0' }, 'version_earlier', 'metadata.version', 'warning'],
  [
    { observables: [{ type_id: 2, name: 'src_endpoint.ipp' }] },
    'observable_name_invalid_reference',
    'observables[0].name',
  ],
  [
    { observables: [{ type_id: 2, name: 'tls.sni' }] },
    'observable_name_invalid_reference',
    'observables[0].name',
  ],
  [
    { observables: [{ type_id: 99, name: 'policy.name' }] },
    'observable_name_invalid_reference',
    'observables[0].name',
  ],
  [{ status: 'Failure' }, 'attribute_enum_sibling_incorrect', 'status', 'warning'],
  [{ activity_name: 'Login' }, 'attribute_enum_sibling_incorrect', 'activity_name', 'warning'],
  [{ status_id: 99, status: 'Other' }, 'attribute_enum_sibling_suspicious_other', 'status', 'warning'],
  [{ 'user.credential_uid': 'c' }, 'attribute_deprecated', 'user.credential_uid', 'warning'],
]

function change(event: OcsfEvent, path: string, value: unknown): void {
  const steps = path.split('.')
  const last = steps.pop()!
  let at = event
  for (const step of steps) {
    at[step] ??= {}
    at = at[step] as OcsfEvent
  }
  at[last] = value
}

for (const [changes, code, path, level = 'error'] of RULES) {
  test(`${code} at "${path}" after ${JSON.stringify(changes)}`, () => {
    const event = login()
    for (const [place, value] of Object.entries(changes)) change(event, place, value)
    const problems = validateEvent(event)
    const found = problems.find((problem) => problem.code === code && problem.path === path)
    assert.equal(found?.level, level, JSON.stringify(problems))
  })
}

test('a good login has no problem, and null is as good as absent', () => {
  assert.deepEqual(validateEvent(login()), [])
  assert.deepEqual(validateEvent({ ...login(), message: null, no_such: null }), [])
})

test('the length of a text counts characters, not halves of them', () => {
  const subnet = (text: string): OcsfEvent => ({ ...login(), device: { type_id: 1, uid: 'd', subnet: text } })
  assert.deepEqual(validateEvent(subnet('🙂'.repeat(42))), [])
  assert.deepEqual(
    validateEvent(subnet('🙂'.repeat(43))).map(({ code, path }) => [code, path]),
    [['attribute_value_exceeds_max_len', 'device.subnet']],
  )
})

test('what is no object is refused', () => {
  for (const value of [undefined, null, 'event', 1, [login()]])
    assert.equal(validateEvent(value)[0]?.code, 'attribute_wrong_type')
})

test('classes, objects and values that OCSF has deprecated are named in warnings', () => {
  const { event } = buildEvent({ class: 'config_state', activity: 'collect', set: { 'device.uid': 'd-1' } })
  assert.deepEqual(
    validateEvent(event).map(({ code, level }) => [code, level]),
    [['object_deprecated', 'warning']],
  )
  const finding = buildEvent({ action: 'dlp.finding', activity: 'Suppressed', words: { uid: 'f-1' } }).event
  assert.deepEqual(
    validateEvent(finding).map(({ code, path }) => [code, path]),
    [['attribute_enum_value_deprecated', 'activity_id']],
  )
})

test('observables may point below lists in each of the three notations', () => {
  const { event } = buildEvent({ action: 'role.grant', words: { 'resource.uid': 'r-1' } })
  for (const name of ['resources.uid', 'resources[].uid', 'resources[0].uid', 'unmapped.any.thing'])
    assert.deepEqual(validateEvent({ ...event, observables: [{ name, type_id: 10 }] }), [])
})

test('an event typed as its class is one that the validator accepts', () => {
  const event: TypedEvent = {
    class_uid: 3002,
    category_uid: 3,
    activity_id: 1,
    type_uid: 300201,
    severity_id: 1,
    time: 1_767_225_600_123,
    metadata: { version: '1.8.0', profiles: ['cloud'], product: { name: 'Acme' } },
    cloud: { provider: 'Acme Inc' },
    user: { name: 'bob' },
    service: { name: 'Acme' },
  }
  assert.deepEqual(validateEvent(event), [])
})
