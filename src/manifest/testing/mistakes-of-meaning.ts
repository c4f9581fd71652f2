import { AUDIT, audit, type Mistake, one } from './mistake.ts'

const NETWORK: readonly Mistake[] = [
  { code: 'HOST_INVALID', edits: one(', auth.acme.example]', ', 10.0.0.1]'), at: '10.0.0.1' },
  {
    code: 'HOST_INVALID',
    edits: one("pattern: '^[a-z0-9-]+$'", "pattern: '^.+$'"),
    at: "'{{ settings.workspace }}.acme.example'",
    hint: /pattern/,
  },
  {
    code: 'HOST_UNDECLARED',
    edits: one('tokenUrl: https://auth.acme.example', 'tokenUrl: https://auth.evil.example'),
    at: 'https://auth.evil',
    hint: /auth\.acme\.example/,
  },
  { code: 'HOST_UNDECLARED', edits: one('get: /me ', 'get: https://evil.example/me '), at: 'https://evil' },
  { code: 'URL_INVALID', edits: one('baseUrl: https', 'baseUrl: http'), at: 'http://{{' },
  { code: 'URL_INVALID', edits: one('/api/v2\n', '/api/v2/\n'), at: 'https://{{' },
  { code: 'URL_INVALID', edits: one('get: /users,', 'get: users,'), at: 'users, query' },
  { code: 'URL_INVALID', edits: one('get: /users,', 'get: /users?x=1,'), at: '/users?x', hint: /query/ },
  { code: 'URL_INVALID', edits: one('get: /users,', 'get: /a/../users,'), at: '/a/..' },
  { code: 'HEADER_REFUSED', edits: one('Accept: application/json', 'Host: evil.example'), at: 'Host: evil' },
  { code: 'HEADER_REFUSED', edits: one('Accept: application/json', 'X-Name: Zoë'), at: 'Zoë' },
  {
    code: 'CREDENTIAL_WRITTEN',
    edits: one('Accept: application/json', 'Authorization: Bearer abc'),
    at: 'Bearer abc',
    hint: /secrets/,
  },
  {
    code: 'CREDENTIAL_WRITTEN',
    edits: one(
      'hook: { title: Webhook signing secret',
      "hook: { title: Webhook signing secret, default: 'abc'",
    ),
    at: "'abc'",
  },
  {
    code: 'CREDENTIAL_UNSENT',
    edits: one('apiKey: {}', 'apiKey: { send: { headers: { X-Key: none } } }'),
    at: 'send: { headers',
  },
  {
    code: 'SCOPE_MISSING',
    edits: one('          activity: [audit:read]\n', ''),
    at: 'accounts: [users:read]',
    hint: /activity/,
    level: 'warning',
  },
]

const MEANING: readonly Mistake[] = [
  {
    code: 'VALUE_INVALID',
    edits: one(
      "verify: { request: { get: '/users/{{ account.id }}' }, expect: response.body.state == 'off' }",
      "verify: { request: { post: '/users/{{ account.id }}/suspend' }, expect: response.status == 409 }",
    ),
    at: "post: '/users/{{ account.id }}/suspend' }, expect",
    hint: /activity log/,
  },
  {
    code: 'POSITION_MISSING',
    edits: one('    window: { time: record.at, lag: 2m, overlap: 10m, maxSpan: 1d }\n', ''),
    at: 'audit:\n',
    hint: /window or cursor/,
  },
  {
    code: 'POSITION_UNUSED',
    edits: one(
      '        since: "{{ format(window.start, \'iso\') }}"\n        until: "{{ format(window.end, \'iso\') }}"\n',
      '        all: 1\n',
    ),
    at: 'window: { time: record.at, lag',
    level: 'warning',
  },
  {
    code: 'PAGE_ENDLESS',
    edits: one('page: { next: link }', 'page: { next: repeat }'),
    at: 'page: { next: repeat',
    hint: /cursor/,
  },
  {
    code: 'ROW_INCOMPLETE',
    edits: audit('login.success: { action: login, status: success }', 'login.success: { status: success }'),
    at: 'login.success',
    file: AUDIT,
  },
  {
    code: 'ROW_UNREACHABLE',
    edits: audit("    - when: record.data.scope == 'public'\n      action", '    - action'),
    at: 'action: share.internal',
    file: AUDIT,
    hint: /file\.shared/,
  },
  {
    code: 'ACTION_UNKNOWN',
    edits: audit('action: account.create', 'action: account.craete'),
    at: 'account.craete',
    file: AUDIT,
  },
  {
    code: 'CLASS_UNKNOWN',
    edits: audit('class: api_activity', 'class: api_activty'),
    at: 'api_activty',
    file: AUDIT,
  },
  {
    code: 'ACTIVITY_UNKNOWN',
    edits: audit('{ class: api_activity, activity: other }', '{ class: api_activity, activity: delet }'),
    at: 'delet }',
    file: AUDIT,
    hint: /"delete"/,
    level: 'warning',
  },
  {
    code: 'ATTRIBUTE_UNKNOWN',
    edits: audit('userAgent: record', 'useragent: record'),
    at: 'useragent',
    file: AUDIT,
  },
  { code: 'ATTRIBUTE_UNKNOWN', edits: one('lastLogin:', 'lastLogn:'), at: 'lastLogn' },
  { code: 'ATTRIBUTE_UNKNOWN', edits: one('by: [event.user.uid]', 'by: [event.usr.uid]'), at: 'event.usr' },
  {
    code: 'ATTRIBUTE_UNFIT',
    edits: audit('time: record.at', "time: record.at == '1'"),
    at: "time: record.at == '1'".slice(6),
    file: AUDIT,
  },
  { code: 'CHECK_GROUNDLESS', edits: one("pass: org.sso.mode == 'required'", 'pass: 1 == 1'), at: '1 == 1' },
  {
    code: 'CHECK_UNGUARDED',
    edits: one(
      "pass: org.sso.mode == 'required'",
      "inputs: [org.sso]\n    pass: org.sso.mode == 'required' || org.mfa == 'all'",
    ),
    at: "org.sso.mode == 'required' ||",
    level: 'warning',
  },
  {
    code: 'TEST_MISSING',
    edits: one('      - { about: nine, events: [], finds: false }\n', ''),
    at: 'failed-logins',
    level: 'warning',
  },
  {
    code: 'TEST_INVALID',
    edits: one('mode: optional } } }, gives: fail', 'mode: optional } } }, gives: pass'),
    at: 'pass }\n  admins',
    hint: /correct the case/,
  },
  {
    code: 'TEST_INVALID',
    edits: one('given: { org: { sso: { mode: required } } }', 'given: { orgs: { sso: { mode: required } } }'),
    at: 'orgs: {',
    hint: /org/,
  },
]

const SAMPLES: readonly Mistake[] = [
  {
    code: 'SAMPLE_INVALID',
    edits: one('"about"', '"abut"', 'samples/org.json'),
    at: '{',
    file: 'samples/org.json',
  },
  {
    code: 'SAMPLE_INVALID',
    edits: one('"mode": "required"', '"mode": required', 'samples/org.json'),
    at: '{',
    file: 'samples/org.json',
  },
  { code: 'SAMPLE_MISSING', edits: one('  org:\n', '  orgs:\n'), at: 'orgs:\n', level: 'warning' },
  {
    code: 'PATH_ABSENT',
    edits: one('records: response.body.entries', 'records: response.body.entry'),
    at: 'entry\n',
    hint: /entries/,
  },
  {
    code: 'PATH_ABSENT',
    edits: one("pass: org.sso.mode == 'required'", "pass: org.sso.moed == 'required'"),
    at: 'moed',
    hint: /"mode"/,
  },
  {
    code: 'PATH_ABSENT',
    edits: one("where: parent.state == 'on'", "where: parent.stat == 'on'"),
    at: "stat == 'on'",
    hint: /"state"/,
  },
  {
    code: 'PATH_ABSENT',
    edits: audit('reason: record.data.reason', 'reason: record.data.why'),
    at: 'why }',
    file: AUDIT,
    hint: /reason/,
  },
  {
    code: 'PATH_ABSENT',
    edits: audit('by: record.event', 'by: record.evnt'),
    at: 'evnt\n',
    file: AUDIT,
    hint: /"event"/,
  },
  { code: 'PATH_ABSENT', edits: one('time: record.at, lag', 'time: record.time, lag'), at: 'time, lag' },
  {
    code: 'PATH_ABSENT',
    edits: one('redact: [record.link.password]', 'redact: [record.link.pasword]'),
    at: 'pasword',
    hint: /"password"/,
  },
  { code: 'PATH_ABSENT', edits: one('records: json.entries', 'records: json.entry'), at: 'entry\n    key' },
  {
    code: 'EXPRESSION_FAILS',
    edits: one('timestamp(record.last_seen)', 'timestamp(record.display_name)'),
    at: 'timestamp(record.display_name)',
  },
]

/** What is wrong with hosts, streams, mappings, checks and samples. */
export const MISTAKES_OF_MEANING: readonly Mistake[] = [...NETWORK, ...MEANING, ...SAMPLES]
