import type { Clock } from '../lib/clock.ts'
import type { Notice } from '../model/collection.ts'
import type { Normalized, OcsfEvent } from '../model/event.ts'
import { inert, renderTable, type Style } from './style.ts'

/** What one stream did in this run. */
export type StreamTally = {
  requests: number
  bytes: number
  events: number
  quarantined: number
  unmapped: Map<string, number>
  unfit: Map<string, number>
  /** Why it waited last. */
  waitedFor: string
  retries: number
  /** The newest event, Unix milliseconds. */
  newestMs: number
  notes: string[]
  state: 'waiting' | 'reading' | 'done' | 'failed' | 'interrupted'
}

/** Events as such, or as JSON text. */
type Taken = Normalized<OcsfEvent | string>

export type Progress = {
  readonly notice: (notice: Notice) => void
  /** @param aside how many records became no event. */
  readonly took: (stream: string, result: Taken, aside: number) => void
  readonly state: (stream: string, state: StreamTally['state'], note?: string) => void
  readonly tallies: ReadonlyMap<string, StreamTally>
  readonly stop: () => void
}

type Screen = {
  readonly write: (text: string) => void
  readonly isInteractive: boolean
  readonly style: Style
}

const REDRAW_MS = 120

/** Follows a run: a live line on a terminal, a line for each thing worth knowing elsewhere. */
export function openProgress(streams: readonly string[], screen: Screen, clock: Clock): Progress {
  const tallies = new Map(streams.map((name) => [name, emptyTally()]))
  const startedMs = clock.now()
  const draw = () => screen.write(`\r\u001b[2K${liveLine(tallies, clock.now() - startedMs, screen.style)}`)
  const timer = screen.isInteractive ? setInterval(draw, REDRAW_MS) : undefined
  timer?.unref()
  const say = (text: string) => screen.write(`${screen.isInteractive ? '\r\u001b[2K' : ''}${inert(text)}\n`)
  const tallyOf = (stream: string) => {
    const tally = tallies.get(stream) ?? emptyTally()
    tallies.set(stream, tally)
    return tally
  }
  return {
    tallies,
    notice: (notice) => {
      const line = count(tallyOf(notice.stream), notice)
      if (line !== undefined) say(`${notice.stream}: ${line}`)
    },
    took: (stream, result, aside) => {
      add(tallyOf(stream), result)
      tallyOf(stream).quarantined += aside
    },
    state: (stream, state, note) => {
      tallyOf(stream).state = state
      if (note !== undefined) {
        tallyOf(stream).notes.push(note)
        say(`${stream}: ${note}`)
      }
    },
    stop: () => {
      clearInterval(timer)
      if (screen.isInteractive) screen.write('\r\u001b[2K')
    },
  }
}

function emptyTally(): StreamTally {
  return {
    requests: 0,
    bytes: 0,
    events: 0,
    quarantined: 0,
    unmapped: new Map(),
    unfit: new Map(),
    waitedFor: '',
    retries: 0,
    newestMs: 0,
    notes: [],
    state: 'waiting',
  }
}

/** Adds a notice to the tally; returns what is worth a line of its own. */
function count(tally: StreamTally, notice: Notice): string | undefined {
  switch (notice.kind) {
    case 'request':
      tally.requests++
      tally.bytes += notice.bytes
      return undefined
    case 'wait':
      return waitOf(tally, notice)
    case 'retry':
      tally.retries++
      return `tries again, attempt ${notice.attempt}: ${notice.code} ${notice.message}`
    case 'gap':
      return `GAP ${new Date(notice.fromMs).toISOString()} to ${new Date(notice.toMs).toISOString()}: ${notice.message}`
    case 'unknown':
    case 'warning':
      tally.notes.push(`${notice.code} ${notice.message}`)
      return `${notice.code} ${notice.message}`
  }
}

/** The short waits of keeping to a rate are told once, not with every request. */
function waitOf(tally: StreamTally, { ms, why }: Extract<Notice, { kind: 'wait' }>): string | undefined {
  const isTold = ms >= LONG_MS || (ms >= NOTEWORTHY_MS && why !== tally.waitedFor)
  if (isTold) tally.waitedFor = why
  return isTold ? `waits ${seconds(ms)} (${why})` : undefined
}

const NOTEWORTHY_MS = 1000
const LONG_MS = 10_000

function add(tally: StreamTally, { events, unmapped, unfit }: Taken): void {
  tally.events += events.length
  for (const [name, times] of unmapped) tally.unmapped.set(name, (tally.unmapped.get(name) ?? 0) + times)
  for (const [path, times] of unfit) tally.unfit.set(path, (tally.unfit.get(path) ?? 0) + times)
  for (const event of events) tally.newestMs = Math.max(tally.newestMs, timeMsOf(event))
}

/** Of a text it is the first `"time":`: what comes before is ours, and inside a value the quotes are escaped. */
function timeMsOf(event: OcsfEvent | string): number {
  const time = typeof event === 'string' ? Number(/"time":(\d+)/.exec(event)?.[1] ?? 0) : event['time']
  return typeof time === 'number' ? time : 0
}

const seconds = (ms: number) =>
  ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
const total = (tallies: Iterable<StreamTally>, pick: (tally: StreamTally) => number) =>
  [...tallies].reduce((sum, tally) => sum + pick(tally), 0)

function liveLine(tallies: ReadonlyMap<string, StreamTally>, elapsedMs: number, style: Style): string {
  const all = [...tallies.values()]
  const events = total(all, ({ events }) => events)
  const reading = [...tallies].filter(([, { state }]) => state === 'reading').map(([name]) => name)
  const done = all.filter(({ state }) => state !== 'waiting' && state !== 'reading').length
  const rate = Math.round((events / Math.max(1, elapsedMs)) * 1000)
  return [
    `${done}/${all.length} streams`,
    `${events} events`,
    `${rate}/s`,
    seconds(elapsedMs),
    style.dim(reading.join(', ').slice(0, 60)),
  ].join('  ')
}

/** The table at the end of a run. */
export function renderSummary(tallies: ReadonlyMap<string, StreamTally>, elapsedMs: number): string {
  const head = [
    'stream',
    'state',
    'events',
    'requests',
    'KiB',
    'retries',
    'quarantined',
    'unmapped',
    'newest',
  ]
  const rows = [...tallies].map(([name, tally]) => [
    name,
    tally.state,
    tally.events,
    tally.requests,
    Math.round(tally.bytes / 1024),
    tally.retries,
    tally.quarantined,
    [...tally.unmapped.values()].reduce((sum, times) => sum + times, 0),
    tally.newestMs === 0 ? '' : new Date(tally.newestMs).toISOString().slice(0, 19),
  ])
  const events = total(tallies.values(), (tally) => tally.events)
  const detail = [...tallies].flatMap(([name, { unmapped, unfit }]) => [
    ...counts(`${name}: not in the mapping`, unmapped),
    ...counts(`${name}: did not fit, kept in unmapped`, unfit),
  ])
  return [renderTable([head, ...rows]), ...detail, `${events} events in ${seconds(elapsedMs)}`, ''].join('\n')
}

function counts(what: string, numbers: ReadonlyMap<string, number>): string[] {
  if (numbers.size === 0) return []
  const top = [...numbers].sort(([, a], [, b]) => b - a).slice(0, 8)
  const rest = numbers.size - top.length
  return [
    `${what}: ${top.map(([name, times]) => `${inert(name)} ×${times}`).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
  ]
}
