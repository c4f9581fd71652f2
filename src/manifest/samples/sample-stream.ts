import { type Env, Instant } from '../../model/expression.ts'
import type { Sample } from '../../model/sample.ts'
import { entriesOf, itemsOf, type StreamDraft, valueAt } from '../draft.ts'
import type { Path } from '../path.ts'
import { complain, isWritten, type Study } from '../study.ts'
import { answersTo, type SampleAnswer } from './answers.ts'
import { type Evidence, weigh } from './evidence.ts'
import { weighMapping } from './sample-mapping.ts'

/** A trial of the samples: what is known so far. */
export type Trial = {
  readonly study: Study
  readonly evidence: Evidence
  readonly samples: Readonly<Record<string, Sample>>
  readonly settings: Readonly<Record<string, unknown>>
  /** The environments of the records of each stream that was tried. */
  readonly rows: Map<string, readonly Env[]>
}

/** A moment for `now`: samples are older. */
export const NOW = new Instant(Date.UTC(2030, 0, 1))

/**
 * Reads a stream's samples the way the collector would, weighing every expression on the way.
 *
 * @returns an environment for each record; nothing for a stream without samples.
 */
export function tryStream(trial: Trial, name: string): readonly Env[] {
  const known = trial.rows.get(name)
  if (known !== undefined) return known
  // A circle of streams was reported already: it ends here.
  trial.rows.set(name, [])
  const stream = valueAt(trial.study.draft.streams, name)
  const sample = trial.samples[name]
  if (stream === undefined || sample === undefined) return []
  const rows = readRows(trial, { name, stream, sample })
  trial.rows.set(name, rows)
  return rows
}

type Placed = { readonly name: string; readonly stream: StreamDraft; readonly sample: Sample }

function readRows(trial: Trial, placed: Placed): readonly Env[] {
  const { name, stream, sample } = placed
  const base = baseEnv(trial, placed)
  const answers = answersTo(sample, stream.request, stream.decode?.as).filter((answer) => !isError(trial, placed, { ...base, response: answer }))
  const rows = answers.flatMap((answer) => readPage(trial, placed, { base, answer }))
  for (const row of rows) weighRow(trial, placed, row)
  for (const [table, lookup] of entriesOf(stream.lookup))
    for (const row of tryStream(trial, lookup.stream ?? ''))
      for (const part of ['key', 'value'])
        weigh(trial.study, trial.evidence, ['streams', name, 'lookup', table, part], row)
  return rows
}

/** Everything that is read from a record. */
function weighRow(trial: Trial, { name, stream }: Placed, row: Env): void {
  const fields: readonly Path[] = [
    ['key'],
    ['window', 'time'],
    ...(stream.page?.next === 'last' ? [['page', 'from']] : []),
    ...itemsOf(stream.redact).map(([i]) => ['redact', i]),
    ...entriesOf(stream.as).map(([word]) => ['as', word]),
  ]
  for (const field of fields) weigh(trial.study, trial.evidence, ['streams', name, ...field], row)
  if (stream.map !== undefined) weighMapping(trial, { path: ['streams', name, 'map'], map: stream.map }, row)
}

/** The names that all records of the stream share. */
function baseEnv(trial: Trial, { name, stream, sample }: Placed): Env {
  const at = ['streams', name]
  const weighAt = (path: Path, env: Env) => weigh(trial.study, trial.evidence, [...at, ...path], env)
  const over = entriesOf(stream.over).map(([key, list]) => {
    const values = Array.isArray(list) ? list : weighAt(['over', key], { settings: trial.settings })
    return [key, Array.isArray(values) ? values[0] : undefined] as const
  })
  const base = { settings: trial.settings, now: NOW, over: Object.fromEntries(over) }
  const parents = stream.each?.stream === undefined ? [] : tryStream(trial, stream.each.stream)
  const kept = parents
    .map((row) => ({ ...base, parent: row['record'] }))
    .filter((env) => weighAt(['each', 'where'], env) !== false)
  for (const env of kept) for (const [key] of entriesOf(stream.each?.keep)) weighAt(['each', 'keep', key], env)
  const [first] = kept
  const before = stream.before === undefined ? {} : { before: setUp(trial, { name, stream, sample }, base) }
  return { ...base, ...before, ...(first !== undefined && { parent: first.parent, parents: kept.map(({ parent }) => parent) }) }
}

/** What the set-up request's sample answers give; a value they lack is not known. */
function setUp(trial: Trial, { name, stream, sample }: Placed, env: Env): Env {
  const answers = answersTo({ ...sample, exchanges: sample.exchanges.filter(({ request }) => request?.path !== undefined) }, stream.before?.request)
  const kept = entriesOf(stream.before?.keep).flatMap(([key]) => {
    const values = answers.map((response) => weigh(trial.study, trial.evidence, ['streams', name, 'before', 'keep', key], { ...env, response }))
    return values[0] === undefined ? [] : [[key, values[0]] as const]
  })
  return Object.fromEntries(kept)
}

/** Told by the answer itself: such an answer holds no records. */
function isError(trial: Trial, { name, stream }: Placed, env: Env): boolean {
  const own = (stream.errors ?? []).map((_, i) => ['streams', name, 'errors', i, 'when'])
  const shared = (trial.study.draft.connect?.errors ?? []).map((_, i) => ['connect', 'errors', i, 'when'])
  // Missing is the normal case here: most answers are no errors. Only what fails otherwise is worth a word.
  const unheard: Evidence = new Map()
  return [...own, ...shared].some((path) => weigh(trial.study, unheard, path, env) === true)
}

type PageOf = { readonly base: Env; readonly answer: SampleAnswer }

function readPage(trial: Trial, { name, stream }: Placed, { base, answer }: PageOf): readonly Env[] {
  const at = ['streams', name]
  const weighAt = (path: Path, env: Env) => weigh(trial.study, trial.evidence, [...at, ...path], env)
  const source = stream.receive === undefined ? { response: answer } : { json: answer.body, headers: answer.headers, query: {}, body: JSON.stringify(answer.body) }
  const env = { ...base, ...source }
  const found = isWritten(trial.study, [...at, 'records']) ? weighAt(['records'], env) : answer.body
  const list = listOf(found)
  if (list === undefined && found !== undefined && found !== null)
    complain(trial.study, [...at, 'records'], { code: 'EXPRESSION_FAILS', message: `on a sample this gives ${typeof found}, not a list of records` })
  const records = list ?? []
  const page = { ...env, page: { records, index: 0n } }
  for (const part of [['page', 'stop'], ['page', 'total'], ['page', 'pages'], ['cursor', 'from']]) weighAt(part, page)
  if (stream.page?.next === 'token' || stream.page?.next === 'url') weighAt(['page', 'from'], page)
  return records.flatMap((record) => explode(trial, { name, stream }, { ...base, record })).filter((row) => weighAt(['where'], row) !== false)
}

/** A list of records, or one record. */
function listOf(found: unknown): readonly unknown[] | undefined {
  if (Array.isArray(found)) return found
  return typeof found === 'object' && found !== null ? [found] : undefined
}

/** Kept values of the parent are part of the record; an exploded record keeps its original as `outer`. */
function explode(trial: Trial, { name, stream }: Omit<Placed, 'sample'>, env: Env & { record: unknown }): readonly Env[] {
  const joined = { ...env, record: withKept(trial, { name, stream }, env) }
  if (stream.explode === undefined) return [joined]
  const parts = weigh(trial.study, trial.evidence, ['streams', name, 'explode'], joined)
  return Array.isArray(parts) ? parts.map((record: unknown) => ({ ...joined, record, outer: joined.record })) : []
}

function withKept(trial: Trial, { name, stream }: Omit<Placed, 'sample'>, env: Env & { record: unknown }): unknown {
  const { record } = env
  const keys = entriesOf(stream.each?.keep).map(([key]) => key)
  if (keys.length === 0 || typeof record !== 'object' || record === null || Array.isArray(record)) return record
  const unheard: Evidence = new Map()
  const kept = keys.map((key) => [key, weigh(trial.study, unheard, ['streams', name, 'each', 'keep', key], env)] as const)
  return { ...record, ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)) }
}
