import type { Clock } from '../lib/clock.ts'
import type { Batch, Row } from '../model/collection.ts'
import type { Connector, StreamPlan } from '../model/connector.ts'
import type { Normalized, Quarantined } from '../model/event.ts'
import { activityBuild } from './activity.ts'
import { type Form, OBJECTS, TEXTS } from './form.ts'
import { invalidMapping } from './invalid-mapping.ts'
import { inventoryBuild } from './inventory.ts'
import type { Origin } from './origin.ts'
import { type Build, type Reading, Refused } from './reading.ts'
import { newTally } from './tally.ts'
import { explodedPath } from './unmapped.ts'

export type NormalizerOptions = {
  readonly connector: Connector
  /** The stream's name. */
  readonly stream: string
  /** The customer's organization in the app, where a setting names it. */
  readonly tenantUid?: string
  /** Keeps the record's JSON in every event. */
  readonly raw?: boolean
  readonly clock: Clock
}

/**
 * Opens one stream's way from records to OCSF events. The result is called for each batch; it never throws, and each row
 * becomes one event or one quarantined record.
 *
 * @throws {Fault} `MANIFEST_INVALID` when the stream does not exist, holds lists only, or its mapping names what OCSF lacks.
 */
export function openNormalizer(options: NormalizerOptions): (batch: Batch) => Normalized {
  return open(options, OBJECTS)
}

/** The same, with the JSON text of each event in its place: for those who only write events, it is made without the event. */
export function openTextNormalizer(options: NormalizerOptions): (batch: Batch) => Normalized<string> {
  return open(options, TEXTS)
}

function open<Event>(options: NormalizerOptions, form: Form<Event>): (batch: Batch) => Normalized<Event> {
  const { connector, stream, clock } = options
  const plan = connector.streams[stream]
  if (plan === undefined) throw invalidMapping(`there is no stream "${stream}"`)
  const build = buildOf({ stream, plan, origin: originOf(options, plan) }, form)
  const tables = plan.map?.tables ?? {}
  return (batch) => normalizeBatch(batch, { build, tables, nowMs: clock.now() })
}

type Source = { readonly stream: string; readonly plan: StreamPlan; readonly origin: Origin }

function buildOf<Event>({ stream, plan, origin }: Source, form: Form<Event>): Build<Event> {
  if (plan.kind === 'list') throw invalidMapping(`"${stream}" is a list: its records are no events`)
  return plan.kind === 'activity'
    ? activityBuild(plan, origin, form)
    : form.of(inventoryBuild(plan.kind, plan.as ?? {}, origin))
}

function originOf(
  { connector, stream, tenantUid, raw = false }: NormalizerOptions,
  plan: StreamPlan,
): Origin {
  const { id, name, vendor } = connector.app
  return {
    event: {
      app: { name, vendor, uid: id },
      tenant: tenantUid === undefined ? {} : { uid: tenantUid },
      logName: stream,
    },
    uidPrefix: [id, tenantUid, stream, ''].filter((part) => part !== undefined).join(':'),
    keepsRaw: raw,
    exploded: explodedPath(plan.explode?.path),
    programs: { key: plan.key, by: plan.map?.by },
  }
}

type Engine<Event> = {
  readonly build: Build<Event>
  readonly tables: Readonly<Record<string, unknown>>
  readonly nowMs: number
}

function normalizeBatch<Event>(
  { stream, rows, env: names }: Batch,
  { build, tables, nowMs }: Engine<Event>,
): Normalized<Event> {
  const events: Event[] = []
  const quarantined: Quarantined[] = []
  const tally = newTally()
  const env: Record<string, unknown> = {
    ...names,
    tables,
    record: undefined,
    outer: undefined,
    parent: undefined,
  }
  const reading: Reading = { row: { record: undefined }, env, eventCode: undefined, nowMs, tally }
  for (const row of rows) {
    reading.row = row
    env['record'] = row.record
    env['outer'] = row.outer
    env['parent'] = row.parent
    const result = attempt(build, reading)
    if (result instanceof Refused) quarantined.push(setAside(stream, row, result))
    else events.push(result)
  }
  return { events, quarantined, unmapped: tally.unmapped, unfit: tally.unfit }
}

/** Nothing in a record is known to make this throw; should something, only that record is set aside. */
function attempt<Event>(build: Build<Event>, reading: Reading): Event | Refused {
  try {
    return build(reading)
  } catch (error) {
    return new Refused(`unexpected: ${String(error)}`)
  }
}

function setAside(stream: string, { key, record }: Row, { reason }: Refused): Quarantined {
  return { stream, ...(key !== undefined && { key }), record, code: 'RECORD_UNMAPPABLE', message: reason }
}
