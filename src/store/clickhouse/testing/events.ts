import { readFileSync } from 'node:fs'
import type { ActivityEvent, ActivityFilter, ActivitySource } from '../../../model/activity.ts'
import type { OcsfEvent } from '../../../model/event.ts'

export const START_MS = Date.UTC(2026, 10, 16)
export const ALWAYS: ActivityFilter = { fromMs: 0, toMs: Date.UTC(2099, 0), conditions: [] }

/** Golden events of the invented app: what the pipeline really writes. */
export const GOLDEN: readonly OcsfEvent[] = [
  'sign_ins',
  'audit',
  'downloads',
  'shared_links',
  'users',
].flatMap((stream) => {
  const text = readFileSync(`connectors/northwind-docs/golden/${stream}.json`, 'utf8')
  return (JSON.parse(text) as { events: OcsfEvent[] }).events
})

export function sourceOf(organisation: string, connection: string): ActivitySource {
  return { organisationId: organisation, connectionId: connection, appId: 'northwind-docs', stream: 'audit' }
}

/** One event with a name and time of our choosing; the rest is golden. */
export function activityEvent(
  uid: string,
  changes: { readonly timeMs?: number; readonly like?: number; readonly with?: OcsfEvent } = {},
): ActivityEvent {
  const golden = GOLDEN[(changes.like ?? 0) % GOLDEN.length]!
  const metadata = { ...(golden['metadata'] as OcsfEvent), uid }
  const event = { ...golden, metadata, time: changes.timeMs ?? START_MS, ...changes.with }
  return { uid, event, raw: JSON.stringify({ id: uid, like: changes.like ?? 0 }) }
}
