import type { Static } from 'typebox'
import type { QuarantinedShape, Stream } from '../api/schema/connections.ts'
import type { StreamsPort } from '../api/services.ts'
import type { ConnectPorts } from '../connect/ports.ts'
import { withConnector } from '../connect/upgrade.ts'
import type { Identity } from '../identity/identity.ts'
import { Fault } from '../lib/fault.ts'
import { parseJson, stringifyJson } from '../lib/json.ts'
import type { ActivityStore } from '../model/activity.ts'
import { readConnection } from '../store/postgres/connection-rows.ts'
import {
  hasConnection,
  listQuarantined,
  listRuns,
  type QuarantinedRow,
  readQuarantined,
} from '../store/postgres/history-rows.ts'
import { backfill, type CommandPorts, runNow, setEnabled } from '../sync/commands.ts'
import { replayQuarantine, type SealedRecord } from '../sync/replay.ts'
import { given, iso, runBody, streamBodies } from './stream-bodies.ts'

export type StreamServicePorts = CommandPorts & {
  readonly connect: ConnectPorts
  readonly activity: ActivityStore
  readonly audit: Identity['audit']
}

/** Streams, their runs and their quarantine, as the API wants them. */
export function streamService(ports: StreamServicePorts): StreamsPort {
  const { control, connect } = ports
  const one = async (organisationId: string, connectionId: string, name: string): Promise<Stream> => {
    const [stream] = await control.within(organisationId, (tx) =>
      streamBodies(tx, connect, { connectionId, name }),
    )
    if (stream === undefined) throw new Fault('NOT_FOUND', 'there is no such stream')
    return stream
  }
  /** Does it, notes it, and gives the stream as it is then. */
  const command = async (
    by: Parameters<StreamsPort['runNow']>[0],
    { connectionId, name, action }: { connectionId: string; name: string; action: string },
    work: (place: { organisationId: string; connectionId: string; stream: string }) => Promise<void>,
  ): Promise<Stream> => {
    const { organisationId } = by
    await work({ organisationId, connectionId, stream: name })
    await control.within(organisationId, (tx) =>
      ports.audit.record(tx, {
        organisationId,
        actor: { kind: by.kind, id: by.id, name: by.name },
        action,
        target: { kind: 'connection', id: connectionId },
        detail: { stream: name },
      }),
    )
    return one(organisationId, connectionId, name)
  }
  return {
    list: (organisationId, connectionId) =>
      control.within(organisationId, async (tx) =>
        (await hasConnection(tx, connectionId)) ? streamBodies(tx, connect, { connectionId }) : undefined,
      ),
    change: (by, connectionId, name, { isEnabled }) =>
      command(by, { connectionId, name, action: 'stream.change' }, (place) =>
        setEnabled(ports, place, isEnabled ?? true),
      ),
    runNow: (by, connectionId, name) =>
      command(by, { connectionId, name, action: 'stream.run' }, (place) => runNow(ports, place)),
    backfill: (by, connectionId, name, fromMs) =>
      command(by, { connectionId, name, action: 'stream.backfill' }, (place) =>
        backfill(ports, place, fromMs),
      ),
    runs: (organisationId, connectionId, ask) =>
      control.within(organisationId, async (tx) =>
        (await hasConnection(tx, connectionId))
          ? (await listRuns(tx, connectionId, ask)).map(runBody)
          : undefined,
      ),
    quarantine: (organisationId, connectionId, ask) =>
      control.within(organisationId, async (tx) =>
        (await hasConnection(tx, connectionId))
          ? (await listQuarantined(tx, connectionId, ask)).map(quarantinedBody)
          : undefined,
      ),
    quarantined: async (organisationId, connectionId, itemId) => {
      const row = await control.within(organisationId, (tx) => readQuarantined(tx, connectionId, itemId))
      if (row === undefined) return undefined
      const owner = { organisationId, subject: row.id, purpose: 'record' } as const
      const { record } = parseJson(await connect.vault.openRecord(row.record, owner)) as SealedRecord
      // Whole numbers beyond 2^53 have no JSON of their own in the answer: they come as they were written.
      return { ...quarantinedBody(row), record: JSON.parse(stringifyJson(record)) }
    },
    replay: async (by, connectionId, ids) => {
      const { organisationId } = by
      const row = await control.within(organisationId, (tx) => readConnection(tx, connectionId))
      if (row === undefined) throw new Fault('NOT_FOUND', 'there is no such connection')
      const { connector } = await withConnector(connect, row)
      const result = await replayQuarantine(
        { control, activity: ports.activity, vault: connect.vault, clock: connect.clock },
        {
          ...{ organisationId, connectionId, settings: row.settings },
          connector,
          ...(ids !== undefined && { ids }),
        },
      )
      await control.within(organisationId, (tx) =>
        ports.audit.record(tx, {
          organisationId,
          actor: { kind: by.kind, id: by.id, name: by.name },
          action: 'quarantine.replay',
          target: { kind: 'connection', id: connectionId, name: row.name },
          detail: result,
        }),
      )
      return result
    },
  }
}

function quarantinedBody(row: QuarantinedRow): Static<typeof QuarantinedShape> {
  return {
    id: row.id,
    stream: row.stream,
    code: row.code,
    message: row.message,
    createdAt: row.created_at.toISOString(),
    ...given('key', row.key ?? undefined),
    ...given('replayedAt', iso(row.replayed_at)),
  }
}
