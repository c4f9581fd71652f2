import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse as parseAlone, parseDocument } from 'yaml'
import { parseYaml } from './parse.ts'
import { plainOf } from './plain.ts'

type Attack = {
  readonly name: string
  readonly text: string
  readonly code: string
  readonly line: number
  readonly column: number
  /** Shows that the attack works without our protection: the library alone takes it. */
  readonly works: (text: string) => boolean
  /** Default 300. */
  readonly withinMs?: number
}
const reads = (text: string) => parseDocument(text).errors.length === 0
const laughs = (levels: number) =>
  [
    'a0: &a0 [x, x, x, x, x, x, x, x, x]',
    ...Array.from(
      { length: levels },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
    ),
  ].join('\n')

const ATTACKS: readonly Attack[] = [
  {
    name: 'billion laughs',
    text: laughs(8),
    code: 'YAML_ALIAS_REFUSED',
    line: 1,
    column: 5,
    works: () => JSON.stringify(parseAlone(laughs(4), { maxAliasCount: -1 })).length > 200_000,
  },
  {
    name: '20,000 lists inside each other',
    text: '['.repeat(20_000) + ']'.repeat(20_000),
    code: 'YAML_TOO_DEEP',
    line: 1,
    column: 65,
    works: () => reads('['.repeat(300) + ']'.repeat(300)),
  },
  {
    name: '20,000 block lists inside each other',
    text: `${'- '.repeat(20_000)}x`,
    code: 'YAML_TOO_DEEP',
    line: 1,
    column: 128,
    works: () => reads(`${'- '.repeat(300)}x`),
  },
  {
    name: 'a function',
    text: 'a: !!js/function "function () {}"',
    code: 'YAML_TAG_REFUSED',
    line: 1,
    column: 4,
    works: reads,
  },
  {
    name: 'a tag on a block text',
    text: 'a:\n  b: !!binary |\n    aGk=',
    code: 'YAML_TAG_REFUSED',
    line: 2,
    column: 6,
    works: reads,
  },
  {
    name: 'a merge key',
    text: 'a: { <<: { admin: true } }',
    code: 'YAML_ALIAS_REFUSED',
    line: 1,
    column: 6,
    works: (text) => parseAlone(text, { merge: true }).a.admin === true,
  },
  {
    name: 'a key that reaches for the prototype',
    text: 'a: { __proto__: { admin: true } }',
    code: 'KEY_INVALID',
    line: 1,
    column: 6,
    works: reads,
  },
  {
    name: 'the same key twice',
    text: 'a: 1\nb: 2\na: 3',
    code: 'KEY_REPEATED',
    line: 3,
    column: 1,
    works: (text) => parseAlone(text, { uniqueKeys: false }).a === 3,
  },
  {
    name: 'a second document',
    text: 'a: 1\n---\nb: 2',
    code: 'YAML_DOCUMENT_REPEATED',
    line: 2,
    column: 1,
    works: (text) => parseAlone(text.split('---')[0]!).a === 1,
  },
  {
    name: '300 KB',
    text: `a: ${'x'.repeat(300_000)}`,
    code: 'YAML_TOO_LARGE',
    line: 1,
    column: 262_145,
    works: reads,
  },
  {
    name: '60,000 keys',
    text: 'a:\n'.repeat(60_000),
    code: 'YAML_TOO_LARGE',
    line: 25_001,
    column: 1,
    works: () => reads('a:\nb:\n'),
    withinMs: 2000,
  },
  {
    name: 'a directive',
    text: '%YAML 1.1\n---\na: no',
    code: 'YAML_TAG_REFUSED',
    line: 1,
    column: 1,
    works: (text) => parseAlone(text).a === false,
  },
  { name: 'a hidden character', text: 'a: x\u202ey', code: 'YAML_SYNTAX', line: 1, column: 5, works: reads },
  {
    name: 'an escape for the terminal',
    text: 'a: "\\e[31mred"',
    code: 'YAML_SYNTAX',
    line: 1,
    column: 4,
    works: reads,
  },
  { name: 'an empty file', text: '# nothing\n', code: 'YAML_SYNTAX', line: 1, column: 1, works: reads },
  { name: 'a map as a key', text: '{ a: 1 }: 2', code: 'KEY_INVALID', line: 1, column: 1, works: reads },
]

for (const { name, text, code, line, column, works, withinMs = 300 } of ATTACKS) {
  test(`${name} is refused as ${code}, at its place, within ${withinMs} ms`, () => {
    assert.ok(works(text), 'control: without the protection it gets through')
    const before = process.cpuUsage()
    const { root, complaints } = parseYaml('a.yaml', text)
    const { user, system } = process.cpuUsage(before)
    assert.equal(root, undefined)
    const [first] = complaints
    assert.deepEqual([first?.code, first?.line, first?.column, first?.file], [code, line, column, 'a.yaml'])
    assert.ok((user + system) / 1000 < withinMs, `${(user + system) / 1000} ms of processor time`)
  })
}

test('refusing an attack leaves no memory behind', () => {
  const attack = laughs(9)
  parseYaml('a.yaml', attack)
  const before = process.memoryUsage().rss
  for (let i = 0; i < 50; i++) parseYaml('a.yaml', attack)
  assert.ok(process.memoryUsage().rss - before < 32 * 1024 * 1024)
})

test('mistakes of syntax are few, however many there are', () => {
  for (const text of [
    `[${','.repeat(40_000)}]`,
    '" '.repeat(30_000),
    `"${'\\q'.repeat(100_000)}"`,
    '} '.repeat(40_000),
  ]) {
    const { complaints } = parseYaml('a.yaml', text)
    assert.ok(complaints.length > 0 && complaints.length <= 20, String(complaints.length))
  }
})

test('a file is read as YAML 1.2 core: words of older versions are texts', () => {
  const { root } = parseYaml('a.yaml', 'a: no\nb: true\nc: 0o17\nd: 1_000\ne: ~\nf: 12:30\n404: on')
  assert.deepEqual(
    { ...(plainOf(root!) as object) },
    { a: 'no', b: true, c: 15, d: '1_000', e: null, f: '12:30', 404: 'on' },
  )
})
