import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { FAULTS, Fault, type FaultCode, isFault } from '../lib/fault.ts'
import { type Complaint, InputFault } from './complaints.ts'
import type { ErrorShape } from './schema/common.ts'
import { statusOf } from './status.ts'

type ErrorBody = Static<typeof ErrorShape>

export type Log = (entry: { readonly err: unknown; readonly requestId: string }, message: string) => void

/** Turns whatever a request ended in into the one shape of an error. What we did not expect is logged whole and answered without a word. */
export const errorAnswerer =
  (log: Log) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const { status, body } = errorAnswer(error, request.id)
    if (status >= 500) log({ err: error, requestId: request.id }, 'request failed')
    reply.code(status).type('application/json; charset=utf-8').header('cache-control', 'no-store')
    reply.send(body)
  }

export function errorAnswer(error: unknown, requestId: string): { status: number; body: ErrorBody } {
  if (isFault(error)) {
    const status = statusOf(error.code)
    // One answer for what is not there, whoever looked for it where: another organisation's things look the same.
    if (status === 404) return answer(status, 'NOT_FOUND', 'nothing is here under this name', requestId)
    const complaints = error instanceof InputFault ? error.complaints : undefined
    return answer(status, error.code, error.message, requestId, complaints)
  }
  if (isStoreAway(error))
    return answer(503, 'STORE_UNAVAILABLE', 'a store of the platform is away', requestId)
  const known = frameworkFault(error)
  if (known === undefined)
    return answer(500, 'PLATFORM_FAILED', 'something went wrong on our side', requestId)
  return answer(known.status, known.code, known.message, requestId, known.complaints)
}

/** PostgreSQL's codes for a server that stops or starts, and the system's for one that is not there. */
const AWAY: readonly unknown[] = ['57P01', '57P02', '57P03', '08006', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']

/** The database restarts: no failure of ours to report, and a minute later it is over. */
const isStoreAway = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && AWAY.includes(error.code)) || error.message.startsWith('Connection terminated'))

function answer(
  status: number,
  code: FaultCode,
  message: string,
  requestId: string,
  complaints?: Complaint[],
): { status: number; body: ErrorBody } {
  const { help } = FAULTS[code]
  const error = { code, message, help, ...(complaints === undefined ? {} : { complaints }), requestId }
  return { status, body: { error } }
}

/** What the framework refused, in our words. Its own may quote the request. */
function frameworkFault(
  error: unknown,
): { status: number; code: FaultCode; message: string; complaints?: Complaint[] } | undefined {
  if (!(error instanceof Error)) return undefined
  const {
    statusCode: status = 500,
    validation,
    validationContext = 'request',
  } = error as Partial<FastifyError>
  if (validation !== undefined) {
    const complaints = validation.map((item) => complaintOf(validationContext, item))
    const first = complaints[0]
    const message = first === undefined ? 'the request is not valid' : `${first.path} ${first.message}`
    return { status: 400, code: 'INPUT_INVALID', message, complaints }
  }
  if (status >= 500 || status < 400) return undefined
  const code = status === 413 ? 'INPUT_TOO_LARGE' : status === 429 ? 'RATE_EXCEEDED' : 'INPUT_INVALID'
  return { status, code, message: REFUSALS[status] ?? 'the request is not valid' }
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'the body is not the JSON it should be',
  413: 'the body is larger than this route takes',
  415: 'the body’s content type is not one this route takes',
  429: 'too many requests',
}

function complaintOf(
  context: string,
  { instancePath, params, message = 'is not valid' }: NonNullable<FastifyError['validation']>[number],
): Complaint {
  const extra = params['additionalProperty']
  const inner = instancePath.split('/').slice(1)
  const place = typeof extra === 'string' ? [...inner, extra] : inner
  const path = [context === 'querystring' ? 'query' : context, ...place].join('.').slice(0, 200)
  return { path, message: typeof extra === 'string' ? 'is not known here' : message }
}

/** @throws {Fault} `NOT_FOUND`, or `SIGN_IN_NEEDED` where a stranger tries addresses of the API. */
export function refuseUnknown(request: FastifyRequest): never {
  if (request.principal === undefined && request.url.startsWith('/api'))
    throw new Fault('SIGN_IN_NEEDED', 'nobody is signed in')
  throw new Fault('NOT_FOUND', 'nothing is here under this name')
}
