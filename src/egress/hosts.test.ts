import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostRule } from './hosts.ts'

const RULE = hostRule(['api.acme.example', 'eu-1.Acme.example', '*.files.acme.example'], false)

const MATCHES: [hostname: string, expected: boolean][] = [
  ['api.acme.example', true],
  ['eu-1.acme.example', true],
  ['a.files.acme.example', true],
  ['files.acme.example', false],
  ['a.b.files.acme.example', false],
  ['acme.example', false],
  ['xapi.acme.example', false],
  ['api.acme.example.evil.example', false],
  ['evilacme.example', false],
  ['api.acme.example.', false],
  ['localhost', false],
  ['127.0.0.1', false],
  ['', false],
]
for (const [hostname, expected] of MATCHES)
  test(`"${hostname}" ${expected ? 'may' : 'may not'} be called`, () =>
    assert.equal(RULE(hostname), expected))

const NO_NAMES = [
  ...[
    '',
    '*',
    '*.',
    '*.example',
    '*.*.acme.example',
    'a.*.acme.example',
    'acme',
    '.acme.example',
    'acme..example',
  ],
  ...[
    'acme.example/',
    'acme.example:443',
    'https://acme.example',
    'user@acme.example',
    'acme.example#.x.example',
  ],
  ...[
    '127.0.0.1',
    '[::1]',
    '169.254.169.254',
    '0x7f.0.0.1',
    '1.2',
    'localhost',
    '*.localhost',
    'a_b.acme.example',
  ],
  ...[
    '-a.acme.example',
    'a-.acme.example',
    `${'a'.repeat(64)}.acme.example`,
    `${'a.'.repeat(130)}example`,
    'ä.acme.example',
  ],
]
for (const pattern of NO_NAMES) {
  test(`"${pattern.slice(0, 40)}" cannot be declared as a host`, () => {
    assert.throws(() => hostRule([pattern], false), { code: 'EGRESS_BLOCKED' })
  })
}

test('loopback names can be declared only under the development switch, and no other address', () => {
  for (const name of ['127.0.0.1', '[::1]', 'localhost']) assert.equal(hostRule([name], true)(name), true)
  for (const name of ['127.0.0.2', '10.0.0.1', '0.0.0.0', '[::]', '*.localhost'])
    assert.throws(() => hostRule([name], true), { code: 'EGRESS_BLOCKED' })
})
