import { sql } from 'kysely'
import { rowsOf } from '../collect/read/rows.ts'
import { parseJson, stringifyJson } from '../lib/json.ts'
import type { ActivityStore } from '../model/activity.ts'
import type { Batch, Row } from '../model/collection.ts'
import { Instant } from '../model/expression.ts'
import type { Vault } from '../model/vault.ts'
import { openNormalizer } from '../normalize/normalizer.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { keepInventory } from '../store/postgres/inventory-rows.ts'
import { plainText } from '../store/postgres/plain-text.ts'
import { inventoryItem } from './inventory-item.ts'
import { eventsWithRecords, uidOf } from './kept-records.ts'
import type { LeasedPorts, OpenConnection } from './leased-run.ts'

/** A record set aside, with what its mapping may want beside it: what is sealed. */
export type SealedRecord = {
  readonly record: unknown
  readonly outer?: unknown
  readonly parent?: unknown
  readonly over?: unknown
}

export const packRecord = (sealed: SealedRecord): string => stringifyJson(sealed)

export type ReplayPorts = {
  readonly control: ControlStore
  readonly activity: ActivityStore
  readonly vault: Pick<Vault, 'openRecord'>
  readonly clock: LeasedPorts['clock']
}

export type Replay = {
  readonly organisationId: string
  readonly connectionId: string
  /** Only these; all when absent. */
  readonly ids?: readonly string[]
  readonly settings: Readonly<Record<string, unknown>>
  readonly connector: OpenConnection['connector']
}

const AT_ONCE = 200

/**
 * Tries records that were set aside once more, with the connector as it is now. What becomes an event is written and marked; what does not
 * stays, with the reason of today.
 */
export async function replayQuarantine(
  ports: ReplayPorts,
  replay: Replay,
): Promise<{ readonly replayed: number; readonly stillFailing: number }> {
  let replayed = 0
  let stillFailing = 0
  let after = ''
  for (;;) {
    const items = await waiting(ports.control, replay, after)
    if (items.length === 0) return { replayed, stillFailing }
    const tried = await Promise.all(items.map((item) => tryAgain(ports, replay, item)))
    const whole = tried.filter(({ problem }) => problem === undefined)
    await keep(ports, replay, whole)
    await mark(ports.control, replay, tried)
    replayed += whole.length
    stillFailing += tried.length - whole.length
    after = items.at(-1)?.id ?? ''
  }
}

type Item = Awaited<ReturnType<typeof waiting>>[number]

function waiting(control: ControlStore, { organisationId, connectionId, ids }: Replay, after: string) {
  return control.within(organisationId, (tx) =>
    tx
      .selectFrom('quarantine')
      .innerJoin('stream', (join) =>
        join
          .onRef('stream.connection_id', '=', 'quarantine.connection_id')
          .onRef('stream.name', '=', 'quarantine.stream'),
      )
      .select(['quarantine.id', 'quarantine.stream', 'quarantine.record', 'quarantine.run_id', 'stream.kind'])
      .where('quarantine.connection_id', '=', connectionId)
      .where('quarantine.replayed_at', 'is', null)
      .where('quarantine.id', '>', after)
      .$if(ids !== undefined, (query) => query.where('quarantine.id', 'in', [...(ids ?? []), '']))
      .orderBy('quarantine.id')
      .limit(AT_ONCE)
      .execute(),
  )
}

type Tried = {
  readonly item: Item
  readonly batch: Batch
  readonly result: ReturnType<ReturnType<typeof openNormalizer>>
  /** Why it is still no event. */
  readonly problem: string | undefined
}

async function tryAgain(ports: ReplayPorts, replay: Replay, item: Item): Promise<Tried> {
  const { organisationId } = replay
  const text = await ports.vault.openRecord(item.record, {
    organisationId,
    subject: item.id,
    purpose: 'record',
  })
  const batch = batchOf(replay, item.stream, parseJson(text) as SealedRecord, ports.clock.now())
  const normalize = openNormalizer({ connector: replay.connector, stream: item.stream, clock: ports.clock })
  const result = normalize(batch)
  const reason = batch.unreadable[0] ?? result.quarantined[0]
  const problem = reason?.message ?? (result.events.length === 0 ? 'it gives no event' : undefined)
  return { item, batch, result, problem }
}

function mark(control: ControlStore, { organisationId, connector }: Replay, tried: readonly Tried[]) {
  return control.within(organisationId, async (tx) => {
    for (const { item, problem } of tried)
      await tx
        .updateTable('quarantine')
        .set(
          problem === undefined
            ? { replayed_at: sql<Date>`now()` }
            : { message: plainText(problem), connector_digest: connector.digest },
        )
        .where('id', '=', item.id)
        .execute()
  })
}

/** The record as it stood in its page: exploded and joined already, unless it is a whole one that could not be. */
function batchOf(
  { connector, settings }: Replay,
  stream: string,
  sealed: SealedRecord,
  nowMs: number,
): Batch {
  const plan = connector.streams[stream]
  const names = {
    settings,
    now: new Instant(nowMs),
    ...(sealed.over !== undefined && { over: sealed.over }),
    ...(sealed.parent !== undefined && { parent: sealed.parent }),
    ...(sealed.outer !== undefined && { outer: sealed.outer }),
  }
  if (plan === undefined) return { stream, rows: [], env: names, filtered: 0, unreadable: [] }
  const { each, explode, ...single } = plan
  const isWhole = explode !== undefined && sealed.outer === undefined
  const asRead = isWhole ? { ...single, explode } : single
  const { rows, unreadable, filtered } = rowsOf(asRead as typeof plan, [sealed.record], names, nowMs)
  const own = (row: Row): Row => (sealed.outer === undefined ? row : { ...row, outer: sealed.outer })
  return { stream, rows: rows.map(own), env: names, filtered, unreadable }
}

/** An append costs the store the same for one event as for many, so each stream's go together. */
async function keep(ports: ReplayPorts, replay: Replay, whole: readonly Tried[]): Promise<void> {
  const { organisationId, connectionId, connector } = replay
  for (const [stream, tried] of Map.groupBy(whole, ({ item }) => item.stream)) {
    const activity = tried.filter(({ item }) => item.kind === 'activity')
    const events = activity.flatMap(({ batch, result }) =>
      eventsWithRecords(batch, result).map(({ event, record }) => ({
        uid: uidOf(event),
        event,
        raw: stringifyJson(record),
      })),
    )
    if (events.length > 0)
      await ports.activity.append({ organisationId, connectionId, appId: connector.app.id, stream }, events)
    await ports.control.within(organisationId, async (tx) => {
      for (const { item, result } of tried) {
        const { kind, run_id: runId } = item
        if (kind !== 'activity')
          await keepInventory(
            tx,
            { organisationId, connectionId, stream, kind, runId },
            result.events.map(inventoryItem),
          )
      }
    })
  }
}
