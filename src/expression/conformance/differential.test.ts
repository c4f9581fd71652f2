import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { celEnv, isCelError, isCelList, isCelMap, isCelType, isCelUint, parse, plan } from '@bufbuild/cel'
import { strings } from '@bufbuild/cel/ext'
import fc from 'fast-check'
import { Failure, Instant, Unsigned } from '../../model/expression.ts'
import { compileExpression } from '../compile.ts'
import { randomExpression, randomRecord } from './random-expression.ts'

const RUNS = 2000
const env = celEnv({ funcs: strings })

/** A value of the reference evaluator in our value model. */
function ofReference(value: unknown): unknown {
  if (isCelList(value)) return [...value].map(ofReference)
  if (isCelMap(value)) return Object.fromEntries([...value].map(([key, item]) => [key, ofReference(item)]))
  if (isCelUint(value)) return new Unsigned(value.value)
  if (isCelType(value)) return value.name
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  const { seconds, nanos } = (value as { message: { seconds: bigint; nanos: number } }).message
  return new Instant(Number(seconds) * 1000 + Math.floor(nanos / 1e6), nanos % 1e6)
}

const FAILED = Symbol('failed')

function theirs(source: string, record: unknown): unknown {
  const value = plan(env, parse(source))({ record: record as never })
  return isCelError(value) ? FAILED : ofReference(value)
}

function ours(source: string, record: unknown): unknown {
  const compiled = compileExpression(source, { record: 'dyn' })
  if ('problems' in compiled) return REFUSED
  const value = compiled.program.evaluate({ record })
  return value instanceof Failure ? FAILED : value
}

/** The reference has no checker: what ours refuses before running is not compared, but counted. */
const REFUSED = Symbol('refused')

test('random expressions over random documents have the same value as in the reference evaluator, or fail in both', (context) => {
  let refused = 0
  let failed = 0
  fc.assert(
    fc.property(randomExpression, randomRecord, (source, record) => {
      const mine = ours(source, record)
      if (mine === REFUSED) refused++
      if (mine === FAILED) failed++
      if (mine === REFUSED) return
      const reference = theirs(source, record)
      assert.ok(isDeepStrictEqual(mine, reference), `ours ${show(mine)}, reference ${show(reference)}`)
    }),
    { numRuns: RUNS, seed: 20261123 },
  )
  context.diagnostic(
    `compared ${RUNS - refused}, of which failed in both ${failed}; refused by the checker ${refused}`,
  )
  assert.ok(refused < RUNS / 4)
  assert.ok(failed < RUNS / 2)
})

function show(value: unknown): string {
  return typeof value === 'symbol'
    ? String(value)
    : JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}n` : item))
}
