import { type Clock, systemClock } from '../../lib/clock.ts'
import { parseJson } from '../../lib/json.ts'
import type {
  ActivityDetail,
  ActivityFilter,
  ActivityRow,
  ActivityStore,
  Facet,
  HistogramBucket,
} from '../../model/activity.ts'
import type { OcsfEvent } from '../../model/event.ts'
import { append, openBatch } from './append.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { before, deleteAll, deleteEvents, ofConnection } from './delete.ts'
import { type Engine, openEngine } from './engine.ts'
import { habits } from './habits.ts'
import { prepareTables } from './migrate.ts'
import * as questions from './questions.ts'

/** The activity store on ClickHouse, or on chDB behind the same protocol. */
export type ClickHouseActivityStore = ActivityStore & {
  /** @throws {Fault} `STORE_UNSAFE` when a table would not survive a power loss. */
  readonly prepare: () => Promise<void>
  readonly close: () => Promise<void>
}

export function openActivityStore({
  url,
  clock = systemClock,
}: {
  readonly url: string
  readonly clock?: Clock
}): ClickHouseActivityStore {
  const engine = openEngine(url)
  return {
    prepare: () => prepareTables(engine),
    close: () => engine.close(),
    append: (source, events) => append(engine, source, { events, ingestedMs: clock.now() }),
    batch: (source) => openBatch(engine, source, clock.now),
    ...readings(engine),
    deleteConnection: (organisationId, connectionId) =>
      deleteEvents(engine, organisationId, ofConnection(connectionId)),
    deleteOrganisation: (organisationId) => deleteAll(engine, organisationId),
    deleteBefore: (organisationId, beforeMs) => deleteEvents(engine, organisationId, before(beforeMs)),
  }
}

type Reading = 'search' | 'histogram' | 'facets' | 'count' | 'event' | 'habits' | 'export'

/** 64-bit numbers come as text. */
type Line = Omit<ActivityRow, 'timeMs' | 'ingestedMs'> & {
  readonly timeMs: string
  readonly ingestedMs: string
}

const rowOf = <L extends Line>(line: L) => ({
  ...line,
  timeMs: Number(line.timeMs),
  ingestedMs: Number(line.ingestedMs),
})

function readings(engine: Engine): Pick<ActivityStore, Reading> {
  return {
    search: async (organisationId, filter, { limit, after }) => {
      const place = after === undefined ? {} : { after: readCursor(after, organisationId, filter) }
      const lines = await engine.rows<Line>(
        questions.searchQuery(organisationId, filter, { limit, ...place }),
      )
      const rows = lines.slice(0, limit).map(rowOf)
      const last = rows.at(-1)
      return lines.length <= limit || last === undefined
        ? { rows }
        : { rows, next: writeCursor(last, organisationId, filter) }
    },
    count: async (organisationId, filter) => {
      const [row] = await engine.rows<{ count: string }>(questions.countQuery(organisationId, filter))
      return Number(row?.count)
    },
    histogram: (organisationId, filter, buckets) => histogram(engine, organisationId, { filter, buckets }),
    facets: (organisationId, filter, fields, limit) =>
      facets(engine, organisationId, { filter, fields, limit }),
    event: (organisationId, connectionId, uid) => event(engine, organisationId, { connectionId, uid }),
    habits: (organisationId, ask) => habits(engine, organisationId, ask),
    export: async function* (organisationId, filter, format) {
      yield* engine.stream(questions.exportQuery(organisationId, filter, format))
    },
  }
}

async function histogram(
  engine: Engine,
  organisationId: string,
  { filter, buckets }: { readonly filter: ActivityFilter; readonly buckets: number },
): Promise<readonly HistogramBucket[]> {
  const spans = questions.spansOf(filter, buckets)
  if (spans.count === 0) return []
  type Counted = Readonly<Record<'bucket' | 'count' | 'failed' | 'severe', string>>
  const counted = await engine.rows<Counted>(questions.histogramQuery(organisationId, filter, spans))
  const byBucket = new Map(counted.map((row) => [Number(row.bucket), row]))
  return Array.from({ length: spans.count }, (_, index) => {
    const row = byBucket.get(index)
    return {
      fromMs: filter.fromMs + index * spans.widthMs,
      count: Number(row?.count ?? 0),
      failed: Number(row?.failed ?? 0),
      severe: Number(row?.severe ?? 0),
    }
  })
}

async function facets(
  engine: Engine,
  organisationId: string,
  { filter, ...wanted }: Parameters<typeof questions.facetsQuery>[2] & { readonly filter: ActivityFilter },
): Promise<readonly Facet[]> {
  if (wanted.fields.length === 0) return []
  type Counted = { readonly field: string; readonly value: string; readonly count: string }
  const counted = await engine.rows<Counted>(questions.facetsQuery(organisationId, filter, wanted))
  return wanted.fields.map((field, index) => ({
    field,
    values: counted
      .filter((row) => Number(row.field) === questions.groupingOf(index, wanted.fields.length))
      .map(({ value, count }) => ({ value, count: Number(count) })),
  }))
}

async function event(
  engine: Engine,
  organisationId: string,
  { connectionId, uid }: { readonly connectionId: string; readonly uid: string },
): Promise<ActivityDetail | undefined> {
  const [place] = await engine.rows<{ timeMs: string }>(
    questions.placeQuery(organisationId, connectionId, uid),
  )
  if (place === undefined) return undefined
  const [line] = await engine.rows<Line & { readonly event: string; readonly raw: string }>(
    questions.eventQuery(organisationId, connectionId, { uid, timeMs: Number(place.timeMs) }),
  )
  return line && { ...rowOf(line), event: parseJson(line.event) as OcsfEvent }
}
