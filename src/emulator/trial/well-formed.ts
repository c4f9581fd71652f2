import type { CheckPlan, Connector, DetectionPlan } from '../../model/connector.ts'
import { actionByVerb } from '../../ocsf/actions.ts'
import { brief } from './brief.ts'
import type { TestResult } from './seams.ts'

/** Whether the cases that checks and detections carry can be judged at all, and look both ways. */
export function wellFormedResults({ checks = {}, detections = {} }: Connector): readonly TestResult[] {
  const ofChecks = Object.entries<CheckPlan>(checks).flatMap(([name, check]) => checkProblems(name, check))
  const ofDetections = Object.entries<DetectionPlan>(detections).flatMap(([name, plan]) =>
    detectionProblems(name, plan),
  )
  return [
    {
      name: 'checks carry cases that pass and cases that do not',
      ok: ofChecks.length === 0,
      problems: ofChecks,
    },
    {
      name: 'detections carry cases that are found and cases that are not',
      ok: ofDetections.length === 0,
      problems: ofDetections,
    },
  ]
    .filter((_, index) => Object.keys(index === 0 ? checks : detections).length > 0)
    .map(({ name, ok, problems }) => (ok ? { name, ok } : { name, ok, detail: brief(problems) }))
}

function checkProblems(name: string, { tests = [], reads = [], each }: CheckPlan): readonly string[] {
  const inputs: readonly string[] = [...reads, ...(each === undefined ? [] : [each])]
  const strangers = tests.flatMap(({ given }) =>
    Object.keys(given).filter((stream) => !inputs.includes(stream)),
  )
  const verdicts = new Set(tests.map(({ gives }) => gives))
  return [
    ...(verdicts.has('pass') && verdicts.has('fail')
      ? []
      : [`${name}: needs a case that passes and one that fails`]),
    ...strangers.map((stream) => `${name}: a case gives ${stream}, which the check does not read`),
  ]
}

function detectionProblems(name: string, { tests = [], on }: DetectionPlan): readonly string[] {
  const found = tests.filter(({ finds }) => finds).length
  const verbs = [on].flat().filter((verb) => actionByVerb(verb) === undefined)
  return [
    ...(found >= 2 && tests.length - found >= 2
      ? []
      : [`${name}: needs two cases that are found and two that are not`]),
    ...tests
      .filter(({ events }) => events.length === 0)
      .map(({ about }) => `${name}: "${about}" has no events`),
    ...verbs.map((verb) => `${name}: there is no action ${verb}`),
  ]
}
