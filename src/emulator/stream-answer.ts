import type { Env } from '../model/expression.ts'
import { writeBody } from './body-format.ts'
import { compose } from './compose.ts'
import { type Context, contextsHeld, tellsContext } from './context.ts'
import { pageDraft, type Serving } from './page-answer.ts'
import { contextsOfToken, readAsk } from './page-ask.ts'
import { replay } from './replay.ts'
import { isComputed, type Reading } from './route.ts'
import type { Draft } from './settle.ts'
import { type Incoming, type Outgoing, refusal } from './wire.ts'
import type { StreamWorld } from './world.ts'

/** The answer to one request for a stream's records. */
export function answerStream(
  stream: StreamWorld,
  request: Incoming,
  { reading, serving }: { readonly reading: Reading; readonly serving: Serving },
): Outgoing {
  const all = stream.contexts(serving.nowMs)
  const env = (context: Context) => stream.env(context, serving.nowMs)
  if (stream.recording.at === undefined)
    return replayed(stream, request, held(stream, { all, reading, request, env }))
  const asking = { plan: stream.plan, captures: reading.captures, env: all[0] ? env(all[0]) : {}, ...serving }
  const ask = readAsk(request, asking)
  if (typeof ask === 'string') return refusal(400, 'invalid_request', ask)
  const contexts = contextsOfToken(all, ask) ?? held(stream, { all, reading, request, env })
  if (contexts.length === 0) return unknownContext(stream, reading, serving)
  const told = refusalOf(stream, contexts)
  if (told !== undefined) return outgoing(told, stream)
  const draft = pageDraft({ stream, request, ask, contexts, env: env(contexts[0]!) }, serving)
  return typeof draft === 'string' ? refusal(400, 'invalid_request', draft) : outgoing(draft, stream)
}

/** What cannot be made anew is answered as it was recorded. */
function replayed(stream: StreamWorld, request: Incoming, contexts: readonly Context[]): Outgoing {
  return outgoing(replay(contexts.flatMap(stream.recorded), request), stream)
}

type Holding = {
  readonly all: readonly Context[]
  readonly reading: Reading
  readonly request: Incoming
  readonly env: (context: Context) => Env
}

function held({ route }: StreamWorld, { all, reading, request, env }: Holding): readonly Context[] {
  const contexts = contextsHeld(all, reading.captures, env)
  return route.computed === undefined
    ? contexts
    : contexts.filter((context) => isComputed(route, request, env(context)))
}

/** A parent that does not exist is not found; a value of `over` that nobody has gives an empty list. */
function unknownContext(stream: StreamWorld, { captures }: Reading, serving: Serving): Outgoing {
  const isParent = captures.some(
    ({ program }) => tellsContext(program) && program.reads.some(([name]) => name !== 'over'),
  )
  const { at, isList, recorded } = stream.recording
  if (isParent || at === undefined || !isList) return refusal(404, 'not_found', 'there is no such thing')
  const facts = { records: [], isLast: true, total: 0, pages: 0 }
  const models = recorded.filter(({ records }) => records !== undefined)
  return outgoing(
    compose(facts, { plan: stream.plan, at, isList, models, env: {}, note: serving.note }),
    stream,
  )
}

/** A list of which nothing but an error was recorded answers with it. */
function refusalOf(stream: StreamWorld, contexts: readonly Context[]): Draft | undefined {
  const [only, ...others] = contexts
  if (only === undefined || others.length > 0) return undefined
  const recorded = stream.recorded(only)
  return recorded.some(({ records }) => records !== undefined) ? undefined : recorded[0]?.draft
}

const NOT_COPIED = new Set([
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'content-type',
])

function outgoing(draft: Draft, { plan }: StreamWorld): Outgoing {
  const headers = Object.fromEntries(Object.entries(draft.headers).filter(([name]) => !NOT_COPIED.has(name)))
  if (draft.status === 204 || draft.status === 304) return { status: draft.status, headers, body: '' }
  const { type, body } = writeBody(draft.body, draft.status < 400 ? plan.decode : undefined)
  return {
    status: draft.status,
    headers: { ...headers, 'content-type': draft.headers['content-type'] ?? type },
    body,
  }
}
