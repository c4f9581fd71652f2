import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { connectorPages } from '../../tools/generate/connector-pages.ts'
import { generatedFiles } from '../../tools/generate/files.ts'
import { FAULTS } from '../lib/fault.ts'
import { CODES } from './codes.ts'
import { ACME } from './testing/acme.ts'

const root = join(import.meta.dirname, '../..')
const generated = { ...generatedFiles(root), ...(await connectorPages(root)) }

for (const [path, text] of Object.entries(generated)) {
  test(`${path} is what its sources say; npm run generate writes it anew`, () => {
    assert.ok(readFileSync(join(root, path), 'utf8') === text, `${path} is out of date: npm run generate`)
  })
}

test('docs/errors.md lists every code of complaints and faults, and no other', () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `(?<code>\w+)` \| (?<second>.+?) \| (?<third>.+?) \|$/gm)].map(
    ({ groups }) => [groups?.['code'], groups?.['second'], groups?.['third']],
  )
  const expected = [
    ...Object.entries(CODES).map(([code, { means, act }]) => [code, means, act]),
    ...Object.entries(FAULTS).map(([code, { blame, help }]) => [code, blame, help]),
  ]
  assert.deepEqual(
    listed,
    expected.map((row) => row.map((cell) => cell?.replaceAll('|', '\\|'))),
  )
})

test('codes are words of a thing and its state, and none is two things', () => {
  for (const code of [...Object.keys(CODES), ...Object.keys(FAULTS)])
    assert.match(code, /^[A-Z]+(?:_[A-Z]+)+$/)
  assert.deepEqual(
    Object.keys(CODES).filter((code) => code in FAULTS),
    [],
  )
})

const validate = new Ajv2020({ strictTypes: false, allowUnionTypes: true }).compile(
  JSON.parse(generated['schemas/manifest.schema.json']!),
)
const example = () => parse(ACME['connector.yaml']!)

test('the schema for editors takes the example', () => {
  assert.ok(validate(example()), JSON.stringify(validate.errors))
})

test('the schema for editors refuses what the checker refuses by form', () => {
  const wrong: ((manifest: ReturnType<typeof example>) => void)[] = [
    (manifest) => Object.assign(manifest.app, { vender: 'x' }),
    (manifest) => delete manifest.app.vendor,
    (manifest) => Object.assign(manifest.streams.users, { kind: 'people' }),
    (manifest) => Object.assign(manifest.streams.users.page, { next: 'tokens' }),
    (manifest) => Object.assign(manifest.connect.check.request, { post: '/x' }),
    (manifest) => Object.assign(manifest.streams.audit.window, { lag: '2 minutes' }),
    (manifest) => Object.assign(manifest.streams, { 'my stream': manifest.streams.org }),
    (manifest) =>
      Object.assign(manifest.detections['failed-logins'], {
        firstSeen: { of: ['event.time'], by: ['event.time'] },
      }),
  ]
  for (const change of wrong) {
    const manifest = example()
    change(manifest)
    assert.ok(!validate(manifest), String(change))
  }
})

test('every field of the language has a sentence', () => {
  const silent: string[] = []
  const visit = (schema: Record<string, unknown>, path: string): void => {
    for (const [key, property] of Object.entries(
      (schema['properties'] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      if (typeof property['description'] !== 'string') silent.push(`${path}.${key}`)
      visit(property, `${path}.${key}`)
    }
    const inner = [
      schema['items'],
      ...Object.values(schema['patternProperties'] ?? {}),
      ...((schema['anyOf'] ?? []) as unknown[]),
    ]
    for (const part of inner)
      if (typeof part === 'object' && part !== null) visit(part as Record<string, unknown>, `${path}[]`)
  }
  visit(JSON.parse(generated['src/manifest/language.generated.json']!), '')
  assert.deepEqual(silent, [])
})
