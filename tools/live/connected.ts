import assert from 'node:assert/strict'
import { ledTransport } from '../../src/cli/led-transport.ts'
import { openMemoryStore } from '../../src/credentials/memory-store.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { loadConnector } from '../../src/manifest/compile.ts'
import { readManifest } from '../../src/manifest/read.ts'
import type { Notice, Position } from '../../src/model/collection.ts'
import type { Connector } from '../../src/model/connector.ts'
import type { ConnectionInput } from '../../src/model/credential.ts'
import type { OcsfEvent, Quarantined } from '../../src/model/event.ts'
import { lintEvent } from '../../src/ocsf/lint.ts'
import { memoize } from '../../src/ocsf/memoize.ts'
import { validateEvent } from '../../src/ocsf/validate.ts'
import { type Connection, openConnection } from '../../src/sync/connection.ts'
import { runStream } from '../../src/sync/pipeline.ts'

/** A connector of `connectors/`; the test fails with its complaints when it does not check. */
export const connectorOf = memoize(async (name: string): Promise<Connector> => {
  const { connector, complaints } = loadConnector(await readManifest(`connectors/${name}`))
  assert.ok(
    connector,
    complaints.map(({ file, line, code, message }) => `${file}:${line} ${code} ${message}`).join('\n'),
  )
  return connector
})

/** What one run of one stream gave. */
export type Collected = {
  readonly events: readonly OcsfEvent[]
  readonly quarantined: readonly Quarantined[]
  readonly unmapped: ReadonlyMap<string, number>
  readonly unfit: ReadonlyMap<string, number>
  /** Requests that were answered, of the stream and of those it reads from. */
  readonly requests: number
  readonly position: Position | undefined
}

/** A connector at work against an app on this machine. */
export type Connected = {
  readonly connection: Connection
  readonly collect: (stream: string, from?: Position) => Promise<Collected>
}

/**
 * Opens a connection whose requests to `app` go to `at` instead, both origins.
 *
 * Addresses of `at` in the answers' Link headers are led back, as a proxy would.
 */
export function connect(
  connector: Connector,
  input: ConnectionInput,
  { app, at }: { readonly app: string; readonly at: string },
): Connected {
  const notices: Notice[] = []
  const connection = openConnection({
    ...{ connector, input, clock: systemClock, grants: openMemoryStore(), allowLoopback: true },
    notify: (notice) => notices.push(notice),
    through: ledTransport([{ app, at }]),
  })
  const requestsOf = (stream: string) =>
    notices.filter((notice) => notice.kind === 'request' && notice.stream === stream).length
  const collect = async (stream: string, from?: Position): Promise<Collected> => {
    const before = requestsOf(stream)
    const gathered = await gather(connection, stream, from)
    return { ...gathered, requests: requestsOf(stream) - before }
  }
  return { connection, collect }
}

async function gather(connection: Connection, stream: string, from: Position | undefined) {
  const events: OcsfEvent[] = []
  const quarantined: Quarantined[] = []
  const unmapped = new Map<string, number>()
  const unfit = new Map<string, number>()
  let position = from
  const positions = {
    read: async () => position,
    save: async (reached: Position) => {
      position = reached
    },
  }
  const stages = connection.stagesOf(stream, {
    positions,
    write: async (result, batch) => {
      assert.deepEqual(batch.unreadable, [], stream)
      events.push(...result.events)
      quarantined.push(...result.quarantined)
      addCounts(unmapped, result.unmapped)
      addCounts(unfit, result.unfit)
    },
  })
  await runStream(stages)
  return { events, quarantined, unmapped, unfit, position }
}

function addCounts(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count)
}

/** Nothing was set aside, every event is valid and clean, and each has an identity of its own. */
export function assertFaultless(stream: string, { events, quarantined, unfit }: Collected): void {
  assert.deepEqual(quarantined, [], `${stream}: set aside`)
  assert.deepEqual([...unfit], [], `${stream}: did not fit`)
  const nowMs = systemClock.now()
  for (const event of events)
    assert.deepEqual([...validateEvent(event), ...lintEvent(event, nowMs)], [], describe(stream, event))
  assert.equal(new Set(events.map(uidOf)).size, events.length, `${stream}: one event per metadata.uid`)
}

function describe(stream: string, event: OcsfEvent): string {
  return `${stream}: ${JSON.stringify(event)}`
}

/** `metadata.uid`, by which receivers tell events apart. */
export function uidOf(event: OcsfEvent): string {
  return String(valueAt(event, 'metadata.uid'))
}

/** The value at a path of names and list indexes, e.g. `user.groups.0.name`. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
      value,
    )
}
