import type { Batch } from '../model/collection.ts'
import type { Normalized, OcsfEvent } from '../model/event.ts'

/** Each event with the record it came from: what was not set aside, in the order of the page. */
export function eventsWithRecords(
  { rows }: Batch,
  { events, quarantined }: Normalized,
): readonly { readonly event: OcsfEvent; readonly record: unknown }[] {
  const refused = new Set(quarantined.map(({ record }) => record))
  const kept = refused.size === 0 ? rows : rows.filter(({ record }) => !refused.has(record))
  return events.map((event, index) => ({ event, record: kept[index]?.record }))
}

/** `metadata.uid`. */
export const uidOf = (event: OcsfEvent): string =>
  String((event['metadata'] as { readonly uid?: unknown }).uid)
