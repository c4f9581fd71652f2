import { hash } from 'node:crypto'
import type { Batch, Notice } from '../model/collection.ts'
import type { Normalized } from '../model/event.ts'
import type { RunCounts } from '../store/postgres/run-rows.ts'

const MOST_NOTICES = 50
const MOST_NAMES = 200

/** What is counted while a stream is read. */
export type RunTally = {
  readonly took: (batch: Batch, result: Normalized) => void
  readonly notice: (notice: Notice) => void
  /** Records set aside that were not there already. */
  readonly setAside: (count: number) => void
  /** The whole span read in this run, Unix ms. */
  readonly reads: (fromMs: number, toMs: number) => void
  readonly reached: (atMs: number) => void
  readonly counts: () => RunCounts
  /** Nothing was left unread, refused or unreadable: what was not seen is not there. */
  readonly isComplete: () => boolean
  /** Newest event, Unix ms. */
  readonly lastEventMs: () => number | undefined
}

/** @param isBelievable a record from the future says nothing about when the app was last heard of. */
export function openRunTally(isBelievable: (timeMs: number) => boolean): RunTally {
  const numbers = { requests: 0, bytes: 0, pages: 0, records: 0, events: 0, quarantined: 0, waitedMs: 0 }
  const unmapped = new Map<string, number>()
  const notices = new Map<string, object>()
  let isComplete = true
  let lastEventMs: number | undefined
  let span: { fromMs: number; toMs: number; atMs: number } | undefined

  const count = (name: string, times: number): void => {
    if (unmapped.has(name) || unmapped.size < MOST_NAMES)
      unmapped.set(name, (unmapped.get(name) ?? 0) + times)
  }
  const keep = (notice: Notice): void => {
    const id = hash('sha256', JSON.stringify(notice), 'base64url')
    if (notices.size < MOST_NOTICES) notices.set(id, notice)
  }
  return {
    took: ({ rows, unreadable, filtered }, { events, quarantined, unmapped: names }) => {
      numbers.pages += 1
      numbers.records += rows.length + unreadable.length + filtered
      numbers.events += events.length
      if (quarantined.length + unreadable.length > 0) isComplete = false
      for (const [name, times] of names) count(name, times)
      for (const { time } of events)
        if (typeof time === 'number' && time > (lastEventMs ?? 0) && isBelievable(time)) lastEventMs = time
    },
    setAside: (records) => {
      numbers.quarantined += records
    },
    notice: (notice) => {
      if (notice.kind === 'request') {
        numbers.requests += 1
        numbers.bytes += notice.bytes
        return
      }
      if (notice.kind === 'wait') numbers.waitedMs += notice.ms
      if (notice.kind === 'unknown' || notice.kind === 'gap') isComplete = false
      if (notice.kind !== 'wait') keep(notice)
    },
    reads: (fromMs, toMs) => {
      span = { fromMs, toMs, atMs: fromMs }
    },
    reached: (atMs) => {
      if (span !== undefined) span = { ...span, atMs: Math.min(Math.max(atMs, span.fromMs), span.toMs) }
    },
    counts: () => ({ ...numbers, unmapped, span, notices: [...notices.values()] }),
    isComplete: () => isComplete,
    lastEventMs: () => lastEventMs,
  }
}
