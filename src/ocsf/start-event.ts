import { actionLabel } from './actions.ts'
import { HOUSE_PROFILES, OCSF_VERSION, requireClass } from './tables.ts'
import type { OcsfEvent } from './write.ts'

/** Where events come from: one connection of one app. The same for all events of a stream. */
export type EventOrigin = {
  readonly app: { readonly name: string; readonly vendor: string; readonly uid?: string }
  /** The customer's organization in the app. */
  readonly tenant: { readonly uid?: string; readonly name?: string }
  /** The stream's name. */
  readonly logName?: string
}

/** What the mapping says about one event, once the class and the activity are decided. */
export type EventHead = {
  readonly classUid: number
  readonly activity: { readonly id: number; readonly name: string }
  /** Our verb, e.g. `account.create`. */
  readonly action?: string
  /** The app's name of the event. */
  readonly eventCode?: string
  /** Our id of the event: the same whenever the record is read again. */
  readonly uid: string
  /** The app's id of the event. */
  readonly originalUid?: string
  readonly timeMs: number
  /** The time as the app wrote it. */
  readonly originalTime?: string
  /** When we read it. */
  readonly loggedTimeMs?: number
}

/** A new event with all that does not come from the record: classification, metadata and tenant. */
export function startEvent(origin: EventOrigin, head: EventHead): OcsfEvent {
  const { caption, categoryUid, categoryName, attributes } = requireClass(head.classUid)
  const { id, name } = named(head)
  const typeUid = head.classUid * 100 + id
  return {
    class_uid: head.classUid,
    class_name: caption,
    category_uid: categoryUid,
    category_name: categoryName,
    activity_id: id,
    activity_name: name,
    type_uid: typeUid,
    type_name: attributes.get('type_uid')?.enum?.[typeUid],
    time: head.timeMs,
    metadata: metadata(origin, head),
    cloud: { provider: origin.app.vendor, account: account(origin) },
  }
}

/** OCSF wants the source's word beside Other, and the word Other is none. */
function named({ activity, eventCode }: EventHead): EventHead['activity'] {
  if (activity.id !== 99 || activity.name.toLowerCase() !== 'other') return activity
  return { id: activity.id, name: eventCode ?? 'Unnamed' }
}

function metadata({ app, logName }: EventOrigin, head: EventHead): Record<string, unknown> {
  return {
    version: OCSF_VERSION,
    profiles: [...HOUSE_PROFILES],
    product: { name: app.name, vendor_name: app.vendor, ...(app.uid !== undefined && { uid: app.uid }) },
    uid: head.uid,
    ...(head.originalUid !== undefined && { original_event_uid: head.originalUid }),
    ...(head.eventCode !== undefined && { event_code: head.eventCode }),
    ...(logName !== undefined && { log_name: logName }),
    ...(head.originalTime !== undefined && { original_time: head.originalTime }),
    ...(head.loggedTimeMs !== undefined && { logged_time: head.loggedTimeMs }),
    ...(head.action !== undefined && { labels: [actionLabel(head.action)] }),
  }
}

function account({ app, tenant }: EventOrigin): Record<string, unknown> {
  const identity = tenant.uid === undefined && tenant.name === undefined ? { name: app.name } : tenant
  return { ...identity, type_id: 99, type: 'SaaS Tenant' }
}
