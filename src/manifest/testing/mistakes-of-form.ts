import { type Mistake, one } from './mistake.ts'

const FORM: readonly Mistake[] = [
  { code: 'KEY_REPEATED', edits: one('  vendor: Acme', '  vendor: Acme\n  name: Again'), at: 'name: Again' },
  { code: 'KEY_INVALID', edits: one('  audit:\n', '  "my audit":\n'), at: '"my audit"', hint: /names match/ },
  { code: 'KEY_INVALID', edits: one('404: empty', '4o4: empty'), at: '4o4', hint: /\[1-5\]/ },
  {
    code: 'FILE_MISSING',
    edits: one('map: mappings/audit.yaml', 'map: mapping/audit.yaml'),
    at: 'mapping/audit',
    hint: /mappings\/audit\.yaml/,
  },
  {
    code: 'FILE_PATH_INVALID',
    edits: one('map: mappings/audit.yaml', 'map: ../audit.yaml'),
    at: '../audit.yaml',
  },
  {
    code: 'FILE_PATH_INVALID',
    edits: one('map: mappings/audit.yaml', 'map: /etc/passwd'),
    at: '/etc/passwd',
  },
  {
    code: 'FIELD_UNKNOWN',
    edits: one('records: response.body.users', 'record: response.body.users'),
    at: 'record: response',
    hint: /did you mean "records"/,
  },
  {
    code: 'FIELD_UNKNOWN',
    edits: one('page: { next: link }', 'page: { next: link, records: x }'),
    at: 'records: x',
    hint: /"records" belongs in streams\.audit/,
  },
  {
    code: 'FIELD_UNKNOWN',
    edits: one('    page: { next: link }', '    lag: 1m\n    page: { next: link }'),
    at: 'lag: 1m',
    hint: /"lag" belongs in window/,
  },
  {
    code: 'FIELD_UNKNOWN',
    edits: one('page: { next: link }', 'paging: { next: link }'),
    at: 'paging',
    hint: /did you mean "page"/,
  },
  {
    code: 'FIELD_UNKNOWN',
    edits: one('  baseUrl:', '  base_url:'),
    at: 'base_url',
    hint: /did you mean "baseUrl"/,
  },
  { code: 'FIELD_MISSING', edits: one('    kind: activity\n    every', '    every'), at: 'audit:\n' },
  { code: 'FIELD_MISSING', edits: one('request: { get: /me }', 'request: {}'), at: 'request: {}' },
  {
    code: 'FIELD_MISSING',
    edits: one('page: { next: link }', 'page: { stop: page.index > 5 }'),
    at: 'page: { stop',
    hint: /none, link/,
  },
  {
    code: 'FIELD_CONFLICT',
    edits: one('request: { get: /me }', 'request: { get: /me, post: /me }'),
    at: 'post: /me',
  },
  {
    code: 'FIELD_CONFLICT',
    edits: one('threshold:', 'firstSeen: { of: [event.user.uid], by: [event.user.uid] }\n    threshold:'),
    at: 'threshold:',
  },
  {
    code: 'FIELD_UNUSED',
    edits: one(
      'records: response.body.users',
      "records: response.body.users\n    decode: { as: json, delimiter: ';' }",
    ),
    at: 'delimiter',
  },
  {
    code: 'VALUE_INVALID',
    edits: one('next: link', 'next: links'),
    at: 'links }',
    hint: /did you mean "link"/,
  },
  { code: 'VALUE_INVALID', edits: one('fairlead: 1', 'fairlead: 2'), at: '2\n' },
  {
    code: 'VALUE_INVALID',
    edits: one('rate: 600/min', 'rate: 600/minute'),
    at: '600/minute',
    hint: /600\/min/,
  },
  { code: 'VALUE_INVALID', edits: one('lag: 2m', 'lag: 120'), at: '120,', hint: /such as 15m/ },
  {
    code: 'VALUE_INVALID',
    edits: one('size: 500, total', 'size: 50000, total'),
    at: '50000',
    hint: /between 1 and 10000/,
  },
  {
    code: 'VALUE_INVALID',
    edits: one('redact: [record.link.password]', 'redact: record.link.password'),
    at: 'record.link.password',
    hint: /\[ … \]/,
  },
  {
    code: 'VALUE_INVALID',
    edits: one("size: '{{ page.size }}'", 'size: 12345678901234567890'),
    at: '12345678901234567890',
    hint: /quotes/,
  },
  { code: 'VALUE_INVALID', edits: one('to: query.cursor', 'to: cursor'), at: 'cursor }', hint: /query/ },
]

const EXPRESSIONS: readonly Mistake[] = [
  {
    code: 'EXPRESSION_SYNTAX',
    edits: one("admin: record.role == 'owner'", "admin: record.role = 'owner'"),
    at: "= 'owner'",
    hint: /==/,
  },
  {
    code: 'EXPRESSION_SYNTAX',
    edits: one("get: '/users/{{ parent.id }}/tokens'", "get: '/users/{{ parent.id /tokens'"),
    at: '{{ parent.id /tokens',
  },
  {
    code: 'EXPRESSION_NAME',
    edits: one("admin: record.role == 'owner'", "admin: recrd.role == 'owner'"),
    at: 'recrd',
    hint: /did you mean "record"/,
  },
  {
    code: 'EXPRESSION_NAME',
    edits: one('mfa: record.two_factor', 'mfa: outer.two_factor'),
    at: 'outer.two_factor',
    hint: /declare explode:/,
  },
  {
    code: 'EXPRESSION_NAME',
    edits: one('get: /organization/security', "get: '/organization/{{ over.x }}'"),
    at: 'over.x',
    hint: /declare over:/,
  },
  {
    code: 'EXPRESSION_NAME',
    edits: one("post: '/users/{{ account.id }}/suspend'", "post: '/users/{{ group.id }}/suspend'"),
    at: 'group.id',
    hint: /not on: group/,
  },
  {
    code: 'EXPRESSION_NAME',
    edits: one("pass: org.sso.mode == 'required'", "pass: audit.sso.mode == 'required'"),
    at: 'audit.sso',
  },
  {
    code: 'EXPRESSION_NAME',
    edits: one(
      'since: "{{ format(window.start, \'iso\') }}"',
      'since: "{{ format(windows.start, \'iso\') }}"',
    ),
    at: 'windows.start',
    hint: /did you mean "window"/,
  },
  {
    code: 'EXPRESSION_FUNCTION',
    edits: one('timestamp(record.last_seen)', 'timestmp(record.last_seen)'),
    at: 'timestmp',
  },
  {
    code: 'EXPRESSION_TYPE',
    edits: one('pass: record.mfa', 'pass: string(record.mfa)'),
    at: 'string(record.mfa)',
  },
  { code: 'EXPRESSION_TYPE', edits: one('identity: response.body.email', 'identity: now + 5'), at: '+ 5' },
  {
    code: 'EXPRESSION_COST',
    edits: one('mfa: record.two_factor', `mfa: ${'('.repeat(40)}record.two_factor${')'.repeat(40)}`),
    at: '(((((((record',
  },
  {
    code: 'SECRET_MISPLACED',
    edits: one('per_page: 200', "per_page: '{{ secrets.key }}'"),
    at: 'secrets.key',
    hint: /logs/,
  },
  { code: 'SECRET_MISPLACED', edits: one('mfa: record.two_factor', 'mfa: secrets.key'), at: 'secrets.key' },
  {
    code: 'SECRET_MISPLACED',
    edits: one('get: /organization/security', "get: '/organization/{{ secrets.key }}'"),
    at: 'secrets.key',
  },
]

const REFERENCES: readonly Mistake[] = [
  {
    code: 'REFERENCE_UNKNOWN',
    edits: one('{{ settings.workspace }}.acme.example/api', '{{ settings.wrkspace }}.acme.example/api'),
    at: 'wrkspace',
    hint: /settings\.workspace/,
  },
  {
    code: 'REFERENCE_UNKNOWN',
    edits: one('  headers: { Accept: application/json }', "  headers: { X-Key: '{{ secrets.hok }}' }"),
    at: 'hok }}',
    hint: /secrets\.hook/,
  },
  { code: 'REFERENCE_UNKNOWN', edits: one('reads: [org]', 'reads: [orgs]'), at: 'orgs]', hint: /"org"/ },
  {
    code: 'REFERENCE_UNKNOWN',
    edits: one('get: /me }', 'get: /me, auth: API tokn }'),
    at: 'API tokn',
    hint: /"API token"/,
  },
  { code: 'REFERENCE_UNKNOWN', edits: one('secret: hook }', 'secret: hok }'), at: 'hok }', hint: /"hook"/ },
  {
    code: 'REFERENCE_UNKNOWN',
    edits: one('window.end', 'window.stop'),
    at: 'stop,',
    hint: /window has start, end/,
  },
  {
    code: 'REFERENCE_UNKNOWN',
    edits: one('respond: [suspend-user]', 'respond: [suspend-usr]'),
    at: 'suspend-usr',
    hint: /suspend-user/,
  },
  {
    code: 'REFERENCE_CIRCULAR',
    edits: one(
      '    records: response.body.users\n',
      '    records: response.body.users\n    each: { stream: tokens }\n',
    ),
    at: 'users:\n    kind',
  },
  {
    code: 'REFERENCE_CIRCULAR',
    edits: one('revert: restore-user', 'revert: suspend-user'),
    at: 'suspend-user\n  restore',
  },
  {
    code: 'REFERENCE_UNFIT',
    edits: one('reads: [org]', 'reads: [users]'),
    at: 'users]',
    hint: /each: users/,
  },
  { code: 'REFERENCE_UNFIT', edits: one('each: users', 'each: audit'), at: 'audit\n    where' },
  {
    code: 'REFERENCE_UNKNOWN',
    edits: one(
      '      apiKey: {}',
      '      login: { request: { post: /login, auth: Key }, token: response.body.token }',
    ),
    at: 'Key }',
  },
  {
    code: 'REFERENCE_UNFIT',
    edits: one(
      '      apiKey: {}',
      '      login: { request: { post: /login, auth: Sign in with Acme }, token: response.body.token }',
    ),
    at: 'Sign in with Acme }',
    hint: /jwt/,
  },
  { code: 'REFERENCE_UNFIT', edits: one('stream: users, key', 'stream: pushed, key'), at: 'pushed, key' },
  {
    code: 'REFERENCE_UNFIT',
    edits: one('verb: account.suspend\n    on: account', 'verb: account.suspend\n    on: role'),
    at: 'role\n',
  },
]

/** What is wrong with keys, values, expressions and names. */
export const MISTAKES_OF_FORM: readonly Mistake[] = [...FORM, ...EXPRESSIONS, ...REFERENCES]
