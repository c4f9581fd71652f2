import type { EventDraft } from './build-event.ts'

/** One kind of audit event of apps in general, as a mapping would write it, and the type it must become. */
export type MappingRow = EventDraft & { readonly row: string; readonly typeUid: number }

const BOB = { uid: 'u-2', email: 'bob@example.com', type: 'user' }
const byBob = { 'actor.uid': BOB.uid, 'actor.email': BOB.email, 'actor.type': 'user' }
const byAda = { 'actor.uid': 'u-1', 'actor.email': 'ada@example.com', 'actor.type': 'admin' }
const toBob = { 'target.uid': BOB.uid, 'target.email': BOB.email, 'target.type': 'member' }
const fromBerlin = {
  ...{
    'source.ip': '203.0.113.9',
    'source.country': 'Germany',
    'source.city': 'Berlin',
    'source.asn': 64500,
  },
  ...{ 'source.asnName': 'EXAMPLE', 'source.userAgent': 'Mozilla/5.0', 'source.requestId': 'req-1' },
}
const thing = (type: string, uid: string, name = uid) => ({
  ...{ 'resource.type': type, 'resource.uid': uid, 'resource.name': name },
})
const plan = {
  ...thing('file', 'f-1', 'plan.docx'),
  ...{ 'resource.url': 'https://drive.example.com/f-1', 'resource.ownerEmail': BOB.email },
}
const repository = {
  ...thing('repository', 'r-1', 'example/api'),
  'resource.url': 'https://git.example.com/api',
}
const gadgetry = { 'app.uid': 'client-123', 'app.name': 'Gadgetry', 'app.vendor': 'Gadgetry Inc' }

/** Class and activity as decided for each row, independently of the table of actions. */
export const MAPPING_ROWS: readonly MappingRow[] = [
  {
    ...{ row: 'login success', action: 'login', status: 'success', typeUid: 300201 },
    words: { ...byBob, ...fromBerlin, 'session.uid': 's-1', 'session.mfa': true, 'session.protocol': 'saml' },
  },
  {
    ...{ row: 'login failure', action: 'login', status: 'denied', typeUid: 300201 },
    words: { ...byBob, ...fromBerlin, reason: 'bad password' },
    set: { status_code: 'INVALID_CREDENTIALS' },
  },
  {
    ...{ row: 'logout', action: 'logout', status: 'success', typeUid: 300202 },
    words: { ...byBob, 'session.uid': 's-1' },
  },
  {
    ...{ row: 'session revoked', action: 'session.revoke', status: 'success', typeUid: 300202 },
    words: { ...byAda, ...toBob, 'session.uid': 's-1', 'session.endReason': 'Revoked by admin' },
  },
  {
    ...{ row: 'MFA challenge sent', action: 'login.challenge', status: 'Challenge', typeUid: 300206 },
    words: { ...byBob, 'factor.type': 'push', 'session.mfa': true },
  },
  {
    row: 'MFA factor enrolled',
    action: 'mfa.enroll',
    typeUid: 300110,
    words: { ...byBob, 'factor.type': 'passkey' },
  },
  {
    ...{ row: 'MFA factor reset', action: 'mfa.remove', typeUid: 300111 },
    words: { ...byAda, ...toBob, 'factor.type': 'totp' },
  },
  { row: 'password changed by user', action: 'password.change', typeUid: 300103, words: byBob },
  { row: 'password reset', action: 'password.reset', typeUid: 300104, words: { ...byAda, ...toBob } },
  { row: 'user created', action: 'account.create', typeUid: 300101, words: { ...byAda, ...toBob } },
  {
    row: 'user invited',
    action: 'account.invite',
    typeUid: 300199,
    words: { ...byAda, 'target.email': BOB.email },
  },
  { row: 'user suspended', action: 'account.suspend', typeUid: 300105, words: { ...byAda, ...toBob } },
  { row: 'user reactivated', action: 'account.restore', typeUid: 300102, words: { ...byAda, ...toBob } },
  { row: 'account locked', action: 'account.lock', typeUid: 300109, words: toBob },
  { row: 'account unlocked', action: 'account.unlock', typeUid: 300112, words: { ...byAda, ...toBob } },
  { row: 'user deleted', action: 'account.delete', typeUid: 300106, words: { ...byAda, ...toBob } },
  {
    ...{ row: 'profile changed', action: 'account.update', typeUid: 300199, words: byBob },
    set: { 'user_result.forward_addr': 'x@other.example' },
  },
  {
    ...{ row: 'service account created', action: 'service_account.create', typeUid: 300101 },
    words: { ...byAda, 'target.uid': 'svc-1', 'target.name': 'ci-bot', 'target.type': 'bot' },
  },
  {
    ...{ row: 'role granted', action: 'role.grant', typeUid: 300501 },
    words: { ...byAda, ...toBob, ...thing('organization', 'acme'), privileges: ['role:SUPER_ADMIN'] },
  },
  {
    ...{ row: 'role revoked', action: 'role.revoke', typeUid: 300502 },
    words: { ...byAda, ...toBob, privileges: 'role:SUPER_ADMIN' },
  },
  {
    ...{ row: 'role definition changed', action: 'role.update', typeUid: 300403 },
    words: {
      ...byAda,
      'resource.name': 'Billing Admin',
      'changes.before': ['read'],
      'changes.after': ['write'],
    },
  },
  {
    row: 'role created',
    action: 'role.create',
    typeUid: 300401,
    words: { ...byAda, 'resource.name': 'Billing Admin' },
  },
  { row: 'group created', action: 'group.create', typeUid: 300606, words: { ...byAda, 'group.name': 'Eng' } },
  { row: 'group deleted', action: 'group.delete', typeUid: 300605, words: { ...byAda, 'group.uid': 'g-1' } },
  {
    ...{ row: 'member added', action: 'group.member.add', typeUid: 300603 },
    words: { ...byAda, ...toBob, 'group.uid': 'g-1', 'group.name': 'Eng' },
  },
  {
    ...{ row: 'member removed', action: 'group.member.remove', typeUid: 300604 },
    words: { ...byAda, ...toBob, 'group.uid': 'g-1' },
  },
  {
    ...{ row: 'group given access', action: 'group.privilege.grant', typeUid: 300601 },
    words: { ...byAda, ...repository, 'group.name': 'Eng', privileges: ['repo:write'] },
  },
  {
    ...{ row: 'group lost access', action: 'group.privilege.revoke', typeUid: 300602 },
    words: { ...byAda, 'group.name': 'Eng', privileges: ['repo:write'] },
  },
  {
    ...{ row: 'OAuth app authorised', action: 'oauth.consent', typeUid: 300501 },
    words: { ...byBob, ...gadgetry, privileges: ['drive.readonly', 'mail.send'] },
  },
  {
    ...{ row: 'OAuth grant revoked', action: 'oauth.revoke', typeUid: 300502 },
    words: { ...byAda, ...gadgetry, privileges: ['drive.readonly'] },
  },
  {
    ...{ row: 'refresh token minted', action: 'token.issue', typeUid: 300299 },
    words: { ...byBob, ...gadgetry, 'session.protocol': 'oauth2' },
    set: { 'authentication_token.type_id': 'refresh token', 'authentication_token.uid': 'jti-1' },
  },
  {
    ...{ row: 'API key created', action: 'token.create', typeUid: 300401 },
    words: { ...byBob, 'resource.uid': 'pat-1', 'resource.ownerUid': BOB.uid, 'resource.scopes': ['repo'] },
  },
  {
    row: 'API key revoked',
    action: 'token.revoke',
    typeUid: 300404,
    words: { ...byBob, 'resource.uid': 'pat-1' },
  },
  {
    row: 'OAuth client registered',
    action: 'oauth_app.create',
    typeUid: 300401,
    words: { ...byAda, ...gadgetry },
  },
  {
    row: 'marketplace app installed',
    action: 'app.install',
    typeUid: 600201,
    words: { ...byAda, ...gadgetry },
  },
  { row: 'marketplace app removed', action: 'app.remove', typeUid: 600202, words: { ...byAda, ...gadgetry } },
  {
    ...{ row: 'sharing link created', action: 'share.link', typeUid: 600612 },
    words: {
      ...{ ...byBob, ...fromBerlin, ...plan, privileges: ['reader'] },
      ...{ 'resource.visibility': 'anyone_with_link', 'resource.expiresAt': '2026-02-01T00:00:00Z' },
    },
  },
  {
    ...{ row: 'file shared externally', action: 'share.external', typeUid: 600612 },
    words: {
      ...byBob,
      ...fromBerlin,
      ...plan,
      'target.email': 'eve@partner.example',
      privileges: ['writer'],
    },
    set: { 'file_result.is_public': false },
  },
  { row: 'share removed', action: 'share.remove', typeUid: 600613, words: { ...byBob, ...plan } },
  {
    row: 'file downloaded',
    action: 'file.download',
    typeUid: 600602,
    words: { ...byBob, ...fromBerlin, ...plan },
  },
  {
    row: 'file uploaded',
    action: 'file.upload',
    typeUid: 600601,
    words: { ...byBob, ...fromBerlin, ...plan },
  },
  {
    row: 'file deleted',
    action: 'file.delete',
    typeUid: 600604,
    words: { ...byBob, ...fromBerlin, ...plan },
  },
  { row: 'file restored', action: 'file.restore', typeUid: 600608, words: { ...byBob, ...plan } },
  { row: 'file previewed', action: 'file.view', typeUid: 600609, words: { ...byBob, ...plan } },
  {
    row: 'repository created',
    action: 'repository.create',
    typeUid: 600101,
    words: { ...byBob, ...repository },
  },
  {
    ...{ row: 'repository made public', action: 'repository.visibility.public', typeUid: 600103 },
    words: { ...byBob, ...repository, 'changes.before': 'private', 'changes.after': 'public' },
  },
  {
    row: 'repository deleted',
    action: 'repository.delete',
    typeUid: 600104,
    words: { ...byBob, ...repository },
  },
  {
    row: 'repository transferred',
    action: 'repository.transfer',
    typeUid: 600199,
    words: { ...byBob, ...repository },
  },
  {
    row: 'repository cloned',
    action: 'repository.clone',
    typeUid: 600107,
    words: { ...byBob, ...repository, ...fromBerlin },
  },
  {
    row: 'dashboard shared',
    action: 'item.share',
    typeUid: 600108,
    words: { ...byBob, ...thing('dashboard', 'd-1') },
  },
  {
    ...{ row: 'security setting changed', action: 'setting.update', typeUid: 300403 },
    words: {
      ...{ ...byAda, ...fromBerlin, ...thing('setting', 'org.mfa_required') },
      ...{ 'changes.before': true, 'changes.after': false },
    },
  },
  {
    ...{ row: 'IdP config changed', action: 'sso.update', typeUid: 300403 },
    words: { ...byAda, 'resource.name': 'saml-1', 'actor.idp': 'Example IdP' },
  },
  { row: 'SSO disabled', action: 'sso.disable', typeUid: 300409, words: byAda },
  {
    ...{ row: 'IP allow-list changed', action: 'ip_allowlist.update', typeUid: 300403 },
    words: { ...byAda, 'resource.name': 'office', 'changes.after': { cidrs: ['198.51.100.0/24'] } },
  },
  {
    row: 'SCIM changed',
    action: 'scim.update',
    typeUid: 300403,
    words: { ...byAda, 'resource.uid': 'scim-1' },
  },
  { row: 'audit log exported', action: 'audit.export', typeUid: 600107, words: { ...byAda, ...fromBerlin } },
  {
    row: 'audit log streaming disabled',
    action: 'audit.disable',
    typeUid: 300409,
    words: { ...byAda, 'resource.name': 'siem-1' },
  },
  {
    ...{ row: 'impersonation', action: 'impersonate', typeUid: 300207 },
    words: { ...byAda, ...toBob, 'session.uid': 's-1' },
    set: { account_switch_type_id: 'impersonate' },
  },
  {
    ...{ row: 'webhook created', action: 'webhook.create', typeUid: 300401 },
    words: { ...byAda, 'resource.uid': 'hook-1', 'resource.url': 'https://x.example/h' },
  },
  { row: 'bulk data export', action: 'export.bulk', typeUid: 600107, words: { ...byBob, ...fromBerlin } },
  {
    ...{ row: 'warehouse query', action: 'data.query', typeUid: 600504 },
    words: { ...byBob, ...fromBerlin, ...thing('relational', 'PROD'), 'resource.query': 'select 1' },
  },
  {
    ...{ row: 'device enrolled', action: 'device.enroll', typeUid: 300406 },
    words: { ...byBob, 'device.uid': 'mac-1', 'device.type': 'laptop', 'device.os': 'macOS' },
  },
  {
    row: 'plan changed',
    action: 'billing.update',
    typeUid: 300403,
    words: { ...byAda, ...thing('organization', 'acme') },
  },
  {
    ...{ row: 'secret found', action: 'dlp.finding', status: 'new', typeUid: 200601 },
    words: { uid: 'dlp-1', message: 'Access key in repository', ...repository },
    set: { data_security: { detection_system_id: 11, category_id: 6, confidentiality_id: 3 } },
  },
  {
    ...{ row: 'threat alert', action: 'alert', status: 'new', typeUid: 200401 },
    words: { ...byBob, ...fromBerlin, uid: 'al-1', message: 'Suspicious login' },
    set: { 'finding_info.analytic': { type_id: 2, name: 'atypical-travel' } },
  },
  {
    ...{ row: 'any other call', action: 'other', typeUid: 600399 },
    words: { ...byAda, ...fromBerlin, ...thing('Thing', 't-1'), 'service.name': 'Chat' },
  },
  {
    ...{
      row: 'normalisation failure',
      class: 'application_error',
      activity: 'translation_error',
      typeUid: 600802,
    },
    ...{ status: 'failure', words: { message: 'no mapping for x' } },
  },
  {
    ...{
      row: 'security-setting check',
      class: 'compliance_finding',
      activity: 'create',
      status: 'new',
      typeUid: 200301,
    },
    set: {
      finding_info: { uid: 'example:mfa-required', title: 'MFA not enforced' },
      compliance: { status_id: 'fail', control: 'IA-2(1)', checks: [{ uid: 'CHK-1', status_id: 'fail' }] },
    },
  },
  {
    ...{
      row: 'identity risk',
      class: 'iam_analysis_finding',
      activity: 'create',
      status: 'new',
      typeUid: 200801,
    },
    words: { ...toBob, uid: 'iam-1', message: 'Dormant super admin' },
    set: { identity_activity_metrics: { last_seen_time: '2025-01-01' } },
  },
  {
    ...{
      row: 'risky app',
      class: 'application_security_posture_finding',
      activity: 'create',
      typeUid: 200701,
    },
    words: { ...gadgetry, uid: 'app-1', message: 'Unverified publisher' },
    set: { 'remediation.desc': 'Revoke', 'application.risk_level_id': 3 },
  },
]
