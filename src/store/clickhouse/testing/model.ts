import {
  ACTIVITY_FIELDS,
  type ActivityEvent,
  type ActivityField,
  type ActivityFilter,
  type ActivitySource,
  type Facet,
  type HistogramBucket,
} from '../../../model/activity.ts'
import { activityRow, writeEvent } from '../activity-row.ts'
import { COLUMNS } from '../columns.ts'
import { FIELD_COLUMNS } from '../query.ts'
import { eventTerms, queryTerms } from '../terms.ts'

type Entry = {
  readonly source: ActivitySource
  readonly activity: ActivityEvent
  readonly columns: Readonly<Record<string, unknown>>
}

/** The store as a plain map: what every query of the real one must agree with. */
export class ActivityModel {
  readonly #entries = new Map<string, Entry>()

  append(source: ActivitySource, events: readonly ActivityEvent[]): void {
    for (const activity of events) {
      const row = activityRow({ source, batch: 0n, ingestedMs: 0 }, activity, writeEvent(activity))
      const columns = Object.fromEntries(COLUMNS.map((name, index) => [name, row[index]]))
      const { organisationId, connectionId } = source
      this.#entries.set(JSON.stringify([organisationId, connectionId, activity.uid]), {
        source,
        activity,
        columns,
      })
    }
  }

  remove(gone: (source: ActivitySource, timeMs: number) => boolean): void {
    for (const [key, { source, columns }] of this.#entries)
      if (gone(source, columns['time'] as number)) this.#entries.delete(key)
  }

  /** Newest first, as `connection/uid`. */
  search(organisationId: string, filter: ActivityFilter): readonly string[] {
    return this.#matching(organisationId, filter)
      .toSorted((a, b) => Number(b.columns['time']) - Number(a.columns['time']) || below(b, a))
      .map(({ source, activity }) => `${source.connectionId}/${activity.uid}`)
  }

  histogram(organisationId: string, filter: ActivityFilter, buckets: number): readonly HistogramBucket[] {
    const widthMs = Math.ceil((filter.toMs - filter.fromMs) / buckets)
    const rows = this.#matching(organisationId, filter).map(({ columns }) => columns)
    return Array.from({ length: Math.ceil((filter.toMs - filter.fromMs) / widthMs) }, (_, index) => {
      const fromMs = filter.fromMs + index * widthMs
      const inside = rows.filter(({ time }) => Number(time) >= fromMs && Number(time) < fromMs + widthMs)
      const count = (of: (row: Readonly<Record<string, unknown>>) => boolean) => inside.filter(of).length
      return {
        fromMs,
        count: inside.length,
        failed: count(({ status }) => status === 'Failure'),
        severe: count(({ severity_id }) => [4, 5, 6].includes(Number(severity_id))),
      }
    })
  }

  facets(organisationId: string, filter: ActivityFilter, limit: number): readonly Facet[] {
    const rows = this.#matching(organisationId, filter)
    return ACTIVITY_FIELDS.map((field) => {
      const counts = new Map<string, number>()
      for (const row of rows) {
        const shown = valuesOf(row, field).find((value) => value !== '')
        if (shown !== undefined) counts.set(shown, (counts.get(shown) ?? 0) + 1)
      }
      const values = [...counts]
        .map(([value, count]) => ({ value, count }))
        .toSorted((a, b) => b.count - a.count || compareBytes(a.value, b.value))
      return { field, values: values.slice(0, limit) }
    })
  }

  #matching(organisationId: string, filter: ActivityFilter): readonly Entry[] {
    const terms = queryTerms(filter.text ?? '')
    return [...this.#entries.values()].filter(({ source, activity, columns }) => {
      const time = Number(columns['time'])
      if (source.organisationId !== organisationId || time < filter.fromMs || time >= filter.toMs)
        return false
      const known = new Set(eventTerms(activity.event))
      return (
        terms.every((term) => known.has(term)) &&
        filter.conditions.every((condition) => holds(valuesOf({ columns }, condition.field), condition))
      )
    })
  }
}

const valuesOf = ({ columns }: Pick<Entry, 'columns'>, field: ActivityField): readonly string[] =>
  FIELD_COLUMNS[field].map((column) => String(columns[column]))

function holds(
  texts: readonly string[],
  { operator, values }: ActivityFilter['conditions'][number],
): boolean {
  const any = (fits: (text: string, value: string) => boolean) =>
    texts.some((text) => values.some((value) => fits(text.toLowerCase(), value.toLowerCase())))
  if (operator === 'exists') return texts.some((text) => text !== '')
  if (operator === 'missing') return texts.every((text) => text === '')
  if (operator === 'startsWith') return any((text, value) => text.startsWith(value))
  if (operator === 'contains') return any((text, value) => text.includes(value))
  return any((text, value) => text === value) === (operator === 'is')
}

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const below = (a: Entry, b: Entry): number =>
  compareBytes(a.activity.uid, b.activity.uid) || compareBytes(a.source.connectionId, b.source.connectionId)
