import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { HookPorts } from '../hooks/hooks.ts'
import type { Fault } from '../lib/fault.ts'
import { newId } from '../lib/id.ts'
import { stringifyJson } from '../lib/json.ts'
import type { Batch } from '../model/collection.ts'
import type { Normalized } from '../model/event.ts'
import { openNormalizer } from '../normalize/normalizer.ts'
import { type SetAside, setAside } from '../store/postgres/quarantine-rows.ts'
import { storedFault } from '../sync/health.ts'
import { eventsWithRecords, uidOf } from '../sync/kept-records.ts'
import { packRecord } from '../sync/replay.ts'
import type { Platform } from './open-platform.ts'

type Arrival = Parameters<HookPorts['arrived']>[0]
type Ports = Pick<Platform, 'stores' | 'channel' | 'clock'>

/** Keeps what an app delivered as a run keeps a page: the events where events are, the rest in quarantine, and the tally in the stream's row. */
export async function keepDelivery({ stores, channel, clock }: Ports, arrival: Arrival): Promise<void> {
  const { organisationId, connectionId, stream, connector } = arrival
  const batch: Batch = { stream, ...arrival.batch }
  const result = openNormalizer({ connector, stream, clock })(batch)
  const refused = await sealedRefusals({ stores, clock }, { organisationId, batch, result })
  const events = eventsWithRecords(batch, result).map(({ event, record }) => ({
    uid: uidOf(event),
    event,
    raw: stringifyJson(record),
  }))
  await stores.activity.append({ organisationId, connectionId, appId: connector.app.id, stream }, events)
  await stores.control.within(organisationId, async (tx) => {
    const place = { organisationId, connectionId, stream, runId: DELIVERED, digest: connector.digest }
    const quarantined = await setAside(tx, place, refused)
    await tx
      .updateTable('stream')
      .set({
        records_total: sql`records_total + ${batch.rows.length + batch.unreadable.length}`,
        events_total: sql`events_total + ${events.length}`,
        quarantined_total: sql`quarantined_total + ${quarantined}`,
        ...{ state: 'waiting', failures: 0, fault: null },
        last_run_at: sql<Date>`now()`,
        last_success_at: sql<Date>`now()`,
        ...(events.length > 0 && { last_event_at: sql<Date>`now()`, silent_since: null }),
      })
      .where('connection_id', '=', connectionId)
      .where('name', '=', stream)
      .execute()
  })
  channel.tell({ kind: 'stream', organisationId, connectionId, stream })
}

type Unfit = { readonly connectionId: string; readonly fault: Fault; readonly stream: string | undefined }

/** Why nothing is taken, in the rows of the streams that wait for it. Once: whoever delivers a thousand times writes one row. */
export async function noteUnfit(
  { stores, channel, clock }: Ports,
  { connectionId, fault, stream }: Unfit,
): Promise<void> {
  const noted = await stores.control.asPlatform((tx) =>
    tx
      .updateTable('stream')
      .set({ state: 'blocked', fault: JSON.stringify(storedFault(fault, clock.now())) })
      .where('connection_id', '=', connectionId)
      .where('received_since', 'is not', null)
      .where('is_enabled', '=', true)
      .$if(stream !== undefined, (query) => query.where('name', '=', stream ?? ''))
      .where(sql<boolean>`coalesce(fault->>'message', '') <> ${fault.message}`)
      .returning(['organisation_id', 'name'])
      .execute(),
  )
  for (const { organisation_id: organisationId, name } of noted) {
    channel.tell({ kind: 'stream', organisationId, connectionId, stream: name })
    channel.tell({ kind: 'connection', organisationId, connectionId })
  }
}

/** Stands where a run's id stands. */
const DELIVERED = 'delivered'

type Refusals = { readonly organisationId: string; readonly batch: Batch; readonly result: Normalized }

function sealedRefusals(
  { stores, clock }: Pick<Ports, 'stores' | 'clock'>,
  { organisationId, batch, result }: Refusals,
): Promise<SetAside[]> {
  const outerOf = new Map(batch.rows.map(({ record, outer }) => [record, outer] as const))
  const refused = [
    ...batch.unreadable.map(({ record, code, message }) => ({ record, code, message, key: null })),
    ...result.quarantined.map(({ record, code, message, key }) => ({
      record,
      code,
      message,
      key: key ?? null,
    })),
  ]
  return Promise.all(
    refused.map(async ({ record, ...item }) => {
      const id = newId('qrn', clock.now())
      const packed = packRecord({ record, outer: outerOf.get(record) })
      const owner = { organisationId, subject: id, purpose: 'record' } as const
      return {
        ...item,
        id,
        hash: hash('sha256', stringifyJson(record) ?? 'null', 'buffer'),
        sealed: await stores.vault.seal(packed, owner),
      }
    }),
  )
}
