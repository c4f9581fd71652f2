import { sql } from 'kysely'
import type { Clock } from '../lib/clock.ts'
import type { ActivityStore } from '../model/activity.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'
import { forgetRepetitions } from '../store/postgres/repetition-rows.ts'
import { DEFAULT_SETTINGS } from '../store/postgres/setting-rows.ts'

export type MaintenancePorts = {
  readonly control: ControlStore
  readonly activity: Pick<ActivityStore, 'deleteBefore'>
  readonly clock: Clock
  /** Deletes what has ended of people's sign-in. */
  readonly sweepSignIn: () => Promise<void>
  /** A stream fell silent. */
  readonly silent: (stream: SilentStream) => Promise<void>
}
export type SilentStream = {
  readonly organisationId: string
  readonly connectionId: string
  readonly stream: string
  readonly lastEventAt: Date
}

const DAY_MS = 86_400_000
const RUNS_KEPT_DAYS = 30

/** What one worker does once a minute for all. Every step is safe to repeat. */
export async function maintain(ports: MaintenancePorts, dayOf: Map<string, number>): Promise<void> {
  for (const stream of await ports.control.asPlatform(noteSilence)) await ports.silent(stream)
  await ports.control.asPlatform(forget)
  await ports.sweepSignIn()
  await retain(ports, dayOf)
}

/** Streams whose last event is longer ago than is usual for them; each is told once. */
async function noteSilence(tx: Tx): Promise<readonly SilentStream[]> {
  const rows = await tx
    .updateTable('stream')
    .set({ silent_since: sql`last_event_at` })
    .where('silent_since', 'is', null)
    .where('is_enabled', '=', true)
    .where('silence_after_ms', 'is not', null)
    .where(sql<boolean>`last_event_at < clock_timestamp() - silence_after_ms * interval '1 millisecond'`)
    // Silence says something only where we looked.
    .where(sql<boolean>`last_success_at > last_event_at + silence_after_ms * interval '1 millisecond'`)
    .returning(['organisation_id', 'connection_id', 'name', 'last_event_at'])
    .execute()
  return rows.flatMap((row) =>
    row.last_event_at === null
      ? []
      : [
          {
            organisationId: row.organisation_id,
            connectionId: row.connection_id,
            stream: row.name,
            lastEventAt: row.last_event_at,
          },
        ],
  )
}

/** What is of no use any more. */
async function forget(tx: Tx): Promise<void> {
  // Whoever comes a little late is told that it expired, not that it never was.
  await tx.deleteFrom('consent').where('expires_at', '<', sql<Date>`now() - interval '1 hour'`).execute()
  await forgetRepetitions(tx)
  await tx
    .deleteFrom('run')
    .where('ended_at', '<', sql<Date>`now() - ${RUNS_KEPT_DAYS} * interval '1 day'`)
    .execute()
  await tx
    .deleteFrom('webhook_delivery')
    .where('created_at', '<', sql<Date>`now() - interval '30 days'`)
    .execute()
  await sql`delete from quarantine q where q.created_at < now() - interval '1 day' * coalesce(
    (select s.quarantine_days from organisation_setting s where s.organisation_id = q.organisation_id),
    ${DEFAULT_SETTINGS.quarantine_days})`.execute(tx)
}

/** Deletes activity beyond each organisation's retention, once a day for each. */
async function retain(
  { control, activity, clock }: MaintenancePorts,
  dayOf: Map<string, number>,
): Promise<void> {
  const today = Math.floor(clock.now() / DAY_MS)
  const settings = await control.asPlatform((tx) =>
    tx
      .selectFrom('connection')
      .leftJoin('organisation_setting', 'organisation_setting.organisation_id', 'connection.organisation_id')
      .select(['connection.organisation_id', 'organisation_setting.retention_days'])
      .distinct()
      .execute(),
  )
  for (const { organisation_id: id, retention_days } of settings) {
    const days = retention_days ?? DEFAULT_SETTINGS.retention_days
    if (dayOf.get(id) === today) continue
    await activity.deleteBefore(id, clock.now() - days * DAY_MS)
    dayOf.set(id, today)
  }
}
