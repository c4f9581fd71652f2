import type { Code } from '../codes.ts'
import type { Edit } from './acme.ts'

/** One mistake, what is said about it, and where. */
export type Mistake = {
  readonly code: Code
  readonly edits: readonly Edit[]
  /** The first occurrence of this text is the place. */
  readonly at: string
  readonly file?: string
  readonly hint?: RegExp
  readonly level?: 'warning'
}

export const AUDIT = 'mappings/audit.yaml'

/** One change of the example: of connector.yaml unless another file is named. */
export const one = (from: string, to: string, file?: string): readonly Edit[] => [
  { from, to, ...(file !== undefined && { file }) },
]
export const audit = (from: string, to: string) => one(from, to, AUDIT)
