import type { OcsfEvent } from './event.ts'
import type { Habits } from './habit.ts'

/** One event on its way into the activity store. */
export type ActivityEvent = {
  /** `metadata.uid`: identity within the connection. The same event twice is shown once. */
  readonly uid: string
  readonly event: OcsfEvent
  /** The record as received, as JSON text. */
  readonly raw: string
}

/** Where a batch comes from. */
export type ActivitySource = {
  readonly organisationId: string
  readonly connectionId: string
  readonly appId: string
  readonly stream: string
}

/** The fields people filter, group and count by. Names as in the API and the portal. */
export const ACTIVITY_FIELDS = [
  'app',
  'connection',
  'stream',
  'action',
  'class',
  'activity',
  'eventCode',
  'status',
  'severity',
  'actor',
  'actorType',
  'target',
  'ip',
  'country',
  'asn',
  'userAgent',
  'resource',
  'resourceType',
  'session',
] as const
export type ActivityField = (typeof ACTIVITY_FIELDS)[number]

/**
 * How a field is compared, whatever the case of its letters. `is`, `startsWith` and `contains` hold for any of several values,
 * `not` for none of them; `exists` and `missing` take none. An actor, target or resource is its address, its name and its id.
 */
export type ActivityOperator = 'is' | 'not' | 'startsWith' | 'contains' | 'exists' | 'missing'

export type ActivityCondition = {
  readonly field: ActivityField
  readonly operator: ActivityOperator
  readonly values: readonly string[]
}

/** What an analyst asks for. All conditions hold together. */
export type ActivityFilter = {
  /** Unix milliseconds, inclusive. */
  readonly fromMs: number
  /** Unix milliseconds, exclusive. */
  readonly toMs: number
  readonly conditions: readonly ActivityCondition[]
  /**
   * Free text: words between spaces, each of which must occur in the event as a whole value, a part of one between separators, or a
   * bare word. `ada@acme.example`, `acme.example` and `acme` find one event, `acm` does not. Words of one letter count for nothing.
   */
  readonly text?: string
}

/** One line of the explorer: the hoisted columns. */
export type ActivityRow = {
  readonly uid: string
  readonly timeMs: number
  readonly ingestedMs: number
  readonly app: string
  readonly connection: string
  readonly stream: string
  readonly action: string
  readonly classUid: number
  readonly className: string
  readonly activityName: string
  readonly eventCode: string
  readonly message: string
  /** OCSF status_id and severity_id captions, e.g. Success, Medium. */
  readonly status: string
  readonly severityId: number
  readonly severity: string
  readonly actorUid: string
  readonly actorName: string
  readonly actorEmail: string
  readonly actorType: string
  readonly targetUid: string
  readonly targetName: string
  readonly ip: string
  readonly country: string
  readonly userAgent: string
  readonly resourceType: string
  readonly resourceName: string
  readonly resourceUid: string
}

export type ActivityPage = {
  /** Newest first. */
  readonly rows: readonly ActivityRow[]
  /** Opaque; absent on the last page. */
  readonly next?: string
}

export type HistogramBucket = {
  readonly fromMs: number
  readonly count: number
  /** With the status Failure. */
  readonly failed: number
  /** With a severity of High and above. */
  readonly severe: number
}
export type Facet = {
  readonly field: ActivityField
  readonly values: readonly { readonly value: string; readonly count: number }[]
}

/** One event, whole. */
export type ActivityDetail = ActivityRow & { readonly event: OcsfEvent; readonly raw: string }

/** Events that are written together. All of them are in memory, as bytes. */
export type ActivityBatch = {
  readonly isEmpty: () => boolean
  /** It is time to write it: more would neither be cheaper an event nor fit into memory well. */
  readonly isFull: () => boolean
  readonly add: (events: readonly ActivityEvent[]) => void
  /**
   * Resolves when they are on disk. Once, and nothing is added any more.
   *
   * @param after nothing is written before that is fulfilled, nor when it fails.
   */
  readonly write: (after?: Promise<void>) => Promise<void>
}

/**
 * Everything the platform knows of what happened, by organisation.
 *
 * Every call names the organisation first; no query can be built without one.
 */
export type ActivityStore = {
  /**
   * Resolves when the events are on disk. Repeating a batch, in whole or in part, shows nothing twice; an event that returns with
   * another time or content is shown as it came last. Costs about the same for one event and for a thousand: give many.
   */
  readonly append: (source: ActivitySource, events: readonly ActivityEvent[]) => Promise<void>
  /** The same, filled piece by piece. */
  readonly batch: (source: ActivitySource) => ActivityBatch
  /** @throws {Fault} `QUERY_INVALID` for a cursor that is not of this query. */
  readonly search: (
    organisationId: string,
    filter: ActivityFilter,
    page: { readonly limit: number; readonly after?: string },
  ) => Promise<ActivityPage>
  /** At most `buckets` spans of equal length over the filter's time, empty ones included. */
  readonly histogram: (
    organisationId: string,
    filter: ActivityFilter,
    buckets: number,
  ) => Promise<readonly HistogramBucket[]>
  /** The most frequent values of each field, most frequent first. */
  readonly facets: (
    organisationId: string,
    filter: ActivityFilter,
    fields: readonly ActivityField[],
    limit: number,
  ) => Promise<readonly Facet[]>
  readonly count: (organisationId: string, filter: ActivityFilter) => Promise<number>
  readonly event: (
    organisationId: string,
    connectionId: string,
    uid: string,
  ) => Promise<ActivityDetail | undefined>
  /**
   * What the actor of an event did in the 30 days before it, as far as it was in these connections; in all when none are named.
   *
   * @returns `undefined` when there is no such event.
   */
  readonly habits: (
    organisationId: string,
    ask: { readonly connectionId: string; readonly uid: string; readonly connections?: readonly string[] },
  ) => Promise<Habits | undefined>
  /** The canonical events as NDJSON or Parquet, oldest first, streamed. */
  readonly export: (
    organisationId: string,
    filter: ActivityFilter,
    format: 'ndjson' | 'parquet',
  ) => AsyncIterable<Uint8Array>
  readonly deleteConnection: (organisationId: string, connectionId: string) => Promise<void>
  readonly deleteOrganisation: (organisationId: string) => Promise<void>
  /** Deletes what happened before; returns when it can no longer be read. */
  readonly deleteBefore: (organisationId: string, beforeMs: number) => Promise<void>
}
