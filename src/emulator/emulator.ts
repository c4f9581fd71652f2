import type { Connector } from '../model/connector.ts'
import type { Grant } from '../model/credential.ts'
import type { Sample } from '../model/sample.ts'
import { openAllowance } from './allowance.ts'
import { openAuthority } from './authority/authority.ts'
import { openCheck } from './check.ts'
import { type App, dispatch } from './dispatch.ts'
import type { FaultName } from './faults.ts'
import { hostRule } from './hosts.ts'
import { type EmulatorOptions, exampleSettings } from './options.ts'
import { openRespond } from './respond.ts'
import type { HeldRow } from './rows.ts'
import { type Incoming, type Outgoing, refusal } from './wire.ts'
import { openWorld, type StreamWorld } from './world.ts'

/** What was asked of the emulated app so far. */
export type Counts = {
  /** By stream, or by name of another endpoint (`token`, `refresh`, `login`, `check`, `action`, …). */
  readonly requests: ReadonlyMap<string, number>
  readonly faults: ReadonlyMap<FaultName, number>
  /** Requests to hosts that the manifest does not declare: there must be none. */
  readonly undeclared: number
}

/** An app made of its manifest and samples, without a socket. */
export type Emulator = {
  readonly handle: (request: Incoming) => Promise<Outgoing>
  readonly counts: () => Counts
  /** What of the manifest could not be turned round, and how it is answered instead. */
  readonly notes: () => readonly string[]
  /** A grant of everything to a client, by the auth method with this index: what a person's consent would have given. */
  readonly consent: (method: number, clientId: string) => Grant | undefined
  /** The records of a stream that a collector which misses nothing has by now. */
  readonly rows: (stream: string) => readonly HeldRow[]
}

/** Opens an emulator of an app. Everything it does is decided by the arguments: the same seed and clock give the same bytes. */
export function openEmulator(
  connector: Connector,
  samples: Readonly<Record<string, Sample>>,
  options: EmulatorOptions,
): Emulator {
  const settings = { ...exampleSettings(connector), ...options.settings }
  const seed = options.seed ?? 'emulator'
  const world = openWorld({ connector, samples, settings, options, openedMs: options.clock.now() })
  const parts: App = {
    connector,
    options,
    seed,
    streams: [...world.streams.values()],
    authority: openAuthority(connector, {
      seed,
      settings,
      secrets: options.secrets ?? {},
      lifetimeMs: options.tokenLifetimeMs ?? 3_600_000,
      sample: samples['connect'],
      ledger: options.ledger,
    }),
    allowance: openAllowance(connector.connect.limits),
    respond: openRespond(connector),
    check: openCheck(connector, samples['connect'], settings),
    requests: new Map(),
    faults: new Map(),
    notes: new Set(notesOn(connector, samples, world.streams)),
  }
  const isDeclared = hostRule(connector.connect.hosts)
  let undeclared = 0
  return {
    handle: async (request) => {
      if (isDeclared(request.url.hostname)) return dispatch(parts, request)
      undeclared++
      return refusal(421, 'misdirected', `${request.url.hostname} is not declared in connect.hosts`)
    },
    counts: () => ({ requests: parts.requests, faults: parts.faults, undeclared }),
    notes: () => [...parts.notes],
    consent: (method, clientId) => parts.authority.consent(method, clientId, options.clock.now()),
    rows: (stream) => world.streams.get(stream)?.rows(options.clock.now()) ?? [],
  }
}

function notesOn(
  { streams }: Connector,
  samples: Readonly<Record<string, Sample>>,
  worlds: ReadonlyMap<string, StreamWorld>,
): readonly string[] {
  return Object.entries(streams).flatMap(([name, plan]) => {
    const { recording, before } = worlds.get(name) ?? {}
    if (plan.receive !== undefined) return [`${name}: the app sends these; see the deliveries`]
    if (samples[name] === undefined) return [`${name}: there is no sample, so nothing is served`]
    if (recording !== undefined && recording.at === undefined && recording.recorded.length > 0)
      return [`${name}: records is no path, so the recorded answers are served as they are`]
    if (before !== undefined && before.recorded === undefined)
      return [`${name}: the request before it was not recorded, so its answer is empty`]
    return []
  })
}
