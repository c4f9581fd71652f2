import type { Complaint } from '../model/complaint.ts'
import { inOrder } from './complain.ts'
import type { Draft } from './draft.ts'
import { MAIN_FILE, type ManifestFiles } from './files.ts'
import { readStudy } from './read-study.ts'
import { RULES } from './rules/index.ts'
import { trySamples } from './samples/try-samples.ts'
import type { Meanings } from './study.ts'

export { MAIN_FILE, type ManifestFiles } from './files.ts'

/** A manifest without errors, ready to be compiled. */
export type CheckedManifest = { readonly document: Draft; readonly meanings: Meanings }
export type Checked = {
  /** Absent when there is an error. */
  readonly manifest?: CheckedManifest
  /** Errors and warnings, in reading order. */
  readonly complaints: readonly Complaint[]
}

/** Reports everything that is wrong with a manifest, at once. Never throws, whatever the files hold. */
export function check(files: ManifestFiles): Checked {
  const study = readStudy(files)
  for (const rule of RULES) rule(study)
  trySamples(study, files)
  const complaints = inOrder(study.complaints, MAIN_FILE)
  const isSound = complaints.every(({ level }) => level !== 'error')
  return isSound
    ? { manifest: { document: study.draft, meanings: study.meanings }, complaints }
    : { complaints }
}
