import type { ConnectionCheck } from '../collect/check-connection.ts'
import type { CredentialContext } from '../credentials/context.ts'
import { openEgress } from '../egress/egress.ts'
import { Fault } from '../lib/fault.ts'
import { durationMs } from '../manifest/units.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput } from '../model/credential.ts'
import type { OcsfEvent } from '../model/event.ts'
import type { Transport } from '../model/transport.ts'
import type { Stages } from './pipeline.ts'
import { type OpenedStages, openStages, type StageOptions } from './stages.ts'

export type ConnectionOptions = Omit<StageOptions, 'transport'> & {
  /** Development only: loopback addresses may be called. */
  readonly allowLoopback?: boolean
  /** Stands between the stages and the network, e.g. to reach an emulator. */
  readonly through?: (transport: Transport) => Transport
}

export type StreamOptions<Event = OcsfEvent> = {
  /** Where to begin when there is no position, Unix milliseconds. */
  readonly sinceMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly positions: Stages['positions']
  readonly write: Stages<Event>['write']
}

/** One customer's link to one app, with every stage of the pipeline composed for it. */
export type Connection = {
  /** The streams of this connection, in the manifest's order, without those whose `when` does not hold. */
  readonly streams: readonly string[]
  /** Those that the app delivers, and nobody reads. */
  readonly received: readonly string[]
  readonly stagesOf: (stream: string, options: StreamOptions) => Stages
  /** The same for those who only write events. */
  readonly textStagesOf: (stream: string, options: StreamOptions<string>) => Stages<string>
  /** How often a stream is read, milliseconds. */
  readonly everyMs: (stream: string) => number
  readonly check: () => Promise<ConnectionCheck>
  readonly spent: OpenedStages['spent']
  /** What the consent flows of `src/credentials` work with. */
  readonly credentials: CredentialContext
  readonly close: () => Promise<void>
}

/** @throws {Fault} `SETTING_INVALID` when a setting does not give a host name; `EGRESS_BLOCKED`. */
export function openConnection(options: ConnectionOptions): Connection {
  const { connector, input } = options
  const egress = openEgress({ hosts: hostsOf(options), allowLoopback: options.allowLoopback ?? false })
  const opened = openStages({ ...options, transport: options.through?.(egress.send) ?? egress.send })
  const pagesOf =
    (stream: string, { sinceMs, signal }: StreamOptions<never>): Stages['pages'] =>
    (position) =>
      opened.pages(stream, { position, sinceMs, signal })
  return {
    streams: wanted(connector, input).filter((stream) => connector.streams[stream]?.request !== undefined),
    received: wanted(connector, input).filter(
      (stream) =>
        connector.streams[stream]?.request === undefined && connector.streams[stream]?.receive !== undefined,
    ),
    credentials: opened.credentials,
    check: opened.check,
    spent: opened.spent,
    everyMs: (stream) => everyMsOf(connector, stream, input),
    stagesOf: (stream, options) => ({
      pages: pagesOf(stream, options),
      normalize: opened.normalizer(stream),
      write: options.write,
      positions: options.positions,
    }),
    textStagesOf: (stream, options) => ({
      pages: pagesOf(stream, options),
      normalize: opened.textNormalizer(stream),
      write: options.write,
      positions: options.positions,
    }),
    close: egress.close,
  }
}

/** Streams that give something by themselves, and whose condition holds. */
function wanted({ streams }: Connector, { settings }: ConnectionInput): readonly string[] {
  return Object.entries(streams)
    .filter(
      ([, { kind, when }]) => kind !== 'list' && (when === undefined || when.evaluate({ settings }) === true),
    )
    .map(([name]) => name)
}

function hostsOf({ connector, input, allowLoopback }: ConnectionOptions): readonly string[] {
  const hosts = connector.connect.hosts.map((host) => {
    const name = host.evaluate({ settings: input.settings })
    if (typeof name !== 'string')
      throw new Fault('SETTING_INVALID', `connect.hosts: ${host.source} gives no host name`)
    return name
  })
  return allowLoopback === true ? [...hosts, '127.0.0.1', '[::1]', 'localhost'] : hosts
}

const LEAST_EVERY_MS = 1000

function everyMsOf(connector: Connector, stream: string, { settings }: ConnectionInput): number {
  const every = connector.streams[stream]?.every.evaluate({ settings })
  if (typeof every !== 'string' || !/^\d+(ms|s|m|h|d)$/.test(every)) {
    throw new Fault('SETTING_INVALID', `streams.${stream}.every is no duration such as 15m`)
  }
  return Math.max(LEAST_EVERY_MS, durationMs(every))
}
