import type { Complaint } from '../model/complaint.ts'
import { complaintAt } from './complain.ts'
import type { Draft } from './draft.ts'
import { MAIN_FILE, type ManifestFiles } from './files.ts'
import { LANGUAGE } from './language.ts'
import { compileMeanings } from './meanings.ts'
import type { Node } from './node.ts'
import { parseYaml } from './parse.ts'
import type { Reading, Study } from './study.ts'
import type { Walk } from './walk.ts'
import { walkPart } from './walk-part.ts'

/** Reads the files, compares them with the language and compiles every expression; the semantic rules come after. */
export function readStudy(files: ManifestFiles): Study {
  const reading = readFiles(files)
  return { ...reading, meanings: compileMeanings(reading) }
}

function readFiles(files: ManifestFiles): Reading {
  const yaml = Object.keys(files).filter((file) => /\.ya?ml$/.test(file))
  const opened = new Map<string, Node | 'missing' | 'broken'>()
  const complaints: Complaint[] = []
  const open = (file: string): Node | 'missing' | 'broken' => {
    const known = opened.get(file) ?? openFile(files, file, complaints)
    opened.set(file, known)
    return known
  }
  const walk: Walk = { open, files: yaml, complaints, located: new Map(), sites: [] }
  const { located, sites } = walk
  const root = open(MAIN_FILE)
  if (root === 'missing') {
    const place = { file: MAIN_FILE, line: 1, column: 1 }
    complaints.push(complaintAt(place, [], { code: 'FILE_MISSING', message: `there is no ${MAIN_FILE}` }))
  }
  if (typeof root === 'string') return { draft: {}, sites, located, complaints }
  const draft = (walkPart(walk, LANGUAGE, root, { path: [], where: '', around: [] }) ?? {}) as Draft
  for (const file of yaml.filter((file) => !opened.has(file))) {
    const remark = {
      code: 'FILE_UNUSED',
      message: `nothing in ${MAIN_FILE} names this file`,
      level: 'warning',
    } as const
    complaints.push(complaintAt({ file, line: 1, column: 1 }, [], remark))
  }
  return { draft, sites, located, complaints }
}

function openFile(files: ManifestFiles, file: string, complaints: Complaint[]): Node | 'missing' | 'broken' {
  const text = Object.hasOwn(files, file) ? files[file] : undefined
  if (text === undefined) return 'missing'
  const parsed = parseYaml(file, text)
  complaints.push(...parsed.complaints)
  return parsed.root ?? 'broken'
}
