import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { getParsingSuite } from '@bufbuild/cel-spec/testdata/tests.js'
import { Failure } from '../../model/expression.ts'
import { compileExpression } from '../compile.ts'
import { LIMITS } from '../limits.ts'
import { parse } from '../parse.ts'
import { NOT_APPLICABLE, PINNED } from './applicable.ts'
import { type ConformanceTest, readSuite } from './suite.ts'

function passes({ expression, scope, env, expected }: ConformanceTest): boolean {
  const compiled = compileExpression(expression, scope ?? {})
  if ('problems' in compiled) return expected instanceof Failure
  if (expected === undefined) return true
  const actual = compiled.program.evaluate(env)
  return expected instanceof Failure ? actual instanceof Failure : isDeepStrictEqual(actual, expected)
}

const suite = readSuite()
const reasonOf = (one: ConformanceTest): string | undefined =>
  NOT_APPLICABLE.find(({ fits }) => fits(one))?.reason
const applicable = suite.filter((one) => reasonOf(one) === undefined)

test('every applicable test of the CEL conformance suite passes, but for those pinned with a reason', (context) => {
  const failed = applicable.filter((one) => !passes(one)).map(({ id }) => id)
  context.diagnostic(`passed ${applicable.length - failed.length}, pinned ${failed.length}`)
  assert.deepEqual(failed, [...PINNED.keys()])
})

test('what is not applicable is counted, so that no reason grows unseen', (context) => {
  const actual = NOT_APPLICABLE.map(({ reason }) => ({
    reason,
    count: suite.filter((one) => reasonOf(one) === reason).length,
  }))
  for (const { reason, count } of actual) context.diagnostic(`not applicable ${count}: ${reason}`)
  assert.deepEqual(
    actual,
    NOT_APPLICABLE.map(({ reason, count }) => ({ reason, count })),
  )
  assert.equal(suite.length, 2344)
})

/** Left to our checker, or limits and switches of the reference's own. */
const NOT_SYNTAX = /recursion|unsupported syntax|macro|iteration variable|not an identifier|simple name/

test('the suite for parsers is accepted and refused as by the reference, but for typed messages', (context) => {
  const tests = getParsingSuite()
    .tests.filter(({ original }) => !/\w(?:\(\))?\{/.test(original.expr))
    .filter(({ error }) => !NOT_SYNTAX.test(error ?? ''))
  const wrong = tests.filter(({ original, error }) => {
    const { end } = parse(original.expr, { from: 0, isPart: false, limits: LIMITS })
    return (end === undefined) !== (error ?? '').startsWith('ERROR: :')
  })
  context.diagnostic(`compared ${tests.length}`)
  assert.deepEqual(
    wrong.map(({ original, error }) => [original.expr, error]),
    [],
  )
})
