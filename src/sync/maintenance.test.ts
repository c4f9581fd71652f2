import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { systemClock } from '../lib/clock.ts'
import { changeSettings } from '../store/postgres/setting-rows.ts'
import { maintain, type SilentStream } from './maintenance.ts'
import {
  connectNorthwind,
  emulatedConnections,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import { ALL_TIME, readAgain, runRows, setStreams } from './testing/rows.ts'

const file = storesOfFile({ before, after })
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

async function minute(): Promise<readonly SilentStream[]> {
  const silent: SilentStream[] = []
  const ports = {
    ...file.stores,
    clock: systemClock,
    sweepSignIn: async () => undefined,
    silent: async (stream: SilentStream) => void silent.push(stream),
  }
  await maintain(ports, new Map())
  return silent
}

test('silence is told once, only where we looked, and ends with the next event', async (t) => {
  const { stores } = file
  const app = await serveNorthwind(t, { records: 400 })
  const id = await connectNorthwind(stores, app.connector, ['audit'])
  await workerOf(t, stores, emulatedConnections(app.connector, app.url), { name: `worker-${id}` })
  await readAgain(stores, id)
  assert.deepEqual(await minute(), [])
  const quiet = { last_event_at: new Date(Date.now() - 3 * HOUR_MS), silence_after_ms: HOUR_MS }
  await setStreams(stores, id, { ...quiet, last_success_at: new Date(Date.now() - 2.5 * HOUR_MS) })
  assert.deepEqual(await minute(), [], 'nobody looked since')
  await setStreams(stores, id, { ...quiet, last_success_at: new Date() })
  const told = await minute()
  assert.deepEqual(
    told.map(({ connectionId, stream }) => [connectionId, stream]),
    [[id, 'audit']],
  )
  assert.deepEqual(await minute(), [], 'once')
  await setStreams(stores, id, { backfill_from: new Date(Date.now() - DAY_MS) })
  const [row] = await readAgain(stores, id)
  assert.equal(row?.silent_since, null)
})

test('activity, runs and quarantine end with their time, also where nobody ever set one', async (t) => {
  const { stores } = file
  const set = 'org_set'
  const unset = 'org_unset'
  const append = (organisationId: string, connectionId: string) =>
    stores.activity.append(
      { organisationId, connectionId, appId: 'northwind-docs', stream: 'audit' },
      [1, 20, 200].map((days) => ({
        uid: `northwind-docs:audit:${days}`,
        event: {
          class_uid: 6003,
          time: Date.now() - days * DAY_MS,
          metadata: { uid: `northwind-docs:audit:${days}`, version: '1.8.0' },
        },
        raw: '{}',
      })),
    )
  const app = await serveNorthwind(t)
  const ids = await Promise.all(
    [set, unset].map((organisation) => connectNorthwind(stores, app.connector, ['audit'], organisation)),
  )
  await append(set, ids[0] ?? '')
  await append(unset, ids[1] ?? '')
  await stores.control.within(set, (tx) => changeSettings(tx, set, { retention_days: 7, quarantine_days: 5 }))
  const days = [1, 10, 40] as const
  await stores.control.asPlatform(async (tx) => {
    for (const [index, organisation_id] of [set, unset].entries())
      for (const age of days) {
        const at = new Date(Date.now() - age * DAY_MS)
        const place = { organisation_id, connection_id: ids[index] ?? '', stream: 'audit' }
        await tx
          .insertInto('run')
          .values({
            ...place,
            id: `run_${organisation_id}_${age}`,
            worker: 'w',
            reason: 'schedule',
            state: 'done',
            ended_at: at,
          })
          .execute()
        await tx
          .insertInto('quarantine')
          .values({
            ...{ ...place, id: `qrn_${organisation_id}_${age}`, run_id: 'run', record_hash: randomBytes(32) },
            ...{
              record: randomBytes(8),
              code: 'RECORD_UNMAPPABLE',
              message: 'm',
              connector_digest: 'd',
              created_at: at,
            },
          })
          .execute()
      }
  })
  await minute()
  const left = async (organisation: string, id: string) => ({
    events: await stores.activity.count(organisation, ALL_TIME),
    runs: (await runRows(stores, id, 'audit')).length,
    aside: (
      await stores.control.asPlatform((tx) =>
        tx.selectFrom('quarantine').select('id').where('connection_id', '=', id).execute(),
      )
    ).length,
  })
  assert.deepEqual(await left(set, ids[0] ?? ''), { events: 1, runs: 2, aside: 1 })
  assert.deepEqual(await left(unset, ids[1] ?? ''), { events: 2, runs: 2, aside: 2 })
})
