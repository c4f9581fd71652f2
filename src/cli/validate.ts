import { join } from 'node:path'
import { check } from '../manifest/check.ts'
import { adviceOn } from '../manifest/codes.ts'
import { MAIN_FILE } from '../manifest/files.ts'
import type { Complaint } from '../model/complaint.ts'
import { errorsOf, readFiles, renderComplaints } from './load.ts'
import { inertLines } from './style.ts'
import { FORMAT, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'validate',
  summary: 'Checks manifests: every mistake at once, with file, line, column and a hint.',
  usage: 'PATH…',
  paths: [1, 1000],
  options: {
    strict: { type: 'boolean', about: 'Warnings count as errors.' },
    format: FORMAT(['text', 'json'], 'text'),
  },
  examples: ['fairlead validate connectors/*', 'fairlead validate --format json - < connector.yaml'],
  run: async (args, io) => {
    const complaints: Complaint[] = []
    for (const path of args.paths) {
      const found = check(await readFiles(path, io)).complaints
      complaints.push(
        ...found.map((complaint) => ({
          ...complaint,
          file: path === '-' ? '-' : placeOf(path, complaint.file),
        })),
      )
    }
    const isWrong = complaints.some(({ level }) => level === 'error' || args.flag('strict'))
    if (args.text('format') === 'json')
      io.stdout.write(`${JSON.stringify(complaints.map(asJson), null, 2)}\n`)
    else io.stdout.write(summarize(complaints, args.paths.length))
    return isWrong ? 1 : 0
  },
}

/** A reader of JSON finds a hint with each: what the code says in general, where the complaint has none of its own. */
function asJson({ code, file, line, column, message, hint = adviceOn(code), path, level }: Complaint) {
  return { code, file, line, column, message, hint, path, level }
}

/** Where a complaint's file lies: a manifest may be given by its folder, its connector.yaml, or a file of another name. */
function placeOf(path: string, file: string): string {
  if (!/\.ya?ml$/.test(path)) return join(path, file)
  return file === MAIN_FILE ? path : join(path, '..', file)
}

function summarize(complaints: readonly Complaint[], manifests: number): string {
  const errors = errorsOf(complaints).length
  const warnings = complaints.length - errors
  const checked = `${manifests} manifest${manifests === 1 ? '' : 's'} checked: ${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}\n`
  return complaints.length === 0 ? checked : `${inertLines(renderComplaints(complaints))}\n${checked}`
}
