import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../model/expression.ts'
import { compileExpression } from './compile.ts'
import { LIMITS, type Limits } from './limits.ts'
import { meter } from './runtime/meter.ts'

const UNLIMITED: Limits = {
  sourceCharacters: Number.POSITIVE_INFINITY,
  nodes: Number.POSITIVE_INFINITY,
  nesting: Number.POSITIVE_INFINITY,
  loopNesting: Number.POSITIVE_INFINITY,
  steps: Number.MAX_SAFE_INTEGER,
  textCharacters: Number.POSITIVE_INFINITY,
  listItems: Number.POSITIVE_INFINITY,
}

const SCOPE = { record: 'map' } as const
const MIB = 1_048_576

function evaluate(source: string, record: unknown, limits: Limits = LIMITS): unknown {
  const compiled = compileExpression(source, SCOPE, limits)
  if ('problems' in compiled) return compiled.problems.map((problem) => problem.code).join()
  return compiled.program.evaluate({ record })
}

function reasonOf(value: unknown): unknown {
  return value instanceof Failure ? value.reason : value
}

/** Processor time, not the clock's: other processes must not make a test fail. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

const TRIPLE = 'record.l.all(a, record.l.all(b, record.l.all(c, a + b + c >= 0.0)))'

test('three loops inside each other are refused', () => {
  assert.equal(evaluate(TRIPLE, { l: [] }), 'EXPRESSION_COST')
})

test('a thousand million rounds stop at the budget; without it they go on', () => {
  const limits = { ...LIMITS, loopNesting: 3 }
  assert.equal(reasonOf(evaluate(TRIPLE, { l: numbers(1000) }, limits)), 'budget')
  // Control: a hundredth of a thousandth of those rounds already costs more than the whole budget.
  assert.equal(evaluate(TRIPLE, { l: numbers(100) }, UNLIMITED), true)
  assert.ok(UNLIMITED.steps - meter.left > LIMITS.steps)
})

const DOUBLING = `[record.s]${'.map(x, x + x)'.repeat(20)}`

test('a text that doubles twenty times stops at its limit; without it sixteen characters become millions', () => {
  assert.equal(reasonOf(evaluate(DOUBLING, { s: 'sixteen letters.' })), 'budget')
  const [text] = evaluate(DOUBLING, { s: 'sixteen letters.' }, UNLIMITED) as string[]
  assert.equal(text?.length, 16 * MIB)
})

test('a list that doubles stops at its limit; without it, it grows', () => {
  const source = `[record.l]${'.map(x, x + x)'.repeat(10)}`
  assert.equal(reasonOf(evaluate(source, { l: numbers(1000) })), 'budget')
  const [list] = evaluate(source, { l: numbers(1000) }, UNLIMITED) as unknown[][]
  assert.ok(list!.length > LIMITS.listItems)
})

const SUM = Array.from({ length: 50_000 }, () => '1').join('+')

test('a sum of 50,000 terms is refused; without limits it exhausts the stack', () => {
  assert.equal(evaluate(SUM, {}), 'EXPRESSION_COST')
  assert.equal(evaluate(SUM.slice(0, 8000), {}), 'EXPRESSION_COST')
  assert.throws(() => evaluate(SUM, {}, UNLIMITED), RangeError)
})

test('brackets nested 40 deep are refused; without limits 20,000 of them exhaust the stack', () => {
  const nested = (depth: number): string => `${'('.repeat(depth)}1${')'.repeat(depth)}`
  assert.equal(evaluate(nested(40), {}), 'EXPRESSION_COST')
  assert.throws(() => evaluate(nested(20_000), {}, UNLIMITED), RangeError)
})

test('(a+)+$ takes linear time; a backtracking engine doubles with every letter', () => {
  const mine = evaluate("record.s.matches('(a+)+$')", { s: `${'a'.repeat(100_000)}b` })
  assert.equal(mine, false)
  const naive = /(a+)+$/
  const naiveMs = (length: number): number => cpuMs(() => naive.test(`${'a'.repeat(length)}b`))
  naiveMs(16)
  naiveMs(16)
  assert.ok(naiveMs(25) > 8 * naiveMs(19))
})

test('names that every object inherits are missing; a naive reader finds functions behind them', () => {
  for (const name of [
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
  ]) {
    const record = { inner: JSON.parse('{}') as Record<string, unknown> }
    assert.notEqual(record.inner[name], undefined)
    assert.equal(reasonOf(evaluate(`record.inner.${name}`, record)), 'missing', name)
    assert.equal(reasonOf(evaluate(`record.inner['${name}']`, record)), 'missing', name)
    assert.equal(reasonOf(evaluate(`record.inner[record.name]`, { ...record, name })), 'missing', name)
    assert.equal(evaluate(`has(record.inner.${name})`, record), false, name)
    assert.equal(evaluate(`'${name}' in record.inner`, record), false, name)
    assert.equal(evaluate(`{'a': 1}.?${name}.hasValue()`, record), false, name)
    assert.equal(evaluate(`lookup({'a': 1}, '${name}', 'none')`, record), 'none', name)
  }
})

test('an own field of such a name is data like any other, and pollutes nothing', () => {
  const record = JSON.parse('{"__proto__": {"admin": true}, "constructor": "x", "length": 3}')
  assert.equal(evaluate('record.__proto__.admin', record), true)
  assert.equal(evaluate('record.constructor', record), 'x')
  assert.equal(evaluate('record.length == 3', record), true)
  const made = evaluate("{'__proto__': {'admin': true}, string('b'): 2}", {}) as object
  assert.deepEqual(Object.keys(made), ['__proto__', 'b'])
  assert.equal(Object.getPrototypeOf(made), Object.prototype)
  assert.equal('admin' in {}, false)
})

test('texts, lists and times have no fields', () => {
  const record = { s: 'abc', l: [1], n: 1 }
  for (const path of ['s.length', 's.at', 'l.length', 'l.map', 'n.toFixed', 's.constructor'])
    assert.equal(reasonOf(evaluate(`record.${path}`, record)), 'type', path)
  assert.equal(reasonOf(evaluate('dyn(timestamp(0)).ms', record)), 'type')
  assert.equal(reasonOf(evaluate('record.s[0]', record)), 'type')
})

/** Numbers end in failures, never in a wrong value; JavaScript's own arithmetic would round them. */
const ARITHMETIC: readonly (readonly [source: string, expected: unknown])[] = [
  ['9223372036854775807 + 1', 'range'],
  ['-9223372036854775808 - 1', 'range'],
  ['-9223372036854775808 / -1', 'range'],
  ['-(-9223372036854775808)', 'range'],
  ['9223372036854775807 * 2', 'range'],
  ['1 / 0', 'range'],
  ['1 % 0', 'range'],
  ['-7 / 2', -3n],
  ['-7 % 2', -1n],
  ['1.0 / 0.0', Number.POSITIVE_INFINITY],
  ['18446744073709551615u + 1u', 'range'],
  ['0u - 1u', 'range'],
  ['9007199254740993 + 0', 9007199254740993n],
  ['int(record.big) + 1', 'format'],
  ['record.exact + 1', 9007199254740994n],
  ["timestamp('9999-12-31T23:59:59Z') + duration('1s')", 'range'],
  ["duration('106751d') + duration('106751d')", 'range'],
]

for (const [source, expected] of ARITHMETIC)
  test(`${source} is ${String(expected)}`, () => {
    const record = { big: 'nine', exact: 9007199254740993n }
    assert.equal(reasonOf(evaluate(source, record)), expected)
  })

test('control: the arithmetic of JavaScript gives a wrong value to each of these without a word', () => {
  assert.equal(9223372036854775807n + 1n > 2n ** 63n - 1n, true)
  assert.equal(Number('9223372036854775807') + 1, Number('9223372036854775807'))
  assert.equal(Number('9007199254740993') + 0, 9007199254740992)
  assert.equal(Number('nine') + 1, Number.NaN)
  assert.equal(1 % 0, Number.NaN)
})

test('lone surrogates pass through, and become U+FFFD only where bytes are asked for', () => {
  const record = { s: 'a\ud800b' }
  assert.equal(evaluate('record.s', record), 'a\ud800b')
  assert.equal(evaluate('size(record.s)', record), 3n)
  assert.equal(evaluate('urlEncode(record.s)', record), 'a%EF%BF%BDb')
  assert.equal(evaluate('base64Encode(record.s)', record), Buffer.from('a\ufffdb').toString('base64'))
  assert.equal(evaluate("record.s.split('').join()", record), 'a\ud800b')
})

test('a literal cannot break out of the generated code', () => {
  const texts = [
    '`;process.exit(1);`',
    '"; throw 1; "',
    '\u2028\u2029',
    "\\'); throw 1; ('",
    '*/ throw 1 /*',
    '\0\r\n',
  ]
  for (const text of texts) {
    const literal = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
    assert.equal(evaluate(literal, {}), text)
    assert.equal(evaluate(`record[${literal}]`, { [text]: 7 }), 7)
    assert.equal(evaluate(`{${literal}: 7}[record.k]`, { k: text }), 7n)
    assert.equal(evaluate(`record.k in [${literal}]`, { k: text }), true)
    assert.equal(evaluate(`has(record.\`a b\`) || ${literal} == record.k`, { k: text }), true)
  }
})

const letters = (count: number): string => 'a'.repeat(count)

/** Programs within every static limit, each with the data that suits it worst. */
const EVIL: readonly (readonly [source: string, record: () => unknown])[] = [
  ['record.l.all(a, record.l.all(b, a <= b || true))', () => ({ l: numbers(100_000) })],
  [
    'record.l.exists(a, record.l.exists(b, record.s == record.t))',
    () => ({ l: numbers(1000), s: `${letters(MIB)}x`, t: `${letters(MIB)}y` }),
  ],
  [
    'record.l.exists(a, record.l.exists(b, record.s < record.t))',
    () => ({ l: numbers(1000), s: `${letters(MIB)}x`, t: `${letters(MIB)}x` }),
  ],
  [
    'record.l.exists(a, record.l.exists(b, record.s + a == record.t))',
    () => ({ l: Array(1000).fill('b'), s: letters(MIB - 2), t: letters(MIB - 1) }),
  ],
  [
    'record.l.exists(a, record.s in record.t)',
    () => ({
      l: numbers(100_000),
      s: `${letters(MIB)}x`,
      t: Array.from('bcdefghij', (c) => letters(MIB) + c),
    }),
  ],
  [
    'record.l.exists(a, record.m == record.n)',
    () => ({ l: numbers(1000), m: numbers(100_000), n: [...numbers(99_999), 1] }),
  ],
  [
    'record.l.exists(a, record.s.contains(record.t))',
    () => ({ l: numbers(1000), s: letters(MIB), t: `b${letters(1000)}` }),
  ],
  ['record.s.contains(record.t)', () => ({ s: letters(MIB), t: `b${letters(MIB / 2)}` })],
  ['record.s.indexOf(record.t)', () => ({ s: letters(MIB), t: `${letters(MIB / 2)}b` })],
  ['record.s.lastIndexOf(record.t)', () => ({ s: letters(MIB), t: `${letters(MIB / 2)}b` })],
  ["record.s.replace(record.t, 'x')", () => ({ s: letters(MIB), t: `b${letters(MIB / 2)}` })],
  [
    "record.l.exists(a, record.s.lowerAscii() == '')",
    () => ({ l: numbers(1000), s: `é${'Aa'.repeat(MIB / 2)}` }),
  ],
  ["record.l.exists(a, urlEncode(record.s) == '')", () => ({ l: numbers(1000), s: '!é'.repeat(60_000) })],
  ["record.l.exists(a, hex(sha256(record.s)) == '')", () => ({ l: numbers(1000), s: letters(MIB) })],
  [
    "record.l.exists(a, record.s.matches('(?:a?){200}a{200}$'))",
    () => ({ l: numbers(1000), s: letters(20_000) }),
  ],
  [
    "record.l.exists(a, regexCapture(record.s, '(.*)(.*)(.*)(.*)(.*)[xa]$', 1) == '')",
    () => ({ l: numbers(1000), s: letters(20_000) }),
  ],
  ['record.l.exists(a, size(distinct(record.l.map(b, [b]))) == 0)', () => ({ l: numbers(3000) })],
  ['record.l.exists(a, jsonText(record.l) == "")', () => ({ l: numbers(100_000) })],
  [
    'jsonParse(record.s) == jsonParse(record.s)',
    () => ({ s: `[${'1,'.repeat(MIB / 2 - 20)}1234567890123456789]` }),
  ],
  ['jsonParse(record.s)', () => ({ s: '['.repeat(MIB) })],
  ["record.s.trim() == ''", () => ({ s: `${' '.repeat(MIB)}x${' '.repeat(MIB)}x` })],
  ['default(double(record.s), 0.0) == 0.0', () => ({ s: `${'1'.repeat(MIB)}x` })],
  ["base64Decode(record.s) == ''", () => ({ s: `${'='.repeat(MIB)}x` })],
  ['timestamp(record.s) == timestamp(0)', () => ({ s: `2026-01-01T00:00:00.${'1'.repeat(MIB)}Z` })],
  ["parseTime(record.s, 'iso') == timestamp(0)", () => ({ s: `2026-01-01${' '.repeat(MIB)}` })],
  ["duration(record.s) == duration('1s')", () => ({ s: '1h'.repeat(MIB) })],
  ["ip(record.s) == ''", () => ({ s: `[${letters(MIB)}` })],
  ["urlQuery(record.s, 'x')", () => ({ s: `/?${'&'.repeat(MIB)}` })],
]

for (const [source, record] of EVIL)
  test(`ends within a second: ${source}`, () => {
    const data = record()
    const compiled = compileExpression(source, SCOPE)
    assert.ok('program' in compiled)
    const spentMs = cpuMs(() => compiled.program.evaluate({ record: data }))
    assert.ok(spentMs < 1000, `${spentMs} ms`)
  })
