import { sql } from 'kysely'
import { Fault } from '../lib/fault.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import type { Queue, WakeUp } from '../store/postgres/queue.ts'

export type CommandPorts = { readonly control: ControlStore; readonly queue: Pick<Queue, 'wake'> }

/** Reads a stream now. Of several at once one is enough. @throws {Fault} `NOT_FOUND`; `CONNECTION_UNFIT` for what the app delivers. */
export async function runNow(ports: CommandPorts, place: WakeUp): Promise<void> {
  await assertRead(ports, place)
  await change(ports, place, { next_run_at: sql<Date>`clock_timestamp()` })
}

/** Reads a stream again from a time on, once; what is there already is not shown twice. @throws {Fault} as `runNow`. */
export async function backfill(ports: CommandPorts, place: WakeUp, fromMs: number): Promise<void> {
  await assertRead(ports, place)
  await change(ports, place, {
    backfill_from: new Date(fromMs),
    next_run_at: sql<Date>`clock_timestamp()`,
  })
}

/** A stream that is switched off keeps its position and its data. */
export async function setEnabled(ports: CommandPorts, place: WakeUp, isEnabled: boolean): Promise<void> {
  await change(ports, place, { is_enabled: isEnabled, next_run_at: sql<Date>`clock_timestamp()` })
}

async function assertRead({ control }: CommandPorts, { organisationId, connectionId, stream }: WakeUp) {
  const row = await control.within(organisationId, (tx) =>
    tx
      .selectFrom('stream')
      .select('received_since')
      .where('connection_id', '=', connectionId)
      .where('name', '=', stream)
      .executeTakeFirst(),
  )
  if (row?.received_since instanceof Date)
    throw new Fault('CONNECTION_UNFIT', `the app delivers ${stream}: it cannot be asked for it`)
}

type StreamChange = {
  readonly is_enabled?: boolean
  readonly backfill_from?: Date
  readonly next_run_at: ReturnType<typeof sql<Date>>
}

/** @throws {Fault} `NOT_FOUND` */
async function change({ control, queue }: CommandPorts, place: WakeUp, values: StreamChange): Promise<void> {
  const changed = await control.within(place.organisationId, (tx) =>
    tx
      .updateTable('stream')
      .set(values)
      .where('connection_id', '=', place.connectionId)
      .where('name', '=', place.stream)
      .executeTakeFirst(),
  )
  if (changed.numUpdatedRows === 0n) throw new Fault('NOT_FOUND', `there is no stream ${place.stream}`)
  await queue.wake(place)
}

/** Wakes every enabled stream of a connection, as when it was just connected or goes on after a pause. */
export async function wakeAll(
  { control, queue }: CommandPorts,
  { organisationId, connectionId }: Omit<WakeUp, 'stream'>,
): Promise<void> {
  const streams = await control.within(organisationId, (tx) =>
    tx
      .updateTable('stream')
      .set({ next_run_at: sql`clock_timestamp()` })
      .where('connection_id', '=', connectionId)
      .where('is_enabled', '=', true)
      .where('received_since', 'is', null)
      .returning('name')
      .execute(),
  )
  await queue.wake(...streams.map(({ name }) => ({ organisationId, connectionId, stream: name })))
}
