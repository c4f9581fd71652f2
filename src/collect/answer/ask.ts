import { Fault, type FaultCode, isFault } from '../../lib/fault.ts'
import type { Outcome, StreamPlan } from '../../model/connector.ts'
import type { Env } from '../../model/expression.ts'
import type { Answer, OutgoingRequest } from '../../model/transport.ts'
import type { Surroundings } from '../run.ts'
import { readAllowance, retryAfterMs } from './allowance.ts'
import { type Broken, decode, decodeLeniently } from './decode.ts'
import { type Judgement, judge, type Rules } from './judge.ts'
import { maskOf } from './mask.ts'

/** What to send, and how its answer is read. */
export type Question = Pick<StreamPlan, 'auth' | 'on' | 'errors' | 'decode' | 'scopes' | 'limits'> & {
  /** What faults and the stream's own rate go by. */
  readonly name: string
  /** Whom notices are about. */
  readonly stream: string
  readonly request: OutgoingRequest
  /** What the answer's expressions see beside `response`. */
  readonly names: Env
  readonly accepts?: Rules['accepts']
  /** Resolves when the answer is wanted: until then its body stays as it came, because read it takes several times as much memory. */
  readonly wanted?: Promise<void>
}

/** What a request came to after all tries. */
export type Asked =
  | { readonly outcome: 'ok'; readonly answer: Answer; readonly env: Env; readonly broken: readonly Broken[] }
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'unknown'; readonly fault: Fault }

type Failed = {
  readonly outcome: Exclude<Outcome, 'empty' | 'unknown'>
  readonly fault: Fault
  /** With the credential it was refused with. */
  readonly sent?: OutgoingRequest
  readonly answer?: Answer
  readonly isFinal?: true
}

/**
 * Sends a request until its answer is decided: waits where the app asks for it, tries again where that can help, and gets another
 * token once.
 *
 * @throws {Fault} when it cannot be decided in this run.
 */
export async function ask(run: Surroundings, question: Question): Promise<Asked> {
  const { attempts } = run.connector.connect.limits.retry
  let isRenewed = false
  for (let attempt = 1; ; attempt++) {
    const tried = await attemptOnce(run, question)
    if (!('fault' in tried) || tried.outcome === 'unknown') return tried
    const isPassing = tried.outcome === 'retry' || tried.outcome === 'throttled'
    if (isPassing && tried.isFinal === undefined && attempt < attempts)
      await waitAfter(run, question, { ...tried, attempt })
    else if (!isRenewed && (await isRenewable(run, question, tried))) isRenewed = true
    else throw tried.fault
  }
}

async function isRenewable({ authorizer }: Surroundings, { auth }: Question, { outcome, sent }: Failed) {
  return outcome === 'credential' && sent !== undefined && (await authorizer.refused(sent, auth))
}

async function attemptOnce(run: Surroundings, question: Question): Promise<Asked | Failed> {
  const { limiter, notify, signal } = run
  const { name, stream, limits } = question
  const leave = await limiter.enter({
    stream: name,
    ...(limits?.rate === undefined ? {} : { rate: limits.rate }),
    maxWaitMs: run.connector.connect.limits.retry.maxWait,
    ...(signal === undefined ? {} : { signal }),
    onWait: (ms, why) => notify({ kind: 'wait', stream, ms, why }),
  })
  try {
    const sent = await run.authorizer.authorize(question.request, question.auth)
    const answer = await send(run, question, sent)
    if (isGood(answer) && question.wanted !== undefined) {
      leave()
      await question.wanted
    }
    return await read(run, question, { sent, answer })
  } catch (error) {
    signal?.throwIfAborted()
    if (!isFault(error)) throw error
    if (error.code === 'SOURCE_THROTTLED') return { outcome: 'throttled', fault: error }
    if (error.code !== 'SOURCE_UNAVAILABLE' && error.code !== 'SOURCE_UNREADABLE') throw error
    return { outcome: 'retry', fault: new Fault(error.code, `${name}: ${error.message}`) }
  } finally {
    leave()
  }
}

async function send(run: Surroundings, { stream }: Question, request: OutgoingRequest): Promise<Answer> {
  const startMs = run.clock.now()
  const answer = await run.transport(request, {
    timeoutMs: run.connector.connect.limits.timeout,
    redirects: request.method === 'GET' ? 'follow' : 'never',
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  })
  const ms = run.clock.now() - startMs
  run.notify({ kind: 'request', stream, status: answer.status, ms, bytes: answer.body.length })
  return answer
}

function isGood({ status }: Answer): boolean {
  return status >= 200 && status < 300
}

type Exchange = { readonly sent: OutgoingRequest; readonly answer: Answer }

async function read(
  run: Surroundings,
  question: Question,
  { sent, answer }: Exchange,
): Promise<Asked | Failed> {
  const { errors, limits } = run.connector.connect
  const rules: Rules = {
    errors: [...(errors ?? []), ...(question.errors ?? [])],
    retryOn: limits.retry.on,
    mask: maskOf(run, sent),
    ...(question.on === undefined ? {} : { on: question.on }),
    ...(question.accepts === undefined ? {} : { accepts: question.accepts }),
  }
  const { body, broken, problem } = await bodyOf(question, answer)
  const env = { ...question.names, response: { status: answer.status, headers: answer.headers, body } }
  const judgement = judge(rules, { status: answer.status, isLimited: noteAllowance(run, answer) }, env)
  if (judgement.outcome === 'empty') return { outcome: 'empty' }
  if (judgement.outcome === 'unknown')
    return { outcome: 'unknown', fault: faultOf(question, answer, judgement) }
  if (judgement.outcome !== 'ok') {
    const fault = faultOf(question, answer, judgement)
    return { ...judgement, outcome: judgement.outcome, fault, sent, answer }
  }
  if (problem !== undefined) throw problem
  run.limiter.accepted()
  return { outcome: 'ok', answer, env, broken }
}

type Body = { readonly body: unknown; readonly broken: readonly Broken[]; readonly problem?: Fault }

/** An answer that cannot be read as declared may still be an error that the manifest knows by its text. */
async function bodyOf({ decode: plan }: Question, answer: Answer): Promise<Body> {
  if (!isGood(answer)) return { body: decodeLeniently(answer), broken: [] }
  try {
    return await decode(plan, answer)
  } catch (error) {
    if (isFault(error, 'SOURCE_UNREADABLE'))
      return { body: decodeLeniently(answer), broken: [], problem: error }
    throw error
  }
}

/** Where nothing is left, everybody waits before asking again rather than after being refused. */
function noteAllowance({ connector, clock, limiter }: Surroundings, { headers }: Answer): boolean {
  const { remaining, resetAtMs } = readAllowance(headers, connector.connect.limits.headers, clock.now())
  const isUsedUp = remaining !== undefined && remaining <= 0
  if (isUsedUp && resetAtMs !== undefined) limiter.pauseUntil(resetAtMs)
  return isUsedUp || headers['retry-after'] !== undefined
}

const CODES: Readonly<Record<Exclude<Judgement['outcome'], 'ok'>, FaultCode>> = {
  empty: 'SOURCE_REFUSED',
  unknown: 'SOURCE_REFUSED',
  permission: 'PERMISSION_MISSING',
  throttled: 'SOURCE_THROTTLED',
  retry: 'SOURCE_UNAVAILABLE',
  credential: 'CREDENTIAL_REFUSED',
  fail: 'SOURCE_REFUSED',
}

function faultOf({ name, scopes }: Question, { status }: Answer, { outcome, message }: Judgement): Fault {
  const code = outcome === 'ok' ? 'SOURCE_UNREADABLE' : CODES[outcome]
  const said = message === undefined ? '' : `: ${message}`
  const needed =
    code === 'PERMISSION_MISSING' && scopes !== undefined ? ` (the stream needs ${scopes.join(', ')})` : ''
  return new Fault(code, `${name}: the app answered ${status}${said}${needed}`)
}

const FIRST_BACKOFF_MS = 1000
const LONGEST_BACKOFF_MS = 60_000

/** Waits as the app asks, else at random up to twice as long each time (full jitter). */
async function waitAfter(
  run: Surroundings,
  { stream }: Question,
  { attempt, outcome, fault, answer }: Failed & { readonly attempt: number },
): Promise<void> {
  const { clock, random, limiter, notify } = run
  const asked = answer === undefined ? undefined : askedMs(run, answer)
  // A little at random on top, so that all who were told the same moment do not come back at once.
  const ms = Math.ceil(
    asked === undefined
      ? random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1))
      : asked + random() * Math.min(1000, asked / 10),
  )
  if (ms > run.connector.connect.limits.retry.maxWait) throw fault
  notify({ kind: 'retry', stream, attempt, code: fault.code, message: fault.message })
  // A pause of the limiter holds for every stream of the connection, and is announced where it is waited.
  if (outcome === 'throttled') limiter.refusedUntil(clock.now() + ms)
  else await clock.sleep(ms, run.signal)
}

function askedMs({ connector, clock }: Surroundings, { headers }: Answer): number | undefined {
  const nowMs = clock.now()
  const asked = retryAfterMs(headers['retry-after'], nowMs)
  if (asked !== undefined) return asked
  const { remaining, resetAtMs } = readAllowance(headers, connector.connect.limits.headers, nowMs)
  return resetAtMs === undefined || (remaining ?? 0) > 0 ? undefined : Math.max(0, resetAtMs - nowMs)
}
