import { join } from 'node:path'
import { check } from '../manifest/check.ts'
import type { Complaint } from '../model/complaint.ts'
import { readFiles, renderComplaints } from './load.ts'
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
    if (args.text('format') === 'json') io.stdout.write(`${JSON.stringify(complaints, null, 2)}\n`)
    else io.stdout.write(summarize(complaints, args.paths.length))
    return isWrong ? 1 : 0
  },
}

const placeOf = (path: string, file: string) =>
  /\.ya?ml$/.test(path) ? join(path, '..', file) : join(path, file)

function summarize(complaints: readonly Complaint[], manifests: number): string {
  const errors = complaints.filter(({ level }) => level === 'error').length
  const warnings = complaints.length - errors
  const checked = `${manifests} manifest${manifests === 1 ? '' : 's'} checked: ${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}\n`
  return complaints.length === 0 ? checked : `${renderComplaints(complaints)}\n${checked}`
}
