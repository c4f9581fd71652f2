import { addAbortSignal } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Fault } from '../lib/fault.ts'
import type { ManifestFiles } from '../manifest/check.ts'
import { loadConnector } from '../manifest/compile.ts'
import { manifestOfText, readManifest } from '../manifest/read.ts'
import type { Complaint } from '../model/complaint.ts'
import type { Connector } from '../model/connector.ts'
import type { Io } from './verb.ts'

/** What reading a manifest touches of the outside. */
export type Source = Pick<Io, 'stdin' | 'signal'>

/** The files of a connector: a folder, its connector.yaml, or - for standard input. */
export async function readFiles(path: string, { stdin, signal }: Source): Promise<ManifestFiles> {
  return path === '-' ? manifestOfText(await text(addAbortSignal(signal, stdin))) : readManifest(path)
}

/**
 * A connector ready to use.
 *
 * @throws {Fault} `MANIFEST_INVALID` with the first complaints when it does not check.
 */
export async function readConnector(
  path: string,
  io: Source,
): Promise<{ connector: Connector; files: ManifestFiles }> {
  const files = await readFiles(path, io)
  const { connector, complaints } = loadConnector(files)
  if (connector === undefined)
    throw new Fault(
      'MANIFEST_INVALID',
      `${path} does not check:\n${renderComplaints(errorsOf(complaints), 5)}`,
    )
  return { connector, files }
}

export const errorsOf = (complaints: readonly Complaint[]) =>
  complaints.filter(({ level }) => level === 'error')

/** `file:line:column CODE message`, then the hint, for each. */
export function renderComplaints(complaints: readonly Complaint[], most = Number.POSITIVE_INFINITY): string {
  const lines = complaints
    .slice(0, most)
    .flatMap(({ file, line, column, code, message, hint }) => [
      `  ${file}:${line}:${column} ${code} ${message}`,
      ...(hint === undefined ? [] : [`      ${hint}`]),
    ])
  const rest = complaints.length - most
  return [...lines, ...(rest > 0 ? [`  … and ${rest} more; fairlead validate lists all`] : [])].join('\n')
}
