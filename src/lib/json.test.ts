import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isFault } from './fault.ts'
import { parseJson, stringifyJson } from './json.ts'

const EXACT: [text: string, expected: unknown][] = [
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992n],
  ['9007199254740993', 9007199254740993n],
  ['-9007199254740993', -9007199254740993n],
  ['18446744073709551615', 18446744073709551615n],
  ['{"a":[{"id":1234567890123456789}]}', { a: [{ id: 1234567890123456789n }] }],
  ['"1234567890123456789"', '1234567890123456789'],
  ['{"1234567890123456789":1}', { '1234567890123456789': 1 }],
  ['0.12345678901234567', Number('0.12345678901234567')],
  ['12345678901234567.5', Number('12345678901234567.5')],
  ['1234567890123456789e2', Number('1234567890123456789e2')],
  ['-0', -0],
  [`1${'0'.repeat(60)}`, 1e60],
]

for (const [text, expected] of EXACT) {
  test(`${text} is read exactly`, () => assert.deepEqual(parseJson(text), expected))
}

const REFUSED: [name: string, input: Uint8Array | string, code: string][] = [
  ['nothing', '', 'SOURCE_UNREADABLE'],
  ['half a document', '{"secret":"hunter2","b":', 'SOURCE_UNREADABLE'],
  ['an open string', '{"secret":"hunter2', 'SOURCE_UNREADABLE'],
  ['a backslash at the very end', '"hunter2\\', 'SOURCE_UNREADABLE'],
  ['two documents', '{"a":"hunter2"}{}', 'SOURCE_UNREADABLE'],
  ['HTML', '<html>hunter2</html>', 'SOURCE_UNREADABLE'],
  ['a control character in a string', '"hunter2\n"', 'SOURCE_UNREADABLE'],
  ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'SOURCE_UNREADABLE'],
  ['an overlong sequence', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 'SOURCE_UNREADABLE'],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'SOURCE_UNREADABLE'],
  ['65 lists', '['.repeat(65) + ']'.repeat(65), 'ANSWER_TOO_DEEP'],
  ['65 objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'ANSWER_TOO_DEEP'],
  [
    'depth hidden behind brackets in a string',
    `["${']'.repeat(99)}\\"${']'.repeat(99)}",${'['.repeat(64)}`,
    'ANSWER_TOO_DEEP',
  ],
  ['millions of empty lists', `[${'[],'.repeat(1_200_000)}[]]`, 'ANSWER_TOO_LARGE'],
]

for (const [name, input, code] of REFUSED) {
  test(`${name}: refused with ${code}, and the message quotes nothing`, () => {
    assert.throws(
      () => parseJson(input),
      (error) =>
        isFault(error, code as never) &&
        !/hunter2|html/.test(`${error.message}${error.stack}`) &&
        error.cause === undefined,
    )
  })
}

test('five million levels are refused before anything is built; the parser alone would build them', () => {
  const bytes = new Uint8Array(5_000_000).fill(0x5b)
  const before = process.memoryUsage().rss
  assert.throws(() => parseJson(bytes), { code: 'ANSWER_TOO_DEEP' })
  assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024)
  assert.doesNotThrow(() => JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)))
})

test('ten million members are refused before anything is built', () => {
  const member = '"k":0,'
  const members = Buffer.alloc(member.length * 10_000_000, member)
  const bytes = Buffer.concat([Buffer.from('{'), members, Buffer.from('"k":0}')])
  const before = process.memoryUsage().rss
  assert.throws(() => parseJson(bytes), { code: 'ANSWER_TOO_LARGE' })
  assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024)
  const few = `{${Array.from({ length: 100_000 }, (_, i) => `"${i}":0`).join()}}`
  assert.equal(
    Object.keys(JSON.parse(few)).length,
    100_000,
    'control: the parser alone builds what it is given',
  )
})

test('control: what is read exactly, refused or kept harmless here, the parser alone rounds, takes or chokes on', () => {
  assert.equal(String(JSON.parse('9007199254740993')), '9007199254740992')
  assert.equal(new TextDecoder().decode(Uint8Array.of(0x22, 0xff, 0x22)), '"\ufffd"')
  assert.throws(() => JSON.parse('\ufeff{"a":1}'))
  assert.throws(() => JSON.parse('hunter2'), /hunter2/)
  const naive = Object.assign({}, JSON.parse('{"__proto__":{"polluted":true}}')) as { polluted?: boolean }
  assert.equal(naive.polluted, true)
})

test('64 levels, a byte order mark, NUL and lone surrogates are read', () => {
  assert.doesNotThrow(() => parseJson('['.repeat(64) + ']'.repeat(64)))
  assert.deepEqual(parseJson(Buffer.from('\ufeff{"a":1}')), { a: 1 })
  assert.deepEqual(parseJson('"a\\u0000b\\ud800"'), 'a\u0000b\ud800')
  assert.equal(stringifyJson('a\u0000b\ud800'), '"a\\u0000b\\ud800"')
})

test('a key named __proto__ is data: nothing inherits from it', () => {
  for (const id of ['1', '12345678901234567890']) {
    const value = parseJson(
      `{"id":${id},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`,
    )
    assert.ok(Object.hasOwn(value as object, '__proto__'))
    assert.equal((value as Record<string, unknown>)['polluted'], undefined)
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  }
})

test('the last of two equal keys counts', () => assert.deepEqual(parseJson('{"a":1,"a":2}'), { a: 2 }))

test('whatever was written is read again, big integers included', () => {
  const big = fc
    .bigInt({ min: -(2n ** 127n), max: 2n ** 127n })
    .filter((value) => !Number.isSafeInteger(Number(value)))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue({ maxDepth: 2 }),
      big,
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree')),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      const text = stringifyJson(value)
      assert.equal(stringifyJson(parseJson(text)), text)
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('without big integers the reader agrees with JSON.parse on every text', () => {
  const text = fc.json({ maxDepth: 6 }).filter((json) => !/\d{16}/.test(json))
  fc.assert(
    fc.property(text, (text) => assert.deepEqual(parseJson(text), JSON.parse(text))),
    { seed: 7, numRuns: 300 },
  )
})

test('what JSON cannot say is said as null, and a cycle is an error', () => {
  assert.equal(stringifyJson(undefined), 'null')
  assert.equal(stringifyJson({ a: 1n }, 2), '{\n  "a": 1\n}')
  const cycle: unknown[] = []
  cycle.push(cycle)
  assert.throws(() => stringifyJson(cycle), TypeError)
})
