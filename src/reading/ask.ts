import { Fault, isFault } from '../lib/fault.ts'
import type { StreamPlan } from '../model/connector.ts'
import type { Env } from '../model/expression.ts'
import type { Answer, OutgoingRequest } from '../model/transport.ts'
import { decodeBody, decodeError } from './decode.ts'
import { type Verdict, verdictOf } from './outcome.ts'
import type { Reading } from './reading.ts'
import { askedWaitMs, isUsedUp } from './wait.ts'

/** What a request came to after all tries. */
export type Asked =
  | { readonly is: 'ok'; readonly answer: Answer; readonly env: Env }
  | { readonly is: 'empty' }
  | { readonly is: 'unknown'; readonly fault: Fault }

/** The parts of a stream, or of the connection check, that say how to ask. */
export type AskPlan = Pick<StreamPlan, 'auth' | 'on' | 'errors' | 'decode'> & { readonly name: string }

const BASE_WAIT_MS = 500
const MOST_BACKOFF_MS = 60_000

/**
 * Sends a request until its answer is decided: waits where the app asks for it, tries again where that can help, gets another token once.
 *
 * @param names what the answer's expressions see beside `response`.
 * @throws {Fault} when it cannot be decided in this run.
 */
export async function ask(
  reading: Reading,
  plan: AskPlan,
  request: OutgoingRequest,
  names: Env,
): Promise<Asked> {
  const most = reading.connector.connect.limits.retry.attempts
  let isRenewed = false
  for (let attempt = 1; ; attempt++) {
    const tried = await attemptOnce(reading, plan, request, names)
    const decided = decisionOf(tried, plan)
    if (decided !== undefined) return decided
    const fault = faultOf(tried, plan)
    if (!isRenewed && (await isRenewable(reading, plan, tried))) isRenewed = true
    else if (isPassing(tried.verdict) && attempt < most) await pause(reading, { ...tried, attempt, fault })
    else throw fault
  }
}

function decisionOf({ verdict, answer, env }: Tried, plan: AskPlan): Asked | undefined {
  if (verdict.is === 'ok' && answer !== undefined && env !== undefined) return { is: 'ok', answer, env }
  if (verdict.is === 'empty') return { is: 'empty' }
  return verdict.is === 'unknown' ? { is: 'unknown', fault: faultOf({ verdict }, plan) } : undefined
}

function faultOf({ verdict }: Pick<Tried, 'verdict'>, { name }: AskPlan): Fault {
  return verdict.is === 'ok'
    ? new Fault('SOURCE_UNREADABLE', name)
    : new Fault(verdict.code, `${name}: ${verdict.message}`)
}

const isPassing = ({ is }: Verdict) => is === 'throttled' || is === 'retry'

/** A refused token is exchanged for another one, once. */
async function isRenewable(
  { authorizer }: Reading,
  plan: AskPlan,
  { verdict, sent }: Tried,
): Promise<boolean> {
  return verdict.is === 'credential' && sent !== undefined && (await authorizer.refused(sent, plan.auth))
}

type Tried = {
  readonly verdict: Verdict
  readonly sent?: OutgoingRequest
  readonly answer?: Answer
  readonly env?: Env
}

async function attemptOnce(
  reading: Reading,
  plan: AskPlan,
  request: OutgoingRequest,
  names: Env,
): Promise<Tried> {
  const { connector, limiter, signal } = reading
  const gate = reading.gates.get(plan.name)
  const leave = await limiter.take(gate === undefined ? [] : [gate], signal)
  try {
    const sent = await reading.authorizer.authorize(request, plan.auth)
    const answer = await send(reading, sent)
    noteAllowance(reading, answer)
    const { limits } = connector.connect
    const isThrottled = askedWaitMs(answer.headers, limits.headers, reading.clock.now()) !== undefined
    const env = { ...names, response: responseOf(answer, plan) }
    const rules = {
      errors: [...(connector.connect.errors ?? []), ...(plan.errors ?? [])],
      on: plan.on,
      retryOn: limits.retry.on,
      isThrottled,
    }
    return { verdict: verdictOf(answer.status, env, rules), sent, answer, env }
  } catch (error) {
    signal?.throwIfAborted()
    if (isFault(error, 'SOURCE_UNAVAILABLE') || isFault(error, 'SOURCE_UNREADABLE')) {
      return { verdict: { is: 'retry', code: error.code, message: error.message } }
    }
    if (isFault(error, 'SOURCE_THROTTLED'))
      return { verdict: { is: 'throttled', code: error.code, message: error.message } }
    throw error
  } finally {
    leave()
  }
}

async function send(reading: Reading, request: OutgoingRequest): Promise<Answer> {
  const startedMs = reading.clock.now()
  const answer = await reading.transport(request, {
    timeoutMs: reading.connector.connect.limits.timeout,
    redirects: request.method === 'GET' ? 'follow' : 'never',
    ...(reading.signal === undefined ? {} : { signal: reading.signal }),
  })
  reading.notify({
    kind: 'request',
    stream: reading.stream,
    status: answer.status,
    ms: reading.clock.now() - startedMs,
    bytes: answer.body.length,
  })
  return answer
}

function responseOf({ status, headers, body }: Answer, plan: AskPlan) {
  const isSuccess = status >= 200 && status < 300
  return { status, headers, body: isSuccess ? decodeBody(body, plan.decode) : decodeError(body) }
}

/** Where nothing remains, everybody waits before asking again rather than after being refused. */
function noteAllowance({ connector, limiter, clock }: Reading, { headers, status }: Answer): void {
  const declared = connector.connect.limits.headers
  if (status >= 400 || !isUsedUp(headers, declared)) return
  const waitMs = askedWaitMs(headers, declared, clock.now())
  const most = connector.connect.limits.retry.maxWait
  if (waitMs !== undefined && waitMs > 0) limiter.pauseUntil(clock.now() + Math.min(waitMs, most))
}

type Failed = {
  readonly attempt: number
  readonly fault: Fault
  readonly verdict: Verdict
  readonly answer?: Answer
}

async function pause(reading: Reading, { attempt, fault, verdict, answer }: Failed): Promise<void> {
  const { connector, clock, random, stream, notify, limiter, signal } = reading
  const { headers, retry } = connector.connect.limits
  const asked = answer === undefined ? undefined : askedWaitMs(answer.headers, headers, clock.now())
  const backoffMs = Math.ceil(random() * Math.min(MOST_BACKOFF_MS, BASE_WAIT_MS * 2 ** attempt))
  // A little at random on top, so that all who were told the same moment do not come back at once.
  const waitMs =
    asked === undefined ? backoffMs : asked + Math.ceil(random() * Math.min(1000, asked / 10 + 50))
  if (waitMs > retry.maxWait) throw fault
  notify({ kind: 'retry', stream, attempt, code: fault.code, message: fault.message })
  notify({
    kind: 'wait',
    stream,
    ms: waitMs,
    why: asked === undefined ? 'backing off' : 'the app asked for it',
  })
  if (verdict.is === 'throttled') limiter.pauseUntil(clock.now() + waitMs)
  await clock.sleep(waitMs, signal)
}
