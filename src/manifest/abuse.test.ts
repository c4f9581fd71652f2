import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check } from './check.ts'
import { readStudy } from './read-study.ts'
import { headers } from './rules/headers.ts'
import { hosts } from './rules/hosts.ts'
import { RULES } from './rules/index.ts'
import { urls } from './rules/urls.ts'
import { type Edit, edited } from './testing/acme.ts'

/** Ways to write an address of our own network, or a host that a reader takes for another. */
const FORBIDDEN_HOSTS = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '0',
    '0.0.0.0',
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0x7f.0x0.0x0.0x1',
    '0177.0.0.1',
  ],
  ...[
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...[
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[fe80::1]',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1%25lo]',
    '::1',
  ],
  ...[
    'localhost',
    'LOCALHOST',
    'a.localhost',
    'localhost.',
    'metadata',
    'metadata.google.internal',
    'printer.local',
    'db.internal',
    'kubernetes.default.svc.cluster.local',
    'router.lan',
  ],
  ...[
    'user@acme.example',
    'acme.example@127.0.0.1',
    'acme.example:8443',
    'acme.example:80@evil.example',
    'acme.example#.evil.example',
    'acme.example/evil',
    'acme.example\\\\evil',
    'acme.example?x',
  ],
  ...[
    'ａcme.example',
    'аcme.example',
    '①②⑦.⓪.⓪.①',
    'acme。example',
    'acme..example',
    '.acme.example',
    'acme.example.',
    '-acme.example',
    'ac me.example',
    '%61cme.example',
    '*.com',
    '*.co.uk',
    '*',
    'a.*.example',
    '*a.acme.example',
    '{{ settings.workspace }}.com',
    '{{ settings.workspace }}',
    '{{ settings.workspace }}.co.uk',
    'x{{ settings.workspace }}.acme.example',
    "{{ settings.workspace + '.evil' }}.acme.example",
  ],
]
const quoted = (text: string) => `"${text}"`

const errorsWithout = (files: Record<string, string>, removed: readonly unknown[]) => {
  const study = readStudy(files)
  for (const rule of RULES) if (!removed.includes(rule)) rule(study)
  return study.complaints.filter(({ level }) => level === 'error')
}

test(`${FORBIDDEN_HOSTS.length} ways to name a host that is not the app's are refused`, () => {
  const hostsOf = (list: readonly string[]) =>
    edited({ from: ', auth.acme.example]', to: `, auth.acme.example, ${list.map(quoted).join(', ')}]` })
  const found = check(hostsOf(FORBIDDEN_HOSTS)).complaints.filter(({ code }) => code === 'HOST_INVALID')
  const refused = new Set(found.map(({ path }) => path))
  assert.deepEqual(
    FORBIDDEN_HOSTS.filter((_, i) => !refused.has(`connect.hosts[${i + 2}]`)),
    [],
  )
  assert.deepEqual(
    errorsWithout(hostsOf(FORBIDDEN_HOSTS), [hosts]),
    [],
    'control: without the rule they get through',
  )
})

/** The places of a manifest that name an address. */
const ADDRESSES: readonly ((url: string) => Edit)[] = [
  (url) => ({
    from: 'baseUrl: https://{{ settings.workspace }}.acme.example/api/v2',
    to: `baseUrl: ${quoted(url)}`,
  }),
  (url) => ({ from: 'tokenUrl: https://auth.acme.example/token', to: `tokenUrl: ${quoted(url)}` }),
  (url) => ({
    from: 'authorizationUrl: https://auth.acme.example/authorize',
    to: `authorizationUrl: ${quoted(url)}`,
  }),
  (url) => ({ from: 'request: { get: /me }', to: `request: { get: ${quoted(url)} }` }),
  (url) => ({ from: 'request: { get: /organization/security }', to: `request: { get: ${quoted(url)} }` }),
  (url) => ({ from: "post: '/users/{{ account.id }}/suspend'", to: `post: ${quoted(url)}` }),
]
const FORBIDDEN_URLS = [
  ...FORBIDDEN_HOSTS.filter((host) => !/[\s{]/.test(host)).map((host) => `https://${host}/x`),
  ...[
    'http://auth.acme.example/x',
    'ftp://auth.acme.example/x',
    'file:///etc/passwd',
    'gopher://auth.acme.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example/x',
  ],
  ...[
    'https://evil.example/x',
    'https://auth.acme.example.evil.example/x',
    'https://auth.acme.example:444/x',
    'https://auth.acme.example@evil.example/x',
    'https://{{ settings.workspace }}.evil.example/x',
    'https://xauth.acme.example/x',
    'https:/auth.acme.example',
    'https:auth.acme.example',
    'https://',
    'https://{{ settings.workspace }}auth.acme.example/x',
  ],
]

const aboutUrls = (files: Record<string, string>) =>
  new Set(
    check(files)
      .complaints.filter(({ code }) => code === 'URL_INVALID' || code === 'HOST_UNDECLARED')
      .map(({ path }) => path),
  )

test(`${FORBIDDEN_URLS.length} addresses that leave the app are refused`, () => {
  const streams = FORBIDDEN_URLS.map((url, i) => `  u${i}: { kind: list, request: { get: ${quoted(url)} } }`)
  const files = edited({ from: 'streams:\n', to: `streams:\n${streams.join('\n')}\n` })
  const refused = aboutUrls(files)
  assert.deepEqual(
    FORBIDDEN_URLS.filter((_, i) => !refused.has(`streams.u${i}.request.get`)),
    [],
  )
  assert.deepEqual(errorsWithout(files, [urls]), [], 'control: without the rule they get through')
})

for (const url of [
  'http://auth.acme.example/x',
  'https://evil.example/x',
  'https://169.254.169.254/x',
  'https://auth.acme.example@evil.example/x',
]) {
  test(`no place of a manifest takes the address ${url}`, () => {
    const files = edited(...ADDRESSES.map((edit) => edit(url)))
    assert.equal(aboutUrls(files).size, ADDRESSES.length)
    assert.deepEqual(errorsWithout(files, [urls]), [], 'control: without the rule it gets through')
  })
}

const PATTERNS: readonly [pattern: string, isSafe: boolean][] = [
  ['^[a-z0-9-]+$', true],
  ['[a-z]{2,20}', true],
  ['^(?:eu|us)-[0-9]$', true],
  ['^[a-z][a-z0-9-]{0,62}$', true],
  ['^\\d+$', true],
  ['^.+$', false],
  ['^[a-z.]+$', false],
  ['^[^/]+$', false],
  ['^\\S+$', false],
  ['^[a-z]+(\\.evil)?$', false],
  ['^[ -~]+$', false],
  ['^[+--]+$', false],
  ['^[0-z]+$', false],
  ['^\\w+$', false],
  ['^(?i)[a-z]+$', false],
  ['^a\\x2eb$', false],
  ['^[[:punct:]]+$', false],
  ['', false],
]
for (const [pattern, isSafe] of PATTERNS) {
  test(`a setting with the pattern ${pattern || '(none)'} ${isSafe ? 'may' : 'cannot'} be part of a host`, () => {
    const to = pattern === '' ? 'type: text\n' : `pattern: '${pattern}'\n      example: eu-1\n`
    const files = edited({ from: "pattern: '^[a-z0-9-]+$'\n      example: contoso\n", to })
    const found = check(files).complaints.filter(({ code }) => code === 'HOST_INVALID')
    assert.equal(found.length, isSafe ? 0 : 1, JSON.stringify(found))
  })
}

test('the host of an installation may be a setting of its own type, and only that type', () => {
  const whole = (type: string): Edit[] => [
    {
      from: "hosts: ['{{ settings.workspace }}.acme.example', auth.acme.example]",
      to: "hosts: ['{{ settings.workspace }}', auth.acme.example]",
    },
    {
      from: 'https://{{ settings.workspace }}.acme.example/api/v2',
      to: 'https://{{ settings.workspace }}/api/v2',
    },
    { from: "pattern: '^[a-z0-9-]+$'\n      example: contoso", to: type },
  ]
  assert.deepEqual(check(edited(...whole('type: host\n      example: docs.contoso.example'))).complaints, [])
  assert.ok(check(edited(...whole('type: text'))).complaints.some(({ code }) => code === 'HOST_INVALID'))
})

const FORBIDDEN_HEADERS = [
  ...[
    'Host',
    'hOsT',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'TE',
    'Upgrade',
    'Keep-Alive',
    'Expect',
    'Trailer',
  ],
  ...[
    'Cookie',
    'Forwarded',
    'X-Forwarded-For',
    'x-forwarded-host',
    'Proxy-Authorization',
    'proxy-connection',
    'Via',
    'X-Real-IP',
    'Sec-Fetch-Site',
  ],
]
/** The places of a manifest that set headers. */
const HEADER_PLACES: readonly ((header: string) => Edit)[] = [
  (header) => ({ from: 'headers: { Accept: application/json }', to: `headers: { ${header} }` }),
  (header) => ({ from: 'request: { get: /me }', to: `request: { get: /me, headers: { ${header} } }` }),
  (header) => ({
    from: 'apiKey: {}',
    to: `apiKey: { send: { headers: { Authorization: 'Bearer {{ secrets.key }}', ${header} } } }`,
  }),
  (header) => ({ from: 'clientAuth: basic', to: `clientAuth: basic\n        tokenHeaders: { ${header} }` }),
  (header) => ({
    from: "post: '/users/{{ account.id }}/suspend'",
    to: `post: '/users/{{ account.id }}/suspend', headers: { ${header} }`,
  }),
]

/** The example with a header in every place, and the places that complain. */
const withHeader = (header: string) => edited(...HEADER_PLACES.map((place) => place(header)))
const placesOf = (files: Record<string, string>) =>
  new Set(
    check(files)
      .complaints.filter(({ level }) => level === 'error')
      .map(({ path }) => path),
  ).size

for (const place of HEADER_PLACES) {
  test(`${FORBIDDEN_HEADERS.length} headers cannot be set by ${place('…').to.replaceAll(/\s+/g, ' ')}`, () => {
    const files = edited(place(FORBIDDEN_HEADERS.map((name) => `${name}: x`).join(', ')))
    const refused = check(files).complaints.filter(({ code }) => code === 'HEADER_REFUSED')
    assert.deepEqual(
      FORBIDDEN_HEADERS.filter((name) => !refused.some(({ message }) => message.includes(` ${name} `))),
      [],
    )
    const others = errorsWithout(files, [headers])
    assert.deepEqual(others, [], 'control: without the rule they get through')
  })
}

/** `isText`: YAML takes it, and the rule has to say no at each place. */
const FORBIDDEN_VALUES: readonly [what: string, yaml: string, isText: boolean][] = [
  ['a line break', '"a\\r\\nX-Evil: 1"', true],
  ['a line feed', '"a\\nb"', true],
  ['NUL', '"a\\0b"', false],
  ['a line separator', '"a\\Lb"', false],
  ['a character beyond ASCII', 'Zoë', true],
  ['20 KB', 'x'.repeat(20_000), true],
]
for (const [what, yaml, isText] of FORBIDDEN_VALUES) {
  test(`a header cannot hold ${what}`, () => {
    const files = withHeader(`X-Note: ${yaml}`)
    assert.ok(isText ? placesOf(files) === HEADER_PLACES.length : placesOf(files) > 0)
    if (isText)
      assert.deepEqual(errorsWithout(files, [headers]), [], 'control: without the rule it gets through')
  })
}

test('a header name cannot hold what ends a header', () => {
  for (const name of ['"X-Note\\r\\nX-Evil"', '"X Note"', '"X:Note"'])
    assert.equal(placesOf(withHeader(`${name}: x`)), HEADER_PLACES.length, name)
})

test('a path holds no control characters, spaces, backslashes, parameters, fragments and dot segments', () => {
  for (const path of [
    '"/a\\r\\nb"',
    '"/a\\0b"',
    '/a b',
    '/a\\b',
    '/a?b=c',
    '"/a#b"',
    '/../a',
    '/a/..',
    '/a/./b',
    '/é',
  ])
    assert.equal(check(edited({ from: 'get: /me }', to: `get: ${path} }` })).manifest, undefined, path)
})
