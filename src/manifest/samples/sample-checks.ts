import type { Env } from '../../model/expression.ts'
import { type CheckDraft, entriesOf, itemsOf, valueAt } from '../draft.ts'
import { answersTo } from './answers.ts'
import { weigh } from './evidence.ts'
import { NOW, type Trial, tryStream } from './sample-stream.ts'

/** Judges the samples: a check whose paths no sample has would be unknown for ever. */
export function tryCheck(trial: Trial, name: string, check: CheckDraft): void {
  // A value that may be absent has its documented default.
  if (check.absent !== undefined) return
  const { study, evidence, settings } = trial
  const path = ['checks', name]
  const reads = itemsOf(check.reads).flatMap(([, stream]) => {
    const [row] = tryStream(trial, stream)
    return row === undefined ? [] : [[stream, row['record']] as const]
  })
  const parameters = entriesOf(check.parameters).map(([key, parameter]) => [key, parameter.default] as const)
  const base: Env = { settings, parameters: Object.fromEntries(parameters), now: NOW, ...Object.fromEntries(reads) }
  for (const env of subjects(trial, check, base)) {
    if (weigh(study, evidence, [...path, 'where'], env) === false) continue
    weigh(study, evidence, [...path, 'pass'], env)
    for (const [i] of itemsOf(check.inputs)) weigh(study, evidence, [...path, 'inputs', i], env)
    for (const part of ['key', 'name']) weigh(study, evidence, [...path, 'entity', part], env)
  }
}

/** Once without `each`; else for every record, with what its stream says it means. */
function subjects(trial: Trial, { each }: CheckDraft, base: Env): readonly Env[] {
  if (each === undefined) return [base]
  const words = entriesOf(valueAt(trial.study.draft.streams, each)?.as).map(([word]) => word)
  return tryStream(trial, each).map((row) => {
    const meant = words.map((word) => [word, weigh(trial.study, new Map(), ['streams', each, 'as', word], row)] as const)
    return { ...base, record: { ...Object(row['record']), ...Object.fromEntries(meant.filter(([, value]) => value !== undefined)) } }
  })
}

/** The answers to the connection check. */
export function tryConnection(trial: Trial): void {
  const sample = trial.samples['connect']
  if (sample === undefined) return
  for (const response of answersTo(sample, trial.study.draft.connect?.check?.request))
    for (const part of ['expect', 'scopes', 'identity'])
      weigh(trial.study, trial.evidence, ['connect', 'check', part], { settings: trial.settings, response })
}
