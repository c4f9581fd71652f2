import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileExpression } from '../expression/compile.ts'
import type { Program } from '../model/expression.ts'
import { type Judge, judgeCase, type Verdict } from './judge-case.ts'

const program = (source: string): Program => {
  const compiled = compileExpression(source, { record: 'dyn', org: 'dyn', parameters: 'map' })
  assert.ok('program' in compiled, source)
  return compiled.program
}
type Wording = {
  readonly pass: string
  readonly where?: string
  readonly inputs?: readonly string[]
  readonly onEmpty?: Verdict
  readonly absent?: Verdict
}
const judgeOf = ({ pass, where, inputs, onEmpty = 'unknown', absent }: Wording, each?: string): Judge => ({
  reads: each === undefined ? ['org'] : [],
  each,
  where: where === undefined ? undefined : program(where),
  inputs: inputs?.map(program),
  pass: program(pass),
  onEmpty,
  absent,
})

const ONE: readonly [wording: Wording, org: unknown, verdict: Verdict][] = [
  [{ pass: 'org.sso == true' }, { sso: true }, 'pass'],
  [{ pass: 'org.sso == true' }, { sso: false }, 'fail'],
  [{ pass: 'org.sso == true' }, {}, 'unknown'],
  [{ pass: 'org.sso == true' }, { sso: null }, 'unknown'],
  [{ pass: 'org.sso == true' }, null, 'unknown'],
  [{ pass: 'org.sso == true' }, undefined, 'unknown'],
  [{ pass: 'org.sso == true || true' }, {}, 'unknown'],
  [{ pass: 'org.list.all(x, x > 1)' }, {}, 'unknown'],
  [{ pass: 'org.age < 90' }, { age: 'old' }, 'unknown'],
  [{ pass: 'org.age < parameters.days' }, { age: 80 }, 'pass'],
  [{ pass: 'org.sso == true', absent: 'fail' }, {}, 'fail'],
  [{ pass: 'org.sso == true', absent: 'pass' }, { sso: null }, 'pass'],
  [{ pass: 'default(org.sso, false)', inputs: ['org.plan'] }, { plan: 'team' }, 'fail'],
  [{ pass: 'default(org.sso, false)', inputs: ['org.plan'] }, { sso: true }, 'unknown'],
  [
    { pass: 'org.sso == true', inputs: ['int(org.plan)'], absent: 'pass' },
    { sso: true, plan: 'x' },
    'unknown',
  ],
]
for (const [wording, org, verdict] of ONE) {
  test(`${JSON.stringify(wording)} on ${JSON.stringify(org)} is ${verdict}`, () =>
    assert.equal(
      judgeCase(judgeOf(wording), org === undefined ? {} : { org }, { parameters: { days: 90 } }),
      verdict,
    ))
}

const MANY: readonly [wording: Wording, users: unknown, verdict: Verdict][] = [
  [{ pass: 'record.mfa' }, [{ mfa: true }, { mfa: true }], 'pass'],
  [{ pass: 'record.mfa' }, [{ mfa: true }, { mfa: false }], 'fail'],
  [{ pass: 'record.mfa' }, [{ mfa: true }, {}], 'unknown'],
  [{ pass: 'record.mfa' }, [{ mfa: false }, {}], 'fail'],
  [{ pass: 'record.mfa' }, [], 'unknown'],
  [{ pass: 'record.mfa', onEmpty: 'notApplicable' }, [], 'notApplicable'],
  [{ pass: 'record.mfa', where: 'record.admin', onEmpty: 'pass' }, [{ admin: false, mfa: false }], 'pass'],
  [{ pass: 'record.mfa', where: 'record.admin' }, [{ mfa: true }], 'unknown'],
  [{ pass: 'record.mfa' }, undefined, 'unknown'],
  [{ pass: 'record.mfa' }, { mfa: true }, 'unknown'],
]
for (const [wording, users, verdict] of MANY) {
  test(`each of ${JSON.stringify(users)}: ${JSON.stringify(wording)} is ${verdict}`, () =>
    assert.equal(judgeCase(judgeOf(wording, 'users'), { users }, {}), verdict))
}
