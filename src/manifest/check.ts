import type { Complaint } from '../model/complaint.ts'
import { complaintAt, inOrder } from './complain.ts'
import type { Draft } from './draft.ts'
import { compileMeanings } from './meanings.ts'
import type { Node } from './node.ts'
import { parseYaml } from './parse.ts'
import { RULES } from './rules/index.ts'
import { trySamples } from './samples/try-samples.ts'
import { LANGUAGE } from './schema.ts'
import type { Meanings, Reading, Study } from './study.ts'
import type { Located, Site, Walk } from './walk.ts'
import { walkPart } from './walk-part.ts'

/** The files of a connector's folder by their path: YAML, and the samples. */
export type ManifestFiles = Readonly<Record<string, string>>
export const MAIN_FILE = 'connector.yaml'

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
  const { reading, hasRoot } = readingOf(files)
  const study: Study = { ...reading, meanings: compileMeanings(reading) }
  for (const rule of RULES) rule(study)
  trySamples(study, files)
  const complaints = inOrder(study.complaints, MAIN_FILE)
  const isSound = hasRoot && complaints.every(({ level }) => level !== 'error')
  return isSound
    ? { manifest: { document: study.draft, meanings: study.meanings }, complaints }
    : { complaints }
}

/** Reads the files and compares them with the language. */
function readingOf(files: ManifestFiles): { readonly reading: Reading; readonly hasRoot: boolean } {
  const complaints: Complaint[] = []
  const located = new Map<string, Located>()
  const sites: Site[] = []
  const opened = new Map<string, Node | 'missing' | 'broken'>()
  const open = (file: string): Node | 'missing' | 'broken' => {
    const known = opened.get(file) ?? openFile(files, file, complaints)
    opened.set(file, known)
    return known
  }
  const root = open(MAIN_FILE)
  const names = Object.keys(files).filter((file) => /\.ya?ml$/.test(file))
  const walk: Walk = { open, files: names, complaints, located, sites }
  if (root === 'missing')
    complaints.push(
      complaintAt({ file: MAIN_FILE, line: 1, column: 1 }, [], {
        code: 'FILE_MISSING',
        message: `there is no ${MAIN_FILE}`,
      }),
    )
  if (typeof root === 'string') return { reading: { draft: {}, sites, located, complaints }, hasRoot: false }
  const draft = (walkPart(walk, LANGUAGE, root, { path: [], around: [] }) ?? {}) as Draft
  return { reading: { draft, sites, located, complaints }, hasRoot: true }
}

function openFile(files: ManifestFiles, file: string, complaints: Complaint[]): Node | 'missing' | 'broken' {
  const text = Object.hasOwn(files, file) ? files[file] : undefined
  if (text === undefined) return 'missing'
  const parsed = parseYaml(file, text)
  complaints.push(...parsed.complaints)
  return parsed.root ?? 'broken'
}
