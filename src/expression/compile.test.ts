import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Env, Failure, Instant, type Program, type Scope, Span } from '../model/expression.ts'
import { compileExpression } from './compile.ts'

const SCOPE = {
  record: 'map',
  now: 'timestamp',
  token: 'string',
  tags: 'list',
  any: 'dyn',
} as const satisfies Scope

function programOf(source: string, scope: Scope = SCOPE): Program {
  const compiled = compileExpression(source, scope)
  if ('problems' in compiled) throw new Error(`${source}: ${JSON.stringify(compiled.problems)}`)
  return compiled.program
}

function problemsOf(source: string, scope: Scope = SCOPE): readonly unknown[] {
  const compiled = compileExpression(source, scope)
  return 'problems' in compiled
    ? compiled.problems.map(({ code, offset, hint }) => [code, offset, ...(hint === undefined ? [] : [hint])])
    : []
}

const evaluate = (source: string, env: Env): unknown => programOf(source).evaluate(env)

test('all problems of an expression are reported at once, each where it is and with what was meant', () => {
  assert.deepEqual(problemsOf("recrd.a == 1 && sze(tags) > 'x' + 1 && tags.lenght"), [
    ['EXPRESSION_NAME', 0, 'did you mean "record"?'],
    ['EXPRESSION_FUNCTION', 16, 'did you mean "size"?'],
    ['EXPRESSION_TYPE', 32, 'convert the other side with string(…)'],
    ['EXPRESSION_TYPE', 44],
  ])
})

const PROBLEMS: readonly (readonly [source: string, ...problem: unknown[]])[] = [
  ['', 'EXPRESSION_SYNTAX', 0],
  ['record.', 'EXPRESSION_SYNTAX', 7],
  ['record = 1', 'EXPRESSION_SYNTAX', 7, 'write == to compare'],
  ['a & b', 'EXPRESSION_SYNTAX', 2, 'write && for "and"'],
  ["record.a == 'x", 'EXPRESSION_SYNTAX', 12, "add '"],
  ['(record.a', 'EXPRESSION_SYNTAX', 9],
  ['record.a record.b', 'EXPRESSION_SYNTAX', 9],
  ['12ab', 'EXPRESSION_SYNTAX', 0],
  ['9223372036854775808', 'EXPRESSION_SYNTAX', 0],
  ['token == 1', 'EXPRESSION_TYPE', 6],
  ['token.x', 'EXPRESSION_TYPE', 6],
  ['token && true', 'EXPRESSION_TYPE', 0],
  ['token ? 1 : 2', 'EXPRESSION_TYPE', 0],
  ['tags[token]', 'EXPRESSION_TYPE', 4],
  ['!token', 'EXPRESSION_TYPE', 1],
  ['-token', 'EXPRESSION_TYPE', 0],
  ['1 + 1.0', 'EXPRESSION_TYPE', 2, 'convert one side with int(…) or double(…)'],
  ['now < token', 'EXPRESSION_TYPE', 4],
  ["'a' in token", 'EXPRESSION_TYPE', 4],
  ['lowerAscii(token)', 'EXPRESSION_TYPE', 0, 'write string.lowerAscii()'],
  ['token.matches(1)', 'EXPRESSION_TYPE', 6, 'write string.matches(string) or matches(string, string)'],
  ["token.matches('(')", 'EXPRESSION_TYPE', 6],
  ["format(now, 'yyyy-qq')", 'EXPRESSION_TYPE', 0],
  ["timestamp('tomorrow')", 'EXPRESSION_TYPE', 0],
  ["duration('7 days')", 'EXPRESSION_TYPE', 0],
  ["inCidr(token, '10.0.0.0/99')", 'EXPRESSION_TYPE', 0],
  ['record.?a', 'EXPRESSION_TYPE', 8, 'add .orValue(…), or ask .hasValue()'],
  ['record.?a == 1', 'EXPRESSION_TYPE', 8, 'add .orValue(…), or ask .hasValue()'],
  ['token.orValue(1)', 'EXPRESSION_TYPE', 6, 'read the field as value.?field'],
  ['has(token)', 'EXPRESSION_TYPE', 0],
  ['tags.all(1, true)', 'EXPRESSION_TYPE', 5],
  ['tags.all(t, 1)', 'EXPRESSION_TYPE', 12],
  ['token.all(t, true)', 'EXPRESSION_TYPE', 6],
  ['{1.0: 2}', 'EXPRESSION_TYPE', 1],
  ['default(token)', 'EXPRESSION_TYPE', 0],
  ['x.y', 'EXPRESSION_NAME', 0, 'known here: record, now, token, tags, any'],
  ['tags.exists(t, user == 1)', 'EXPRESSION_NAME', 15, 'known here: record, now, token, tags, any, t'],
  ['Message{a: 1}', 'EXPRESSION_SYNTAX', 7],
]

for (const [source, ...problem] of PROBLEMS)
  test(`refused at ${String(problem[1])}: ${source}`, () => assert.deepEqual(problemsOf(source), [problem]))

test('a source just within its limits is accepted', () => {
  assert.deepEqual(problemsOf(`'${'x'.repeat(8190)}'`), [])
  assert.deepEqual(problemsOf(`[${Array(499).fill('1').join(',')}]`), [])
  assert.deepEqual(problemsOf(`${'['.repeat(32)}1${']'.repeat(32)}`), [])
  assert.deepEqual(problemsOf('tags.map(a, tags.map(b, b))'), [])
})

test('a source that is too long, too large or too deep is refused', () => {
  const codes = (source: string): unknown[] => problemsOf(source).map((problem) => (problem as unknown[])[0])
  assert.deepEqual(codes(`'${'x'.repeat(8191)}'`), ['EXPRESSION_COST'])
  assert.deepEqual(codes(`[${Array(500).fill('1').join(',')}]`), ['EXPRESSION_COST'])
  assert.deepEqual(codes(`${'['.repeat(33)}1${']'.repeat(33)}`), ['EXPRESSION_COST'])
  assert.deepEqual(codes('tags.map(a, tags.map(b, tags.map(c, c)))'), ['EXPRESSION_COST'])
  assert.deepEqual(codes(Array(60).fill("token == 'x'").join(' ? 1 : ').concat(' ? 1 : 2')), [])
})

const PATHS: readonly (readonly [source: string, path: unknown, reads: unknown])[] = [
  ['record', ['record'], [['record']]],
  ['record.actor.id', ['record', 'actor', 'id'], [['record', 'actor', 'id']]],
  ["record['user-agent'].x[0]", ['record', 'user-agent', 'x', 0], [['record', 'user-agent', 'x', 0]]],
  ['record.`user-agent`', ['record', 'user-agent'], [['record', 'user-agent']]],
  [
    'record.a == record.b',
    undefined,
    [
      ['record', 'a'],
      ['record', 'b'],
    ],
  ],
  ['has(record.a.b)', undefined, [['record', 'a', 'b']]],
  [
    'record.?a.?b.orValue(record.c)',
    undefined,
    [
      ['record', 'a', 'b'],
      ['record', 'c'],
    ],
  ],
  [
    'record.list[record.i].x',
    undefined,
    [
      ['record', 'list'],
      ['record', 'i'],
    ],
  ],
  [
    'record.items.exists(i, i.name == record.name)',
    undefined,
    [
      ['record', 'items'],
      ['record', 'name'],
    ],
  ],
  ['tags.map(record, record.a)', undefined, [['tags']]],
  ["'constant'", undefined, []],
]

for (const [source, path, reads] of PATHS)
  test(`path and reads of ${source}`, () => {
    assert.deepEqual(programOf(source).path, path)
    assert.deepEqual(programOf(source).reads, reads)
  })

const TYPES: readonly (readonly [source: string, type: string])[] = [
  ['record.a', 'dyn'],
  ['record', 'map'],
  ['size(tags)', 'int'],
  ['record.a == 1', 'bool'],
  ['any + token', 'string'],
  ['any + any', 'dyn'],
  ['now - duration("1h")', 'timestamp'],
  ['now - now', 'duration'],
  ['tags.filter(t, t == 1)', 'list'],
  ['[1, 2][0]', 'int'],
  ["[1, 'a'][0]", 'dyn'],
  ["any ? 'a' : 'b'", 'string'],
  ["any ? 'a' : 1", 'dyn'],
  ["default(record.a, 'x')", 'dyn'],
  ['default(token, "x")', 'string'],
  ['first([1.5])', 'double'],
]

for (const [source, type] of TYPES)
  test(`${source} is ${type}`, () => assert.equal(programOf(source).type, type))

test('failures say what is missing, by the longest path that exists', () => {
  const message = (source: string, record: unknown): unknown => {
    const value = evaluate(source, { record })
    return value instanceof Failure ? `${value.reason}: ${value.message}` : value
  }
  assert.equal(message('record.actor.id', {}), 'missing: record has no "actor"')
  assert.equal(message('record.actor.id', { actor: {} }), 'missing: record.actor has no "id"')
  assert.equal(message('record.actor.id', { actor: null }), 'missing: record.actor is null')
  assert.equal(
    message('record.actor.id', { actor: 'x' }),
    'type: record.actor is a string: record.actor.id is not defined',
  )
  assert.equal(message("record['a b'][2]", { 'a b': [] }), 'missing: record["a b"] has no item 2')
  assert.equal(message('record.a + 1', { a: 1 }), 'type: double + int is not defined')
  assert.equal(message('record.a && true', { a: 1 }), 'type: a condition must be true or false, not double')
  assert.equal(message('!record.a', { a: null }), 'type: a condition must be true or false, not null')
  assert.equal(message('size(record.a)', { a: 1 }), 'type: size(double) is not defined')
  assert.equal(message('record.a > 1', { a: 'x' }), 'type: string > int is not defined')
})

test('a name that the environment does not give is missing, also when every object inherits it', () => {
  const scope: Scope = Object.fromEntries([['toString', 'dyn' as const]])
  const program = programOf('toString', scope)
  const value = program.evaluate({})
  assert.ok(value instanceof Failure && value.reason === 'missing')
  assert.equal(program.evaluate({ toString: 7 }), 7)
})

test('numbers of JSON compare with whole numbers, exactly where they are exact', () => {
  const record = { n: 3, half: 2.5, big: 9007199254740993n }
  assert.equal(evaluate('record.n == 3 && record.n > 2 && 4 > record.n && record.n >= 3', { record }), true)
  assert.equal(evaluate('record.half > 2 && record.half != 2 && record.half < 3', { record }), true)
  assert.equal(evaluate('record.big == 9007199254740993 && record.big > record.n', { record }), true)
  assert.equal(evaluate('record.big == 9007199254740992', { record }), false)
  assert.equal(evaluate("record.n in [1, 2, 3] && !('3' in [1, 2, 3].map(x, dyn(x)))", { record }), true)
  assert.equal(evaluate("{3: 'three'}[record.n]", { record }), 'three')
})

test('times in the environment work as values of maps too', () => {
  const any = { start: new Instant(1_700_000_000_123), step: new Span(60_000) }
  assert.equal(evaluate("format(any.start + any.step, 'iso')", { any }), '2023-11-14T22:14:20.123Z')
  assert.equal(evaluate('any.start < any.start + any.step', { any }), true)
})

test('an object of the data that looks like a time stays a map', () => {
  const any = { start: { kind: 'instant', ms: 0, nanos: 0 } }
  const value = evaluate("format(any.start, 'iso')", { any })
  assert.ok(value instanceof Failure && value.reason === 'type')
  assert.equal(evaluate('any.start.kind', { any }), 'instant')
})

test('a wide and or a long chain decide although other terms fail', () => {
  const record = { yes: true, no: false }
  assert.equal(evaluate('record.gone && record.no && record.gone', { record }), false)
  assert.equal(evaluate('record.gone || record.gone || record.yes', { record }), true)
  assert.equal(evaluate('[1, 2, 3].exists(x, x == 3 || record.gone)', { record }), true)
  assert.equal(evaluate('[1, 2, 3].all(x, x < 2 && record.gone)', { record }), false)
  assert.ok(evaluate('[1, 2].exists(x, record.gone)', { record }) instanceof Failure)
})

test('inner names shadow outer ones, and end with their loop', () => {
  assert.deepEqual(evaluate('tags.map(t, [t].map(t, t + "!")[0] + t)', { tags: ['a'] }), ['a!a'])
  assert.equal(
    evaluate('tags.exists(record, record == 1) && record.a', { tags: [1], record: { a: true } }),
    true,
  )
})

test('constant calls are evaluated once, when the expression is checked, but not into long constants', () => {
  const isLiteral = (source: string): boolean =>
    (programOf(source).tree as { kind: string }).kind === 'literal'
  assert.equal(isLiteral("duration('7d')"), true)
  assert.equal(isLiteral("'abc'.replace('b', 'x').upperAscii()"), true)
  assert.equal(isLiteral(`'${'a'.repeat(200)}'.replace('a', '${'b'.repeat(200)}')`), false)
  assert.equal(isLiteral('dyn(9223372036854775807) + 1'), false)
})

test('the keys of a map are texts, whole numbers or booleans, each once', () => {
  const reason = (source: string, any: unknown): unknown => {
    const value = evaluate(source, { any })
    return value instanceof Failure ? value.reason : value
  }
  assert.equal(reason('{any: 1}', { unsigned: 1n }), 'type')
  assert.equal(reason('{any: 1}', 1.5), 'type')
  assert.equal(reason('{any: 1}', null), 'type')
  assert.deepEqual(reason('{any: 1}', 'x'), { x: 1n })
  assert.deepEqual(reason('{any: 1}', 2n), new Map([[2n, 1n]]))
  assert.equal(reason("{any: 1, 'x': 2}", 'x'), 'range')
  assert.equal(reason("{'x': 1, 'x': 2}", 'x'), 'range')
})
