import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../model/expression.ts'
import { compileExpression } from '../compile.ts'
import { equals } from '../runtime/equals.ts'
import { EXAMPLE_RECORD, FORM_ROWS } from './form.ts'
import { FUNCTION_GROUPS } from './table.ts'

const SCOPE = { record: 'map' } as const
const ENV = { record: EXAMPLE_RECORD }

/** What an expression has: a value, `fails: compile` when it is refused, or `fails: <reason>`. */
function outcome(source: string): unknown {
  const compiled = compileExpression(source, SCOPE)
  if ('problems' in compiled) return 'fails: compile'
  const value = compiled.program.evaluate(ENV)
  return value instanceof Failure ? `fails: ${value.reason}` : value
}

const ROWS = [...FORM_ROWS, ...FUNCTION_GROUPS.flatMap((group) => group.rows)]

for (const { name, examples } of ROWS) {
  test(`${name}() does what its examples say`, () => {
    assert.ok(examples.length > 0)
    for (const [source, expected] of examples) {
      const actual = outcome(source)
      if (expected.startsWith('fails: ')) assert.equal(actual, expected, source)
      else assert.ok(equals(actual, outcome(expected)), `${source} is ${String(actual)}, not ${expected}`)
    }
  })
}

test('every function is described by a sentence, and once', () => {
  const names = ROWS.map((row) => row.name)
  assert.deepEqual(names, [...new Set(names)])
  for (const { name, about } of ROWS) assert.match(about, /^[A-Z].*\.$/, name)
})
