import { hash } from 'node:crypto'
import { stringifyJson } from '../lib/json.ts'
import type { OcsfEvent } from '../ocsf/write.ts'

/** The record's JSON as text; the hash proves that nobody changed it since. */
export function rawData(record: unknown): OcsfEvent {
  const text = stringifyJson(record)
  return {
    raw_data: text,
    raw_data_size: Buffer.byteLength(text),
    raw_data_hash: { algorithm: 'SHA-256', algorithm_id: 3, value: hash('sha256', text) },
  }
}
