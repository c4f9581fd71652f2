/**
 * Recorded (scrubbed) or written answers of one stream: documentation, contract test and the emulator's data.
 * File: `samples/<stream>.json`; `samples/connect.json` for the connection check.
 */
export type Sample = {
  /** What is shown, in which API version, from which page and day, recorded or written in the documented shape. */
  readonly about: string
  readonly exchanges: readonly Exchange[]
}

export type Exchange = {
  readonly request?: {
    readonly method?: string
    /** Path with leading slash, below the host. */
    readonly path?: string
    readonly query?: Readonly<Record<string, string>>
  }
  readonly response: {
    /** Default 200. */
    readonly status?: number
    readonly headers?: Readonly<Record<string, string>>
    /** JSON as is; a string is sent as it stands (NDJSON, CSV, XML). */
    readonly body?: unknown
  }
}
