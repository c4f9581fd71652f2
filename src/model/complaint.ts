/** Something an author can correct: where, what, and what was probably meant. */
export type Complaint = {
  /** Permanent, e.g. `FIELD_UNKNOWN`; listed in docs/errors.md. */
  readonly code: string
  /** Path relative to the connector's folder. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based, in characters. */
  readonly column: number
  /** Where in the document, e.g. `streams.users.page.from`. */
  readonly path: string
  readonly message: string
  readonly hint?: string
  readonly level: 'error' | 'warning'
}
