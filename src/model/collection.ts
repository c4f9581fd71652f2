import type { FaultCode } from '../lib/fault.ts'

/** One record as received, with what an expression may want beside it. Untrusted: read it only through compiled expressions. */
export type Row = {
  readonly record: unknown
  /** The record it was exploded from. */
  readonly outer?: unknown
  /** The parent's record in a fan-out. */
  readonly parent?: unknown
  /** Identity within the stream, as text; absent where the stream has no key. */
  readonly key?: string
  /** When it happened, Unix milliseconds; activity with a window only. */
  readonly timeMs?: number
}

/** How far one stream was read. JSON, opaque outside `src/collect`. */
export type Position = {
  readonly version: 1
  readonly partitions: Readonly<Record<string, PartitionPosition>>
}
export type PartitionPosition = {
  /** Start of the next window, Unix milliseconds. */
  readonly fromMs?: number
  readonly cursor?: unknown
}

/** What one page gave. */
export type Batch = {
  readonly stream: string
  readonly rows: readonly Row[]
  /** The names shared by all rows: settings, over, before, lookup, grant, now. */
  readonly env: Readonly<Record<string, unknown>>
  /** Rows left out by `where`. */
  readonly filtered: number
  /** Records that could not be read as such (no key, no time), set aside with the reason. */
  readonly unreadable: readonly {
    readonly record: unknown
    readonly code: FaultCode
    readonly message: string
  }[]
  /**
   * Present when all rows up to and including this batch, once safely written, allow the stream to go on from here.
   * Absent in the middle of a window: a crash there repeats the window.
   */
  readonly position?: Position
}

/** Something a person watching would want to know. Never carries a secret or a body. */
export type Notice =
  | {
      readonly kind: 'request'
      readonly stream: string
      readonly status: number
      readonly ms: number
      readonly bytes: number
    }
  | { readonly kind: 'wait'; readonly stream: string; readonly ms: number; readonly why: string }
  | {
      readonly kind: 'retry'
      readonly stream: string
      readonly attempt: number
      readonly code: FaultCode
      readonly message: string
    }
  | { readonly kind: 'unknown'; readonly stream: string; readonly code: FaultCode; readonly message: string }
  | {
      readonly kind: 'gap'
      readonly stream: string
      readonly fromMs: number
      readonly toMs: number
      readonly message: string
    }
  | { readonly kind: 'warning'; readonly stream: string; readonly code: FaultCode; readonly message: string }
