import { actionByVerb } from '../actions.ts'
import { parseAttributePath } from '../attribute-path.ts'
import { completeEvent } from '../complete.ts'
import { type EventOrigin, startEvent } from '../start-event.ts'
import { activityByWord, classByWord, landing } from '../vocabulary.ts'
import { attributeWriter, type OcsfEvent } from '../write.ts'

/** One event as a mapping describes it, with values in the place of expressions. */
export type EventDraft = {
  readonly action?: string
  readonly class?: string
  readonly activity?: string
  readonly status?: string
  /** Short words, e.g. `actor.email`. */
  readonly words?: Readonly<Record<string, unknown>>
  readonly set?: Readonly<Record<string, unknown>>
}

export const ORIGIN: EventOrigin = {
  app: { name: 'Acme', vendor: 'Acme Inc', uid: 'acme' },
  tenant: { uid: 'tenant-1', name: 'Example Ltd' },
  logName: 'audit',
}
export const EVENT_TIME_MS = Date.parse('2026-01-01T00:00:00.123Z')
export const NOW_MS = EVENT_TIME_MS + 60_000

/** What the mapping stage does, in short: start, write, complete. Values that cannot be written are returned too. */
export function buildEvent(draft: EventDraft): { event: OcsfEvent; rejected: string[] } {
  const action = actionByVerb(draft.action ?? '')
  const given = draft.class === undefined ? undefined : classByWord(draft.class)
  const classUid = given !== undefined && 'uid' in given ? given.uid : action!.classUid
  const activity = activityByWord(classUid, draft.activity ?? action?.activityName ?? 'other')
  const event = startEvent(ORIGIN, {
    classUid,
    activity,
    eventCode: 'acme.event',
    uid: 'event-1',
    timeMs: EVENT_TIME_MS,
    loggedTimeMs: NOW_MS,
    ...(draft.action !== undefined && { action: draft.action }),
  })
  const writes = [
    ...Object.entries(draft.words ?? {}).map(
      ([word, value]) => [word, landing(classUid, word)!.path, value] as const,
    ),
    ...Object.entries({ status_id: draft.status, ...draft.set }).map(
      ([path, value]) => [path, parseAttributePath(path)!, value] as const,
    ),
  ]
  const rejected = writes
    .filter(([, path, value]) => !attributeWriter(classUid, path)(event, value))
    .map(([name]) => name)
  return { event: completeEvent(event), rejected }
}
