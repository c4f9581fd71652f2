import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fakeClock } from '../../lib/clock.ts'
import { loadConnector } from '../../manifest/compile.ts'
import type { Batch, Row } from '../../model/collection.ts'
import type { Connector } from '../../model/connector.ts'
import type { Normalized, OcsfEvent } from '../../model/event.ts'
import { lintEvent } from '../../ocsf/lint.ts'
import { memoize } from '../../ocsf/memoize.ts'
import { validateEvent } from '../../ocsf/validate.ts'
import { type NormalizerOptions, openNormalizer } from '../normalizer.ts'

export const NOW_MS = Date.parse('2026-11-23T12:00:00Z')

const FOLDER = new URL('../fixtures/', import.meta.url)
const FILES = ['connector.yaml', 'mappings/audit.yaml']

/** The manifest of an invented app; `mapping` replaces that of its stream `audit`. */
export function acmeConnector(mapping?: string): Connector {
  const files = Object.fromEntries(FILES.map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')]))
  const { connector, complaints } = loadConnector(
    mapping === undefined ? files : { ...files, 'mappings/audit.yaml': mapping },
  )
  const errors = complaints.filter(({ level }) => level === 'error')
  assert.ok(connector, errors.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return connector
}

export type Options = Partial<Omit<NormalizerOptions, 'connector' | 'clock'>> & {
  readonly connector?: Connector
}

const acme = acmeConnector()

/** Normalises records as if they were one page of a stream. */
export function normalize(
  rows: readonly Row[],
  { stream = 'audit', connector = acme, ...own }: Options = {},
): Normalized {
  const options = { connector, stream, clock: fakeClock(NOW_MS), ...own }
  const isUsual = connector === acme && Object.keys(own).length === 0
  const run = isUsual ? usual(stream) : openNormalizer(options)
  return run(batchOf(stream, rows))
}

/** Opened once: properties call it a thousand times. */
const usual = memoize((stream: string) =>
  openNormalizer({ connector: acme, stream, clock: fakeClock(NOW_MS) }),
)

export function batchOf(stream: string, rows: readonly Row[]): Batch {
  return { stream, rows, env: { settings: { workspace: 'acme' } }, filtered: 0, unreadable: [] }
}

/** Only what the validator, ajv and the lint have to say: nothing, for a good event. */
export function faultsOf(event: OcsfEvent): readonly string[] {
  return [...validateEvent(event), ...lintEvent(event, NOW_MS)].map(
    ({ path, code, message }) => `${path} ${code}: ${message}`,
  )
}

/** The one event of one record. */
export function eventOf(record: Readonly<Record<string, unknown>>, options?: Options): OcsfEvent {
  const { events, quarantined } = normalize([{ record, key: String(record['id']) }], options)
  assert.deepEqual(quarantined, [])
  assert.equal(events.length, 1)
  return events[0]!
}
