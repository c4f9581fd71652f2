import type { Clock } from '../lib/clock.ts'
import { FAULTS, type Fault, isFault } from '../lib/fault.ts'
import type { OcsfEvent } from '../model/event.ts'
import type { StreamOptions } from './connection.ts'
import { type Positions, runStream, type Stages } from './pipeline.ts'

export type RunOptions<Event = OcsfEvent> = {
  readonly connection: { readonly stagesOf: (stream: string, own: StreamOptions<Event>) => Stages<Event> }
  readonly streams: readonly string[]
  readonly positionsOf: (stream: string) => Positions
  readonly write: Stages<Event>['write']
  readonly onState: (stream: string, state: StreamState, fault?: Fault) => void
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly sinceMs?: number
  /** Goes on until the signal, each stream again after so many milliseconds. */
  readonly everyMs?: (stream: string) => number
}
export type StreamState = 'reading' | 'done' | 'failed' | 'interrupted'

/**
 * Runs the streams of one connection side by side; what they share (rate, concurrency, token) is kept by the connection.
 *
 * One stream's fault never stops another's.
 *
 * @returns the streams whose last run ended with a fault.
 */
export async function runConnection<Event>(options: RunOptions<Event>): Promise<readonly string[]> {
  const ends = await Promise.all(options.streams.map((stream) => keepRunning(stream, options)))
  return options.streams.filter((_, index) => ends[index] === 'failed')
}

async function keepRunning<Event>(stream: string, options: RunOptions<Event>): Promise<StreamState> {
  const { signal, clock, everyMs } = options
  for (;;) {
    const end = await runOnce(stream, options)
    if (everyMs === undefined || signal.aborted) return end
    await clock.sleep(everyMs(stream), signal).catch(() => undefined)
    if (signal.aborted) return end
  }
}

async function runOnce<Event>(stream: string, options: RunOptions<Event>): Promise<StreamState> {
  const { connection, positionsOf, write, onState, signal, sinceMs } = options
  onState(stream, 'reading')
  try {
    const own = {
      positions: positionsOf(stream),
      write,
      signal,
      ...(sinceMs === undefined ? {} : { sinceMs }),
    }
    await runStream(connection.stagesOf(stream, own))
    return tell('done')
  } catch (error) {
    if (signal.aborted) return tell('interrupted')
    if (!isFault(error)) throw error
    return tell('failed', error)
  }

  function tell(state: StreamState, fault?: Fault): StreamState {
    onState(stream, state, fault)
    return state
  }
}

/** What to say of a stream that ended with a fault: the code, what happened, who must act. */
export function describeFault(fault: Fault): string {
  const { blame, help } = FAULTS[fault.code]
  return `${fault.code} ${fault.message} (${blame}: ${help})`
}
