import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check } from './check.ts'
import { ACME, edited } from './testing/acme.ts'

test('a file with a mistake of syntax does not hide the mistakes of other files', () => {
  const files = edited(
    { from: 'next: link', to: 'next: lnk' },
    { file: 'mappings/audit.yaml', from: 'by: record.event', to: 'by: [record.event' },
  )
  const found = check(files).complaints.map(({ code, file }) => `${file} ${code}`)
  assert.ok(found.includes('connector.yaml VALUE_INVALID'))
  assert.ok(found.includes('mappings/audit.yaml YAML_SYNTAX'))
})

test('complaints come in reading order, the main file first', () => {
  const files = edited(
    { from: 'next: link', to: 'next: lnk' },
    { from: 'vendor: Acme', to: 'vender: Acme' },
    { file: 'mappings/audit.yaml', from: 'action: login, status: success', to: 'action: logn' },
  )
  const { complaints } = check(files)
  assert.deepEqual(
    complaints.map(({ file }) => file).toSorted(),
    complaints.map(({ file }) => file),
  )
  const lines = complaints.filter(({ file }) => file === 'connector.yaml').map(({ line }) => line)
  assert.deepEqual(
    lines,
    lines.toSorted((a, b) => a - b),
  )
})

test('a YAML file that nothing names is a warning', () => {
  const { complaints, manifest } = check({ ...ACME, 'checks/forgotten.yaml': 'a: 1' })
  assert.deepEqual(
    complaints.map(({ code, file, level }) => [code, file, level]),
    [['FILE_UNUSED', 'checks/forgotten.yaml', 'warning']],
  )
  assert.ok(manifest)
})

test('a mapping that two streams share is complained about once, and where one has a value, not at all', () => {
  const wrong = edited({
    file: 'mappings/audit.yaml',
    from: 'action: account.create',
    to: 'action: account.craete',
  })
  assert.equal(check(wrong).complaints.length, 1)
  const sparse = edited({ file: 'samples/pushed.json', from: '"ip": "203.0.113.7", ', to: '' })
  assert.deepEqual(check(sparse).complaints, [])
})

test('one mistake causes no avalanche of complaints', () => {
  const single: readonly [from: string, to: string][] = [
    ["pattern: '^[a-z0-9-]+$'", "patern: '^[a-z0-9-]+$'"],
    ['kind: accounts', 'kind: acounts'],
    ['    request: { get: /organization/security }', '    request: { get: /organization/security'],
    ['window: { time: record.at, lag', 'window: { tme: record.at, lag'],
    ['grant: authorization_code', 'grant: authorisation_code'],
  ]
  for (const [from, to] of single) {
    const errors = check(edited({ from, to })).complaints.filter(({ level }) => level === 'error')
    const lines = new Set(errors.map(({ line }) => line))
    assert.ok(errors.length <= 2 && lines.size <= 2, JSON.stringify(errors, null, 1))
  }
})

test('a value that only a table, a token or a customer can give is not held against the samples', () => {
  const found = check(
    edited({ from: "email: 'lookup.mail[record.by]'", to: "email: 'lookup.mail[record.by].nothing'" }),
  )
  assert.deepEqual(found.complaints, [])
})

test('errors inside a 200 hold no records', () => {
  const failure = '{ "response": { "body": { "ok": false } } },'
  const files = edited(
    {
      from: '  limits:\n    rate',
      to: '  errors:\n    - { when: response.body.ok == false, is: fail }\n  limits:\n    rate',
    },
    { file: 'samples/tokens.json', from: '"exchanges": [', to: `"exchanges": [${failure}` },
  )
  assert.deepEqual(check(files).complaints, [])
})
