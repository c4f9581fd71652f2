import type { Connector } from '../model/connector.ts'
import type { Grant } from '../model/credential.ts'
import type { Sample } from '../model/sample.ts'
import { type Allowance, openAllowance } from './allowance.ts'
import { type Authority, openAuthority } from './authority/authority.ts'
import { enter, isRefused, type Purpose, type Visitor } from './authority/door.ts'
import { featureOf } from './authority/methods.ts'
import { answerCheck, type Check, openCheck } from './check.ts'
import { type FaultName, strikes } from './faults.ts'
import { hostRule } from './hosts.ts'
import { type EmulatorOptions, exampleSettings } from './options.ts'
import { openRespond, type Respond } from './respond.ts'
import { type Reading, readRequest } from './route.ts'
import { answerStream } from './stream-answer.ts'
import { strike } from './strike.ts'
import { type Incoming, jsonAnswer, type Outgoing, refusal } from './wire.ts'
import { type HeldRow, openWorld, type StreamWorld } from './world.ts'

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

type Parts = {
  readonly connector: Connector
  readonly options: EmulatorOptions
  readonly seed: string
  readonly streams: readonly StreamWorld[]
  readonly authority: Authority
  readonly allowance: Allowance
  readonly respond: Respond
  readonly check: Check
  readonly isDeclared: (host: string) => boolean
  readonly requests: Map<string, number>
  readonly faults: Map<FaultName, number>
  readonly notes: Set<string>
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
  const parts: Parts = {
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
    }),
    allowance: openAllowance(connector.connect.limits),
    respond: openRespond(connector),
    check: openCheck(connector, samples['connect'], settings),
    isDeclared: hostRule(connector.connect.hosts),
    requests: new Map(),
    faults: new Map(),
    notes: new Set(notesOn(connector, samples, world.streams)),
  }
  let undeclared = 0
  return {
    handle: async (request) => {
      if (parts.isDeclared(request.url.hostname)) return answer(parts, request)
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
    const recording = worlds.get(name)?.recording
    if (plan.receive !== undefined) return [`${name}: the app sends these; see the deliveries`]
    if (samples[name] === undefined) return [`${name}: there is no sample, so nothing is served`]
    if (recording !== undefined && recording.at === undefined && recording.recorded.length > 0)
      return [`${name}: records is no path, so the recorded answers are served as they are`]
    return []
  })
}

async function answer(parts: Parts, request: Incoming): Promise<Outgoing> {
  const nowMs = parts.options.clock.now()
  const ofAuthority = await parts.authority.answer(request, nowMs)
  if (ofAuthority !== undefined) {
    add(parts.requests, ofAuthority.name)
    return ofAuthority.answer
  }
  const { headers, refused } = parts.allowance.take(nowMs)
  if (refused !== undefined) return refused
  const answered = await answerApi(parts, request, nowMs)
  return { ...answered, headers: { ...answered.headers, ...headers } }
}

async function answerApi(parts: Parts, request: Incoming, nowMs: number): Promise<Outgoing> {
  const found = bestStream(parts.streams, request)
  const readBack = request.method === 'GET' ? parts.respond.readBack(request, nowMs) : undefined
  if (readBack !== undefined)
    return guarded(parts, request, {
      name: 'verify',
      purpose: { feature: 'respond' },
      answer: () => readBack,
    })
  const isCheck = readRequest(parts.check.route, request) !== undefined
  if (isCheck && (found === undefined || found.reading.captures.length > 0)) {
    const purpose = authOf(parts.connector.connect.check.request.auth)
    return guarded(parts, request, {
      name: 'check',
      purpose,
      answer: (visitor) => answerCheck(parts.check, visitor, nowMs),
    })
  }
  if (found !== undefined) return answerData(parts, request, { ...found, nowMs })
  const act = parts.respond.actionFor(request)
  if (act === undefined)
    return refusal(404, 'not_found', `the manifest asks for no ${request.method} ${request.url.pathname}`)
  return guarded(parts, request, { name: 'action', purpose: { feature: 'respond' }, answer: act })
}

const authOf = (auth: string | undefined): Purpose => (auth === undefined ? {} : { auth })

type Found = { readonly stream: StreamWorld; readonly reading: Reading; readonly isBefore: boolean }

/** The declaration that fits best: the one with the most fixed values, then the fewest expressions in its address. */
function bestStream(streams: readonly StreamWorld[], request: Incoming): Found | undefined {
  const found = streams.flatMap((stream): readonly Found[] => {
    const reading = readRequest(stream.route, request)
    const before = stream.before === undefined ? undefined : readRequest(stream.before.route, request)
    const isComputed = stream.route.computed !== undefined
    return [
      ...(before === undefined ? [] : [{ stream, reading: before, isBefore: true }]),
      ...(reading === undefined || (isComputed && !isKnownAddress(stream, request))
        ? []
        : [{ stream, reading, isBefore: false }]),
    ]
  })
  return found.toSorted(
    (a, b) => b.reading.score - a.reading.score || a.reading.captures.length - b.reading.captures.length,
  )[0]
}

function isKnownAddress(stream: StreamWorld, request: Incoming): boolean {
  return stream.contexts(0).some((context) => {
    const value = stream.route.computed?.evaluate(stream.env(context, 0))
    const url = typeof value === 'string' ? URL.parse(value, request.url.href) : null
    return url !== null && url.host === request.url.host && url.pathname === request.url.pathname
  })
}

async function answerData(
  parts: Parts,
  request: Incoming,
  { stream, reading, isBefore, nowMs }: Found & { readonly nowMs: number },
): Promise<Outgoing> {
  const { plan, name } = stream
  const declared = isBefore ? plan.before?.request.auth : plan.request?.auth
  const feature = featureOf(plan.kind)
  const purpose = { ...authOf(declared ?? plan.auth), ...(feature !== undefined && { feature }) }
  return guarded(parts, request, {
    name: isBefore ? `${name}/before` : name,
    purpose,
    answer: async (visitor) => {
      if (isBefore) return recordedBefore(stream)
      const count = parts.requests.get(name) ?? 1
      const faults = strikes(parts.options.faults ?? [], { seed: parts.seed, count, stream: name })
      const note = (text: string) => parts.notes.add(text)
      const serving = { nowMs, seed: parts.seed, pageSize: parts.options.pageSize, faults, count, note }
      for (const fault of faults) add(parts.faults, fault)
      return strike(faults, {
        request,
        visitor,
        issued: parts.authority.door.issued,
        clock: parts.options.clock,
        answer: () => answerStream(stream, request, { reading, serving }),
      })
    },
  })
}

function recordedBefore({ before }: StreamWorld): Outgoing {
  const draft = before?.recorded?.draft ?? { status: 200, headers: {}, body: {} }
  return jsonAnswer(draft.status, draft.body, draft.headers)
}

type Endpoint = {
  readonly name: string
  readonly purpose: Purpose
  readonly answer: (visitor: Visitor) => Outgoing | Promise<Outgoing>
}

async function guarded(
  parts: Parts,
  request: Incoming,
  { name, purpose, answer }: Endpoint,
): Promise<Outgoing> {
  add(parts.requests, name)
  const entered = await enter(parts.authority.door, request, { ...purpose, nowMs: parts.options.clock.now() })
  return isRefused(entered) ? entered : answer(entered)
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
