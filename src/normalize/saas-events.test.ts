import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secondOpinion } from '../ocsf/second-opinion.ts'
import { eventOf, faultsOf, normalize } from './testing/acme.ts'
import { acmeRecord } from './testing/record.ts'

/** What SaaS audit logs tell, and the class, activity and attributes in which it must arrive. */
const EVENTS: readonly [event: string, classUid: number, activity: number | string, attributes: string][] = [
  ['login.success', 3002, 1, 'user actor service session is_mfa auth_protocol_id src_endpoint http_request'],
  ['login.failure', 3002, 1, 'user service status_detail src_endpoint'],
  ['logout', 3002, 2, 'user service actor'],
  ['session.revoked', 3002, 2, 'user service actor'],
  ['mfa.challenge', 3002, 6, 'user service auth_factors'],
  ['impersonation', 3002, 7, 'user actor service'],
  ['token.minted', 3002, 'Token Issued', 'user service'],
  ['mfa.enrolled', 3001, 10, 'user actor auth_factors'],
  ['mfa.removed', 3001, 11, 'user actor auth_factors'],
  ['password.changed', 3001, 3, 'user actor'],
  ['password.reset', 3001, 4, 'user actor'],
  ['user.created', 3001, 1, 'user actor'],
  ['user.invited', 3001, 'Invite', 'user actor'],
  ['user.suspended', 3001, 5, 'user actor'],
  ['user.reactivated', 3001, 2, 'user actor'],
  ['user.locked', 3001, 9, 'user'],
  ['user.deleted', 3001, 6, 'user actor'],
  ['user.changed', 3001, 'Update', 'user user_result actor'],
  ['bot.created', 3001, 1, 'user actor'],
  ['role.granted', 3005, 1, 'user privileges resources actor'],
  ['role.revoked', 3005, 2, 'user privileges actor'],
  ['role.changed', 3004, 3, 'entity entity_result actor'],
  ['consent.given', 3005, 1, 'user privileges resources actor'],
  ['consent.revoked', 3005, 2, 'user privileges actor'],
  ['session.authorized', 3003, 1, 'user privileges actor'],
  ['group.created', 3006, 6, 'group actor'],
  ['group.deleted', 3006, 5, 'group actor'],
  ['group.joined', 3006, 3, 'group user actor'],
  ['group.left', 3006, 4, 'group user actor'],
  ['group.given', 3006, 1, 'group privileges resource actor'],
  ['key.created', 3004, 1, 'entity actor'],
  ['key.revoked', 3004, 4, 'entity actor'],
  ['client.registered', 3004, 1, 'entity actor'],
  ['app.installed', 6002, 1, 'app actor'],
  ['app.removed', 6002, 2, 'app actor'],
  ['settings.changed', 3004, 3, 'entity entity_result actor src_endpoint'],
  ['sso.changed', 3004, 3, 'entity actor'],
  ['allowlist.changed', 3004, 3, 'entity actor'],
  ['sync.changed', 3004, 3, 'entity actor'],
  ['audit.disabled', 3004, 9, 'entity actor'],
  ['webhook.created', 3004, 1, 'entity actor'],
  ['device.trusted', 3004, 6, 'entity actor'],
  ['plan.changed', 3004, 3, 'entity actor'],
  ['link.created', 6006, 12, 'file actor src_endpoint access_list http_request'],
  ['file.shared', 6006, 12, 'file actor src_endpoint share'],
  ['file.downloaded', 6006, 2, 'file actor src_endpoint'],
  ['file.uploaded', 6006, 1, 'file actor src_endpoint'],
  ['file.deleted', 6006, 4, 'file actor src_endpoint'],
  ['file.restored', 6006, 8, 'file actor src_endpoint'],
  ['file.viewed', 6006, 9, 'file actor src_endpoint'],
  ['repo.created', 6001, 1, 'web_resources actor'],
  ['repo.published', 6001, 3, 'web_resources web_resources_result actor'],
  ['repo.deleted', 6001, 4, 'web_resources actor'],
  ['repo.transferred', 6001, 'Transfer', 'web_resources actor'],
  ['repo.cloned', 6001, 7, 'web_resources actor src_endpoint'],
  ['board.shared', 6001, 8, 'web_resources actor'],
  ['audit.exported', 6001, 7, 'web_resources actor src_endpoint'],
  ['workspace.exported', 6001, 7, 'web_resources actor src_endpoint'],
  ['search', 6001, 5, 'web_resources actor'],
  ['table.queried', 6005, 4, 'actor src_endpoint database query_info table'],
  ['mail.sent', 4009, 1, 'email actor direction_id'],
  ['dlp.alert', 2006, 1, 'finding_info resources actor'],
  ['threat.alert', 2004, 1, 'finding_info evidences is_alert'],
  ['api.called', 6003, 3, 'actor api src_endpoint http_request resources'],
  ['whole.user', 3005, 1, 'user privileges resources'],
  ['nobody.knows', 6003, 'nobody.knows', 'actor api src_endpoint resources'],
]

for (const [name, classUid, activity, attributes] of EVENTS)
  test(`${name} becomes ${classUid}/${activity}, valid for both validators and the lint`, () => {
    const event = eventOf(acmeRecord(name))
    const given = activity === event['activity_id'] ? event['activity_id'] : event['activity_name']
    assert.deepEqual([event['class_uid'], given], [classUid, activity])
    for (const attribute of attributes.split(' ')) assert.ok(event[attribute] !== undefined, attribute)
    assert.deepEqual(faultsOf(event), [])
    const validate = secondOpinion(classUid)
    assert.ok(validate(event), JSON.stringify(validate.errors))
  })

test('even with nothing but a time and a name, every row makes a valid event or says what is missing', () => {
  for (const [name] of EVENTS) {
    const { events, quarantined } = normalize([{ record: { at: '2026-11-20T10:11:12Z', event: name } }])
    assert.deepEqual(
      events.flatMap(faultsOf).filter((fault) => !fault.includes('actor_missing')),
      [],
      name,
    )
    assert.equal(events.length + quarantined.length, 1)
    if (quarantined.length > 0) assert.equal(name, 'mail.sent')
  }
})

test('the details arrive in the attributes made for them', () => {
  const grant = eventOf(acmeRecord('consent.given'))
  assert.deepEqual(grant['user'], { uid: 'a-1', name: 'Calendar Sync', type_id: 4, type: 'Service' })
  assert.deepEqual(grant['privileges'], ['files.read', 'mail.send'])
  const change = eventOf(acmeRecord('settings.changed'))
  assert.deepEqual(change['entity'], {
    type_id: 5,
    type: 'Policy',
    name: 'two-factor',
    data: { value: { required: false } },
  })
  assert.deepEqual(change['entity_result'], {
    data: { value: { required: true } },
    name: 'two-factor',
    type_id: 5,
    type: 'Policy',
  })
  const share = eventOf(acmeRecord('file.shared'))
  assert.deepEqual([share['severity_id'], share['severity'], share['share']], [3, 'Medium', 'anyone'])
  assert.deepEqual(eventOf(acmeRecord('login.failure'))['status'], 'Failure')
  const file = share['file'] as Record<string, unknown>
  assert.deepEqual(
    [file['created_time'], file['created_time_dt']],
    [1_763_000_000_000, '2025-11-13T02:13:20.000Z'],
  )
})

test('what many look for is an observable, each value once', () => {
  const { observables } = eventOf(acmeRecord('password.changed')) as {
    observables?: readonly { name: string; value: string }[]
  }
  assert.deepEqual(
    observables?.map(({ name, value }) => `${name} ${value}`),
    [
      'actor.user.uid 7',
      'actor.user.email_addr ada@acme.example',
      'actor.user.name Ada',
      'src_endpoint.ip 198.51.100.7',
      'src_endpoint.location.country DE',
      'http_request.user_agent Mozilla/5.0',
    ],
  )
})
