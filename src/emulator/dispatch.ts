import type { Connector } from '../model/connector.ts'
import { featureOf } from '../model/feature.ts'
import type { Allowance } from './allowance.ts'
import type { Authority } from './authority/authority.ts'
import { enter, isRefused, type Purpose, type Visitor } from './authority/door.ts'
import { answerCheck, type Check } from './check.ts'
import { type FaultName, strikes } from './faults.ts'
import type { EmulatorOptions } from './options.ts'
import type { Respond } from './respond.ts'
import { isComputed, type Reading, readRequest } from './route.ts'
import { answerStream } from './stream-answer.ts'
import { strike } from './strike.ts'
import { type Incoming, jsonAnswer, type Outgoing, refusal } from './wire.ts'
import type { StreamWorld } from './world.ts'

/** An emulated app, taken apart. */
export type App = {
  readonly connector: Connector
  readonly options: EmulatorOptions
  readonly seed: string
  readonly streams: readonly StreamWorld[]
  readonly authority: Authority
  readonly allowance: Allowance
  readonly respond: Respond
  readonly check: Check
  readonly requests: Map<string, number>
  readonly faults: Map<FaultName, number>
  readonly notes: Set<string>
}

/** Finds out what a request asks the app for, and answers it. */
export async function dispatch(app: App, request: Incoming): Promise<Outgoing> {
  const nowMs = app.options.clock.now()
  const ofAuthority = await app.authority.answer(request, nowMs)
  if (ofAuthority !== undefined) {
    add(app.requests, ofAuthority.name)
    return ofAuthority.answer
  }
  const { headers, refused } = app.allowance.take(nowMs)
  if (refused !== undefined) return refused
  const endpoint = endpointOf(app, request, nowMs)
  if (endpoint === undefined)
    return refusal(404, 'not_found', `the manifest asks for no ${request.method} ${request.url.pathname}`)
  const answered = await guarded(app, request, endpoint)
  return { ...answered, headers: { ...answered.headers, ...headers } }
}

/** One thing the app can be asked for. */
type Endpoint = {
  /** Under which it is counted. */
  readonly name: string
  readonly purpose: Purpose
  readonly answer: (visitor: Visitor) => Outgoing | Promise<Outgoing>
}

const RESPOND: Purpose = { feature: 'respond' }

function endpointOf(app: App, request: Incoming, nowMs: number): Endpoint | undefined {
  const readBack = request.method === 'GET' ? app.respond.readBack(request, nowMs) : undefined
  if (readBack !== undefined) return { name: 'verify', purpose: RESPOND, answer: () => readBack }
  const found = bestStream(app, request)
  const isCheck = readRequest(app.check.route, request) !== undefined
  // `/users/me` is the check, not the user "me".
  if (isCheck && (found === undefined || found.reading.captures.length > 0)) return checkEndpoint(app, nowMs)
  if (found !== undefined)
    return found.isBefore ? beforeEndpoint(found.stream) : dataEndpoint(app, request, { ...found, nowMs })
  const act = app.respond.actionFor(request)
  return act === undefined ? undefined : { name: 'action', purpose: RESPOND, answer: act }
}

const authOf = (auth: string | undefined): Purpose => (auth === undefined ? {} : { auth })

function checkEndpoint({ connector, check }: App, nowMs: number): Endpoint {
  const purpose = authOf(connector.connect.check.request.auth)
  return { name: 'check', purpose, answer: (visitor) => answerCheck(check, visitor, nowMs) }
}

type Found = { readonly stream: StreamWorld; readonly reading: Reading; readonly isBefore: boolean }

/** The declaration that fits best: the one with the most fixed values, then the fewest expressions. */
function bestStream({ streams, options: { prefer } }: App, request: Incoming): Found | undefined {
  const found = streams.flatMap((stream): readonly Found[] => {
    const before = stream.before === undefined ? undefined : readRequest(stream.before.route, request)
    const reading = readRequest(stream.route, request)
    const isOwn = stream.route.computed === undefined || isKnownAddress(stream, request)
    return [
      ...(before === undefined ? [] : [{ stream, reading: before, isBefore: true }]),
      ...(reading === undefined || !isOwn ? [] : [{ stream, reading, isBefore: false }]),
    ]
  })
  const isPreferred = ({ stream }: Found) => Number(stream.name === prefer)
  return found.toSorted(
    (a, b) =>
      b.reading.score - a.reading.score ||
      a.reading.captures.length - b.reading.captures.length ||
      isPreferred(b) - isPreferred(a),
  )[0]
}

function isKnownAddress({ contexts, env, route }: StreamWorld, request: Incoming): boolean {
  return contexts(0).some((context) => isComputed(route, request, env(context, 0)))
}

function purposeOf({ plan }: StreamWorld, declared: string | undefined): Purpose {
  const feature = featureOf(plan.kind)
  return { ...authOf(declared ?? plan.auth), ...(feature !== undefined && { feature }) }
}

function beforeEndpoint(stream: StreamWorld): Endpoint {
  const { status, body, headers } = stream.before?.recorded?.draft ?? { status: 200, headers: {}, body: {} }
  return {
    name: `${stream.name}/before`,
    purpose: purposeOf(stream, stream.plan.before?.request.auth),
    answer: () => jsonAnswer(status, body, headers),
  }
}

type Data = Found & { readonly nowMs: number }

function dataEndpoint(app: App, request: Incoming, { stream, reading, nowMs }: Data): Endpoint {
  const { options, seed } = app
  const answer = (visitor: Visitor) => {
    const count = app.requests.get(stream.name) ?? 1
    const faults = strikes(options.faults ?? [], { seed, count, stream: stream.name })
    for (const fault of faults) add(app.faults, fault)
    const note = (text: string) => app.notes.add(text)
    const serving = { nowMs, seed, pageSize: options.pageSize, faults, count, note }
    const whole = () => answerStream(stream, request, { reading, serving })
    return strike(faults, {
      request,
      visitor,
      issued: app.authority.door.issued,
      clock: options.clock,
      answer: whole,
    })
  }
  return { name: stream.name, purpose: purposeOf(stream, stream.plan.request?.auth), answer }
}

async function guarded(app: App, request: Incoming, { name, purpose, answer }: Endpoint): Promise<Outgoing> {
  add(app.requests, name)
  const entered = await enter(app.authority.door, request, { ...purpose, nowMs: app.options.clock.now() })
  return isRefused(entered) ? entered : answer(entered)
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
