import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Env, Failure, Instant, type Scope } from '../model/expression.ts'
import { compileTemplate } from './template.ts'

const SCOPE = { record: 'map', now: 'timestamp' } as const satisfies Scope

function evaluate(text: string, env: Env): unknown {
  const compiled = compileTemplate(text, SCOPE)
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems))
  return compiled.template.evaluate(env)
}

const RECORD = { id: 7, name: 'Ada', tags: ['a'], nothing: null, big: 9007199254740993n, on: true }

const CASES: readonly (readonly [text: string, expected: unknown])[] = [
  ['plain', 'plain'],
  ['', ''],
  ['{{ record.tags }}', ['a']],
  ['{{record.id}}', 7],
  ['/users/{{ record.id }}/{{ record.name }}', '/users/7/Ada'],
  ['{{ record.name }}{{ record.on }}', 'Adatrue'],
  ['{{ record.big }}!', '9007199254740993!'],
  ['at {{ now }}', 'at 2026-01-02T03:04:05Z'],
  ["since:{{ format(now - duration('1d'), 'date') }}", 'since:2026-01-01'],
  ['a \\{{ b }}', 'a {{ b }}'],
  ['\\{{{{ record.id }}', '{{7'],
  ["{{ '}}' + record.name }}", '}}Ada'],
  ["{{ {'a': {'b': record.id}} }}", { a: { b: 7 } }],
  ["x{{ {'a': {'b': 'c'}}['a']['b']}}y", 'xcy'],
  ['{"size": {"n": {{ record.id }}}}', '{"size": {"n": 7}}'],
  ['}} {{ record.id }} }}', '}} 7 }}'],
  ['{{ record.id // a comment\n }}', 7],
]

for (const [text, expected] of CASES)
  test(`template ${JSON.stringify(text)}`, () =>
    assert.deepEqual(
      evaluate(text, { record: RECORD, now: new Instant(Date.UTC(2026, 0, 2, 3, 4, 5)) }),
      expected,
    ))

test('a part without a value fails the whole text; alone, null stays null', () => {
  const reason = (text: string): unknown => {
    const value = evaluate(text, { record: RECORD })
    return value instanceof Failure ? value.reason : value
  }
  assert.equal(reason('x{{ record.gone }}'), 'missing')
  assert.equal(reason('x{{ record.nothing }}'), 'missing')
  assert.equal(reason('x{{ record.tags }}'), 'type')
  assert.equal(reason('{{ record.nothing }}'), null)
  assert.equal(reason('{{ record.gone }}'), 'missing')
})

test('problems of all parts are reported, counted from the start of the text', () => {
  const compiled = compileTemplate('a {{ recrd.x }} b {{ 1 + }} c {{ sze(1) }} d {{ record.x', SCOPE)
  assert.ok('problems' in compiled)
  assert.deepEqual(
    compiled.problems.map(({ code, offset }) => [code, offset]),
    [
      ['EXPRESSION_NAME', 5],
      ['EXPRESSION_SYNTAX', 25],
      ['EXPRESSION_FUNCTION', 33],
      ['EXPRESSION_SYNTAX', 45],
    ],
  )
})

test('a template is constant when no part reads anything', () => {
  const isConstant = (text: string): unknown => {
    const compiled = compileTemplate(text, SCOPE)
    return 'template' in compiled && compiled.template.isConstant
  }
  assert.equal(isConstant('plain'), true)
  assert.equal(isConstant("a {{ 'b' + 'c' }}"), true)
  assert.equal(isConstant('a {{ record.x }}'), false)
  assert.equal(isConstant('{{ now }}'), false)
})

test('the programs of the parts are listed with their own source', () => {
  const compiled = compileTemplate('a {{ record.x }} b {{ now }}', SCOPE)
  assert.ok('template' in compiled)
  assert.deepEqual(
    compiled.template.programs.map(({ source, path }) => [source, path]),
    [
      ['record.x', ['record', 'x']],
      ['now', ['now']],
    ],
  )
})

test('a text that parts would make too long is a failure', () => {
  const value = evaluate('{{ record.s }}{{ record.s }}', { record: { s: 'x'.repeat(600_000) } })
  assert.ok(value instanceof Failure && value.reason === 'budget')
})
