import type { Sample } from '../../model/sample.ts'
import type { ManifestFiles } from '../files.ts'
import { complaintAt } from '../complain.ts'
import { entriesOf } from '../draft.ts'
import { parseSample, sampleFileOf } from '../samples.ts'
import { placeAt, sourceOf } from '../source.ts'
import { complain, complainKey, type Study } from '../study.ts'
import { reportEvidence } from './evidence.ts'
import { tryCheck, tryConnection } from './sample-checks.ts'
import { sampleSettings } from './sample-settings.ts'
import { type Trial, tryStream } from './sample-stream.ts'

/** Holds every expression against the recorded answers: impossible paths and failing conversions are found before any request. */
export function trySamples(study: Study, files: ManifestFiles): void {
  const samples = openSamples(study, files)
  const trial: Trial = { study, evidence: new Map(), samples, settings: sampleSettings(study.draft), rows: new Map() }
  for (const [name] of entriesOf(study.draft.streams)) tryStream(trial, name)
  for (const [name, check] of entriesOf(study.draft.checks)) tryCheck(trial, name, check)
  tryConnection(trial)
  reportEvidence(study, trial.evidence)
}

function openSamples(study: Study, files: ManifestFiles): Readonly<Record<string, Sample>> {
  const samples: Record<string, Sample> = Object.create(null)
  const open = (name: string, declared?: string) => {
    const file = sampleFileOf(name, declared)
    if (!Object.hasOwn(files, file)) return false
    const { sample, problem, offset } = parseSample(files[file]!)
    if (sample !== undefined) samples[name] = sample
    else study.complaints.push(complaintAt(placeAt(sourceOf(file, files[file]!), offset ?? 0), [], { code: 'SAMPLE_INVALID', message: problem }))
    return true
  }
  open('connect')
  for (const [name, { samples: declared }] of entriesOf(study.draft.streams)) {
    if (open(name, declared)) continue
    const message = `there is no ${sampleFileOf(name, declared)}: the paths of "${name}" cannot be checked`
    if (declared === undefined) complainKey(study, ['streams', name], { code: 'SAMPLE_MISSING', message, level: 'warning' })
    else complain(study, ['streams', name, 'samples'], { code: 'FILE_MISSING', message: `there is no file ${declared}` })
  }
  return samples
}
