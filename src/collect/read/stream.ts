import { hash } from 'node:crypto'
import { Fault, isFault } from '../../lib/fault.ts'
import { stringifyJson } from '../../lib/json.ts'
import type { PartitionPosition, Row } from '../../model/collection.ts'
import type { StreamPlan } from '../../model/connector.ts'
import { type Env, Failure, type Program } from '../../model/expression.ts'
import { commonNames, planOf, type Run } from '../run.ts'
import { tellUnknown } from './list.ts'
import { lookupTables } from './lookup.ts'
import { merge } from './merge.ts'
import { type Portion, readPartition } from './partition.ts'

/** Which stream is read, and where its positions are. */
export type StreamPlace = {
  readonly name: string
  /** In front of the names of its positions: empty for the stream asked for, `parent^` for a parent read for it. */
  readonly prefix: string
  readonly positions: ReadonlyMap<string, PartitionPosition>
}

/** Reads one stream: every combination of `over`, and below it every parent where it fans out. */
export async function* readStream(run: Run, place: StreamPlace): AsyncGenerator<Portion, void, void> {
  const plan = planOf(run, place.name)
  const common = await commonNames(run)
  const tables = await lookupTables(run, plan, (own, name) =>
    // Without positions: a table is read whole every time.
    readStream(own, { name, prefix: '', positions: new Map() }),
  )
  const names = tables === undefined ? common : { ...common, lookup: tables }
  const combinations = overOf(plan, names)
  const read = (over: Over) =>
    readCombination(run, place, { names: over === undefined ? names : { ...names, over }, over })
  if (plan.each === undefined) yield* merge(lazily(combinations, read), concurrencyOf(run))
  else for (const over of combinations) yield* read(over)
}

function concurrencyOf({ connector }: Run): number {
  return connector.connect.limits.concurrency
}

/** Generators are made only when their turn comes. */
function* lazily<T, Out>(items: Iterable<T>, make: (item: T) => Out): Generator<Out> {
  for (const item of items) yield make(item)
}

type Over = Readonly<Record<string, unknown>> | undefined

/** Each combination of the `over` lists; one `undefined` for a stream without. */
function overOf({ over }: StreamPlan, names: Env): readonly Over[] {
  if (over === undefined) return [undefined]
  let combinations: readonly Readonly<Record<string, unknown>>[] = [{}]
  for (const [name, values] of Object.entries(over)) {
    const list = isProgram(values) ? values.evaluate(names) : values
    if (!Array.isArray(list)) throw new Fault('SETTING_INVALID', `over.${name} is no list`)
    combinations = combinations.flatMap((sofar) => list.map((value) => ({ ...sofar, [name]: value })))
  }
  return combinations
}

function isProgram(values: object): values is Program {
  return 'evaluate' in values
}

type Combination = { readonly names: Env; readonly over: Over }

function readCombination(
  run: Run,
  place: StreamPlace,
  { names, over }: Combination,
): AsyncGenerator<Portion, void, void> {
  const { each } = planOf(run, place.name)
  if (each !== undefined) return fanOut(run, place, { each, names, over })
  const id = `${place.prefix}${partitionKey(over, undefined)}`
  return readPartition(run, {
    name: place.name,
    ids: [id],
    kept: [place.positions.get(id)],
    names,
    about: '',
  })
}

function partitionKey(over: Over, parent: string | undefined): string {
  if (over === undefined && parent === undefined) return ''
  const sorted = over === undefined ? null : Object.entries(over).sort(([a], [b]) => (a < b ? -1 : 1))
  return stringifyJson([sorted, parent ?? null])
}

type EachPlan = NonNullable<StreamPlan['each']>
type FanOut = Combination & { readonly each: EachPlan }

/**
 * One list for each parent, or each batch of them. The parents' own position moves only behind the last child of what it speaks for:
 * an empty portion says so.
 */
async function* fanOut(
  run: Run,
  place: StreamPlace,
  { each, names, over }: FanOut,
): AsyncGenerator<Portion, void, void> {
  const concurrency = concurrencyOf(run)
  const size = each.batch ?? 1
  const parents = readStream(run, {
    name: each.stream,
    prefix: `${place.prefix}${each.stream}^`,
    positions: place.positions,
  })
  for await (const { rows, unreadable, commits, env } of gathered(parents, size * concurrency)) {
    if (unreadable.length > 0) tellUnknown(run, unread(each, unreadable.length), '')
    const inherited =
      over === undefined && env['over'] !== undefined ? { ...names, over: env['over'] } : names
    const groups = groupsOf(each, rows, inherited)
    const read = (group: readonly Row[]) => readChildren(run, place, { group, names: inherited, over })
    yield* merge(lazily(groups, read), concurrency)
    if (commits.length > 0) yield { rows: [], filtered: 0, unreadable: [], env: names, commits }
  }
}

const unread = ({ stream }: EachPlan, count: number): Fault =>
  new Fault(
    'SOURCE_UNREADABLE',
    `${stream}: ${count} ${count === 1 ? 'record' : 'records'} could not be read, so nothing below it is known`,
  )

/** What an app says of one parent may fit into no request: that must not keep the others from being read. */
async function* readChildren(
  run: Run,
  place: StreamPlace,
  { group, names, over }: Group,
): AsyncGenerator<Portion, void, void> {
  const keys = group.map(parentKey)
  const ids = keys.map((key) => `${place.prefix}${partitionKey(over, key)}`)
  const about = ` (of ${keys.join(', ').slice(0, MAX_SHOWN_CHARACTERS)})`
  try {
    yield* readPartition(run, {
      name: place.name,
      ids,
      kept: ids.map((id) => place.positions.get(id)),
      names: { ...names, parent: group[0]?.record, parents: group.map(({ record }) => record) },
      about,
    })
  } catch (error) {
    if (!isFault(error, 'REQUEST_INVALID')) throw error
    tellUnknown(run, error, about)
  }
}

const MAX_SHOWN_CHARACTERS = 80

type Group = Combination & { readonly group: readonly Row[] }

/** A parent without a key goes by its content. */
function parentKey({ key, record }: Row): string {
  return key ?? hash('sha256', stringifyJson(record), 'base64url')
}

/** The parents that count, one or `batch` at a time. */
function groupsOf(
  { where, batch = 1 }: EachPlan,
  rows: readonly Row[],
  names: Env,
): readonly (readonly Row[])[] {
  const wanted =
    where === undefined ? rows : rows.filter(({ record }) => holds(where, { ...names, parent: record }))
  return Array.from({ length: Math.ceil(wanted.length / batch) }, (_, i) =>
    wanted.slice(i * batch, (i + 1) * batch),
  )
}

function holds(where: Program, env: Env): boolean {
  const value = where.evaluate(env)
  if (value instanceof Failure && value.reason !== 'missing')
    throw new Fault('EXPRESSION_FAILED', `each.where: ${value.message}`)
  return value === true
}

/** Portions put together until they hold so many rows, so that short pages of parents do not starve the children. */
async function* gathered(
  portions: AsyncIterable<Portion>,
  atLeast: number,
): AsyncGenerator<Portion, void, void> {
  let sofar: Portion | undefined
  for await (const portion of portions) {
    // Names of different combinations of the parents' own `over` must not be mixed.
    if (sofar !== undefined && sofar.env['over'] !== portion.env['over']) {
      yield sofar
      sofar = undefined
    }
    sofar =
      sofar === undefined
        ? portion
        : {
            ...portion,
            rows: [...sofar.rows, ...portion.rows],
            unreadable: [...sofar.unreadable, ...portion.unreadable],
            commits: [...sofar.commits, ...portion.commits],
          }
    if (sofar.rows.length < atLeast) continue
    yield sofar
    sofar = undefined
  }
  if (sofar !== undefined) yield sofar
}
