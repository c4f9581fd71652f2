import { Instant, type Program } from '../../model/expression.ts'
import { type CheckDraft, entriesOf, itemsOf } from '../draft.ts'
import { type Judge, judgeCase } from '../judge-case.ts'
import { formatPath, type Path } from '../path.ts'
import { sampleSettings } from '../samples/sample-settings.ts'
import { complain, complainKey, type Study } from '../study.ts'

/** Checks carry cases of both verdicts, and each case gives what it says. */
export function checkCases(study: Study): void {
  for (const [name, check] of entriesOf(study.draft.checks)) {
    const path = ['checks', name]
    presence(study, path, check)
    const judge = judgeOf(study, path, check)
    for (const [i, { given = {}, now, gives }] of itemsOf(check.tests)) {
      const at = [...path, 'tests', i]
      if (hasStrangers(study, at, { check, given }) || judge === undefined || gives === undefined) continue
      const verdict = judgeCase(judge, given, baseOf(study, check, now))
      if (verdict !== gives)
        complain(study, [...at, 'gives'], {
          code: 'TEST_INVALID',
          message: `the case gives ${verdict}, not ${gives}`,
          hint: 'correct the case, or the check',
        })
    }
  }
}

function presence(study: Study, path: Path, { tests }: CheckDraft): void {
  const cases = itemsOf(tests)
  const missing = (['pass', 'fail'] as const).filter(
    (verdict) => !cases.some(([, { gives }]) => gives === verdict),
  )
  if (missing.length > 0)
    complainKey(study, path, {
      code: 'TEST_MISSING',
      message: `no test case gives ${missing.join(' or ')}`,
      level: 'warning',
    })
}

type Case = { readonly check: CheckDraft; readonly given: object }

function hasStrangers(study: Study, path: Path, { check, given }: Case): boolean {
  const subjects: readonly (string | undefined)[] = [...(check.reads ?? []), check.each]
  const strangers = Object.keys(given).filter((name) => !subjects.includes(name))
  for (const name of strangers)
    complainKey(study, [...path, 'given', name], {
      code: 'TEST_INVALID',
      message: `the check does not read "${name}"`,
      hint: `it reads ${subjects.filter((subject) => subject !== undefined).join(', ')}`,
    })
  return strangers.length > 0
}

/** Nothing when an expression of the check could not be compiled: that was reported. */
function judgeOf({ meanings }: Study, path: Path, check: CheckDraft): Judge | undefined {
  const programAt = (...steps: Path) => meanings.programs.get(formatPath([...path, ...steps]))
  const pass = programAt('pass')
  const where = programAt('where')
  const inputs =
    check.inputs === undefined ? undefined : itemsOf(check.inputs).map(([i]) => programAt('inputs', i))
  const isBroken = (check.where !== undefined && where === undefined) || inputs?.includes(undefined) === true
  if (pass === undefined || isBroken) return undefined
  return {
    reads: itemsOf(check.reads).map(([, name]) => name),
    each: check.each,
    where,
    inputs: inputs as readonly Program[] | undefined,
    pass,
    onEmpty: check.onEmpty ?? 'unknown',
    absent: check.absent?.value,
  }
}

/** A moment that does not move: what passes today must pass in ten years. */
const SOME_DAY = '2030-01-01T00:00:00Z'

function baseOf({ draft }: Study, { parameters }: CheckDraft, now = SOME_DAY) {
  const defaults = entriesOf(parameters).map(([name, parameter]) => [name, parameter.default] as const)
  return {
    settings: sampleSettings(draft),
    parameters: Object.fromEntries(defaults),
    now: new Instant(Date.parse(now) || 0),
  }
}
