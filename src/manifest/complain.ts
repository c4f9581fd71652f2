import type { Complaint } from '../model/complaint.ts'
import type { Code } from './codes.ts'
import { formatPath, type Path } from './path.ts'
import type { Place } from './source.ts'

/** What to say about a place of the manifest. */
export type Remark = {
  readonly code: Code
  readonly message: string
  readonly hint?: string | undefined
  /** Default: error. */
  readonly level?: 'error' | 'warning'
}

export function complaintAt(place: Place, path: Path, remark: Remark): Complaint {
  const { code, message, hint, level = 'error' } = remark
  return {
    code,
    file: place.file,
    line: place.line,
    column: place.column,
    path: formatPath(path),
    message,
    ...(hint !== undefined && { hint }),
    level,
  }
}

/** In reading order: by file, line and column, the main file first. What two streams share is complained about once. */
export function inOrder(complaints: readonly Complaint[], mainFile: string): readonly Complaint[] {
  const rank = (file: string) => (file === mainFile ? '' : file)
  const once = new Map(complaints.toReversed().map((complaint) => [keyOf(complaint), complaint]))
  return [...once.values()]
    .toReversed()
    .toSorted((a, b) => compare(rank(a.file), rank(b.file)) || a.line - b.line || a.column - b.column)
}

function keyOf({ file, line, column, code, message }: Complaint): string {
  return JSON.stringify([file, line, column, code, message])
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
