import { hash } from 'node:crypto'
import { stringifyJson } from '../lib/json.ts'
import type { Batch } from '../model/collection.ts'
import type { Connector } from '../model/connector.ts'
import type { Normalized, OcsfEvent } from '../model/event.ts'
import { rawData } from '../normalize/raw-data.ts'
import { completeEvent } from '../ocsf/complete.ts'
import { startEvent } from '../ocsf/start-event.ts'

const APPLICATION_ERROR = 6008
const TRANSLATION_ERROR = { id: 2, name: 'Translation Error' }
const FAILURE = { status_id: 2, status: 'Failure' }

type Aside = { readonly record: unknown; readonly code: string; readonly message: string }

/**
 * The records of a batch that became no event, each as an OCSF Translation Error: raw, with the reason, and the same id whenever
 * the record is read again.
 */
export function setAside(
  connector: Connector,
  { stream, unreadable }: Batch,
  { quarantined }: Pick<Normalized<unknown>, 'quarantined'>,
  nowMs: number,
): readonly OcsfEvent[] {
  const { id, name, vendor } = connector.app
  const origin = { app: { name, vendor, uid: id }, tenant: {}, logName: stream }
  const hasRedaction = (connector.streams[stream]?.redact ?? []).length > 0
  return [...unreadable, ...quarantined].map(({ record, code, message }: Aside) => {
    const digest = hash('sha256', stringifyJson(record))
    const uid = `${id}:${stream}:aside:${digest.slice(0, 32)}`
    const head = { classUid: APPLICATION_ERROR, activity: TRANSLATION_ERROR, uid, timeMs: nowMs }
    // What could not be parsed could not be redacted either.
    const raw = hasRedaction && typeof record === 'string' ? {} : rawData(record)
    const event = { ...startEvent(origin, head), ...FAILURE, status_code: code, message, ...raw }
    return completeEvent(event)
  })
}
