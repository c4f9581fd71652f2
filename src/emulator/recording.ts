import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure } from '../model/expression.ts'
import type { Exchange, Sample } from '../model/sample.ts'
import { readBody } from './body-format.ts'
import { type Path, valueAt } from './json-path.ts'
import { matchPath, type Route } from './route.ts'
import type { Draft } from './settle.ts'

/** One recorded exchange, its body read. */
export type Recorded = {
  readonly exchange: Exchange
  readonly draft: Draft
  /** The records in it, or `undefined` where the answer holds none (an error, an empty answer). */
  readonly records?: readonly unknown[]
}

/** What the sample of one stream holds. */
export type Recording = {
  readonly recorded: readonly Recorded[]
  /** Where in the answer its records stand; absent when the declaration cannot be turned round. */
  readonly at?: Path
  /** The answer is a list of records, not one record. */
  readonly isList: boolean
}

type Stream = { readonly plan: StreamPlan; readonly route: Route | undefined }

export function readRecording(sample: Sample | undefined, { plan, route }: Stream, env: Env): Recording {
  const recorded = (sample?.exchanges ?? [])
    .filter((exchange) => isOfRoute(exchange, plan, route))
    .map((exchange) => readExchange(exchange, plan, env))
  const full = recorded.find(({ records }) => records !== undefined && records.length > 0)
  if (full === undefined) return { recorded, isList: false }
  const at = placeOfRecords(plan, full, env)
  if (at === undefined) return { recorded, isList: true }
  return { recorded, at, isList: Array.isArray(valueAt(full.draft, at)) }
}

export function draftOf({ response }: Exchange, format: StreamPlan['decode']): Draft {
  const headers = Object.entries(response.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  return {
    status: response.status ?? 200,
    headers: Object.fromEntries(headers),
    body: readBody(
      response.body,
      response.status === undefined || response.status < 400 ? format : undefined,
    ),
  }
}

function isOfRoute({ request }: Exchange, plan: StreamPlan, route: Route | undefined): boolean {
  if (route === undefined || plan.receive !== undefined) return true
  if (request?.method !== undefined && request.method.toUpperCase() !== route.method) return false
  return (
    request?.path === undefined ||
    route.computed !== undefined ||
    matchPath(route, request.path) !== undefined
  )
}

function readExchange(exchange: Exchange, plan: StreamPlan, env: Env): Recorded {
  const draft = draftOf(exchange, plan.decode)
  if (draft.status >= 300) return { exchange, draft }
  const records = recordsIn(draft, plan, env)
  return records === undefined ? { exchange, draft } : { exchange, draft, records }
}

/** The records of an answer as the manifest finds them. */
export function recordsIn(draft: Draft, plan: StreamPlan, env: Env): readonly unknown[] | undefined {
  const answer = plan.receive === undefined ? { response: draft } : { json: draft.body }
  const found = plan.records === undefined ? draft.body : plan.records.evaluate({ ...env, ...answer })
  if (found instanceof Failure || found === null || found === undefined || found === '') return undefined
  return Array.isArray(found) ? found : [found]
}

/** The path of `records`; for an expression, the list it reads, where that is what it gives. */
function placeOfRecords(plan: StreamPlan, { draft, records }: Recorded, env: Env): Path | undefined {
  if (plan.records === undefined) return ['body']
  const root = plan.receive === undefined ? 'response' : 'json'
  const inDraft = (path: Path): Path => (root === 'json' ? ['body', ...path.slice(1)] : path.slice(1))
  if (plan.records.path?.[0] === root) return inDraft(plan.records.path)
  return plan.records.reads
    .filter(([name]) => name === root)
    .map(inDraft)
    .find((path) => givesAsIs(plan, { draft, records: records ?? [] }, { path, env }))
}

type Trial = { readonly path: Path; readonly env: Env }

/** Shown by looking: the list at the path is what the expression gives. */
function givesAsIs(
  plan: StreamPlan,
  found: { draft: Draft; records: readonly unknown[] },
  { path, env }: Trial,
): boolean {
  const list = valueAt(found.draft, path)
  if (!Array.isArray(list)) return false
  const given = recordsIn(found.draft, plan, env)
  return given?.length === list.length && given.every((record, index) => record === list[index])
}
