import { Fault } from '../lib/fault.ts'
import { stringifyJson } from '../lib/json.ts'
import { nearest } from '../lib/nearest.ts'
import { keepHeapSmall } from '../lib/small-heap.ts'
import type { Position } from '../model/collection.ts'
import type { Connector } from '../model/connector.ts'
import type { OcsfEvent } from '../model/event.ts'
import { type Connection, openConnection } from '../sync/connection.ts'
import type { Positions, Stages } from '../sync/pipeline.ts'
import { describeFault, runConnection, type StreamState } from '../sync/run-connection.ts'
import { setAside } from '../sync/set-aside.ts'
import { openStateFile, type StateFile } from '../sync/state-file.ts'
import { CONNECTION_OPTIONS, connectionFrom } from './connection-options.ts'
import { readConnector } from './load.ts'
import { openOutput } from './output.ts'
import { renderEvent } from './pretty.ts'
import { openProgress, type Progress, renderSummary } from './progress.ts'
import { readSince } from './since.ts'
import { openStyle } from './style.ts'
import { type Arguments, FORMAT, type Io, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'run',
  summary: 'Collects from the app: OCSF on stdout, progress and a summary on stderr.',
  usage: 'PATH',
  paths: [1, 1],
  options: {
    ...CONNECTION_OPTIONS,
    stream: { type: 'string', value: 'NAME', multiple: true, about: 'Only this stream; may be repeated.' },
    since: {
      type: 'string',
      value: 'TIME',
      about:
        'Where a stream without a position begins: 2026-11-01, an RFC 3339 time, or 7d. Default: its lookback.',
    },
    follow: { type: 'boolean', about: 'Goes on collecting, each stream as often as its manifest says.' },
    raw: { type: 'boolean', about: "Keeps each record's JSON in raw_data." },
    quiet: { type: 'boolean', short: 'q', about: 'No progress and no summary.' },
    format: FORMAT(['ndjson', 'pretty'], 'ndjson'),
  },
  examples: [
    'fairlead run connectors/northwind-docs --set workspace=acme --state acme.state.json >> events.ndjson',
    'fairlead run connectors/northwind-docs --at http://127.0.0.1:4100 --set workspace=acme --format pretty --follow',
  ],
  run: async (args, io) => {
    const { connector } = await readConnector(args.paths[0] ?? '', io)
    keepHeapSmall()
    const { notify, follow } = forwarder()
    const connection = openConnection({
      ...(await connectionFrom(connector, args, io)),
      notify,
      raw: args.flag('raw'),
    })
    try {
      const failed = await collectAll({ connector, connection, args, io, follow })
      if (io.signal.aborted) return 130
      return failed.length === 0 ? 0 : 1
    } finally {
      await connection.close()
    }
  },
}

type Collection = {
  readonly connector: Connector
  readonly connection: Connection
  readonly args: Arguments
  readonly io: Io
  readonly follow: (progress: Progress) => void
}

async function collectAll({
  connector,
  connection,
  args,
  io,
  follow,
}: Collection): Promise<readonly string[]> {
  const streams = chooseStreams(connection, args.texts('stream'))
  const sinceMs = readSince(args.text('since'), io.clock.now())
  const state = await openState(args.text('state'), connector)
  const isQuiet = args.flag('quiet')
  const say = (text: string) => void (isQuiet || io.stderr.write(text))
  const progress = openProgress(
    streams,
    { write: say, isInteractive: io.isInteractive && !isQuiet, style: openStyle(io.hasColor) },
    io.clock,
  )
  follow(progress)
  const output = openOutput(io.stdout)
  const startedMs = io.clock.now()
  try {
    const shared = {
      streams,
      positionsOf: (stream: string) => settledPositions(state.positionsOf(stream), output.settle),
      onState: (stream: string, state: StreamState, fault?: Fault) =>
        progress.state(stream, state, fault && describeFault(fault)),
      clock: io.clock,
      signal: io.signal,
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...(args.flag('follow') ? { everyMs: (stream: string) => connection.everyMs(stream) } : {}),
    }
    const writing =
      <Event extends OcsfEvent | string>(textOf: (event: Event) => string): Stages<Event>['write'] =>
      async (result, batch) => {
        await output.writeAll(result.events.values().map(textOf))
        const aside = setAside(connector, batch, result, io.clock.now())
        await output.writeAll(aside.values().map(eventText(args, io)))
        progress.took(batch.stream, result, aside.length)
      }
    if (args.text('format') === 'pretty') {
      const write = writing(eventText(args, io))
      return await runConnection({ ...shared, connection, write })
    }
    const write = writing((line: string) => `${line}\n`)
    return await runConnection({ ...shared, connection: { stagesOf: connection.textStagesOf }, write })
  } finally {
    state.close()
    progress.stop()
    say(renderSummary(progress.tallies, io.clock.now() - startedMs))
  }
}

/** Notices may come before anybody watches. */
function forwarder() {
  let progress: Progress | undefined
  return {
    notify: (notice: Parameters<Progress['notice']>[0]) => progress?.notice(notice),
    follow: (watcher: Progress) => {
      progress = watcher
    },
  }
}

function chooseStreams({ streams }: Connection, wanted: readonly string[]): readonly string[] {
  for (const name of wanted.filter((name) => !streams.includes(name))) {
    const meant = nearest(name, streams)
    throw new Fault(
      'USAGE_WRONG',
      `--stream ${name}: ${meant ? `did you mean ${meant}?` : `there are ${streams.join(', ')}`}`,
    )
  }
  return wanted.length === 0 ? streams : wanted
}

async function openState(path: string | undefined, { app }: Connector): Promise<StateFile> {
  if (path !== undefined) return openStateFile(path, app.id)
  const kept = new Map<string, Position>()
  return {
    close: () => undefined,
    positionsOf: (stream) => ({
      read: async () => kept.get(stream),
      save: async (position) => void kept.set(stream, position),
    }),
  }
}

/** A position is saved only when what was written before it is where it is to be kept. */
function settledPositions(positions: Positions, settle: () => Promise<void>): Positions {
  return {
    read: positions.read,
    save: async (position) => {
      await settle()
      await positions.save(position)
    },
  }
}

function eventText(args: Arguments, io: Io): (event: OcsfEvent) => string {
  if (args.text('format') === 'ndjson') return (event) => `${stringifyJson(event)}\n`
  const style = openStyle(io.hasColor)
  return (event) => `${renderEvent(event, style)}\n`
}
