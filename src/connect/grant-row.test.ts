import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { openAuthorizer } from '../credentials/authorizer.ts'
import { NOTHING_KEPT } from '../credentials/grant.ts'
import { readGrantText, writeGrantText } from '../credentials/grant-text.ts'
import { openServer, type Reply } from '../credentials/testing/network.ts'
import { workerContext } from '../credentials/testing/rotating.ts'
import {
  connect,
  HOUR_MS,
  outcomeOf,
  rotatingProvider,
  workersHere,
  workersIn,
} from '../credentials/testing/workers.ts'
import { type Clock, fakeClock, systemClock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import { Secret } from '../lib/secret.ts'
import type { GrantStore } from '../model/credential.ts'
import { readGrant } from '../store/postgres/connection-grants.ts'
import { createConnection, updateConnection } from '../store/postgres/connection-rows.ts'
import { type GrantRow, openGrantRow } from './grant-row.ts'
import { BINDING, type WorkerPlace } from './testing/grant-worker.ts'
import { openWorld, rowOf } from './testing/world.ts'

const ORGANISATION = 'o-workers'
const world = await openWorld({ after })
const { control, vault, engines } = world

async function newRow(clock: Clock = systemClock): Promise<GrantRow> {
  const id = newId('con', systemClock.now())
  await control.within(ORGANISATION, (tx) =>
    createConnection(tx, {
      ...{ id, organisation_id: ORGANISATION, app_id: 'acme', connector_digest: 'd', name: 'Acme' },
      ...{
        status: 'active',
        auth_method: 'oauth2',
        features: ['accounts'],
        settings: '{}',
        created_by: 'ada',
      },
    }),
  )
  return {
    control,
    vault,
    clock,
    organisationId: ORGANISATION,
    connectionId: id,
    binding: BINDING,
    by: 'worker',
  }
}

const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make)

const childOf = (
  t: TestContext,
  { organisationId, connectionId }: GrantRow,
  rest: Pick<WorkerPlace, 'origin' | 'count' | 'diesOnAnswer'>,
) => {
  const { databaseUrl } = engines
  const place: WorkerPlace = { ...rest, ...{ databaseUrl, organisationId, connectionId } }
  return workersIn(t, new URL('testing/grant-worker.ts', import.meta.url), place)
}

test('twenty workers in four processes cause one exchange per expiry, and the connection lives', async (t) => {
  const server = await rotatingProvider(t)
  const row = await newRow()
  await connect(t, server, openGrantRow({ ...row, by: 'person' }))
  const children = await Promise.all(times(3, () => childOf(t, row, { origin: server.origin, count: 4 })))
  const here = workersHere(
    t,
    server,
    times(8, () => openGrantRow(row)),
  )
  const seen = new Set<unknown>()
  for (let round = 1; round <= 5; round++) {
    const asked = [here, ...children.map(({ all }) => all)].map((all) => all(round * HOUR_MS))
    const outcomes = (await Promise.all(asked)).flat()
    assert.equal(outcomes.length, 20)
    assert.deepEqual([new Set(outcomes).size, seen.has(outcomes[0])], [1, false])
    assert.match(String(outcomes[0]), /^Bearer /)
    seen.add(outcomes[0])
    assert.deepEqual(server.exchanges, [
      'authorization_code granted',
      ...times(round, () => 'refresh_token granted'),
    ])
  }
  const stored = await rowOf(world, ORGANISATION, row.connectionId)
  assert.deepEqual([stored.status, stored.grant_generation], ['active', 6])
})

test('control: without the lock the same workers lose the connection', async (t) => {
  const server = await rotatingProvider(t)
  const row = await newRow()
  const owner = {
    organisationId: ORGANISATION,
    subject: row.connectionId,
    purpose: 'grant',
    binding: BINDING,
  } as const
  const read = async () => {
    const kept = await control.within(ORGANISATION, (tx) => readGrant(tx, row.connectionId))
    return kept?.sealed ? readGrantText(await vault.open(kept.sealed, owner)) : undefined
  }
  const unlocked: GrantStore = {
    read,
    update: async (change) => {
      const next = await change(await read())
      const grant_sealed = await vault.seal(writeGrantText(next), owner)
      await control.within(ORGANISATION, (tx) => updateConnection(tx, row.connectionId, { grant_sealed }))
      return next
    },
  }
  await connect(t, server, unlocked)
  const workers = workersHere(
    t,
    server,
    times(20, () => unlocked),
  )
  await workers(HOUR_MS)
  const outcomes = await workers(2 * HOUR_MS)
  assert.deepEqual(new Set(outcomes), new Set(['CREDENTIAL_REVOKED']))
  assert.ok(server.exchanges.includes('refresh_token refused'))
})

test('a worker killed between answer and commit leaves a connection that needs a person, and nobody asks in a loop', async (t) => {
  const server = await rotatingProvider(t)
  const row = await newRow()
  await connect(t, server, openGrantRow({ ...row, by: 'person' }))
  const { child, all } = await childOf(t, row, { origin: server.origin, count: 1, diesOnAnswer: true })
  all(HOUR_MS).catch(() => undefined)
  await once(child, 'exit')
  assert.deepEqual(server.exchanges.slice(1), ['refresh_token granted'])
  const workers = workersHere(
    t,
    server,
    times(20, () => openGrantRow(row)),
  )
  for (let hour = 1; hour <= 3; hour++)
    assert.deepEqual(new Set(await workers(hour * HOUR_MS)), new Set(['CREDENTIAL_REVOKED']))
  assert.deepEqual(server.exchanges.slice(1), ['refresh_token granted', 'refresh_token refused'])
  const stored = await rowOf(world, ORGANISATION, row.connectionId)
  assert.deepEqual([stored.status, stored.fault?.code], ['needs_reauth', 'CREDENTIAL_REVOKED'])
  // A person who consents again repairs it in place.
  await connect(t, server, openGrantRow({ ...row, by: 'person' }))
  await control.within(ORGANISATION, (tx) => updateConnection(tx, row.connectionId, { status: 'active' }))
  assert.match(String((await workers(3 * HOUR_MS + 1000))[0]), /^Bearer /)
})

const token = (n: number): Reply => ({
  body: { access_token: `a${n}`, refresh_token: `r${n}`, expires_in: 3600 },
})

async function holding(row: GrantRow): Promise<void> {
  const tokens = { accessToken: new Secret('a0'), refreshToken: new Secret('r0') }
  await openGrantRow({ ...row, by: 'person' }).update(async () => ({
    ...tokens,
    kept: NOTHING_KEPT,
    expiresAt: 0,
    generation: 1,
  }))
}

test('where the app grants the same refresh token once more, a killed worker costs nothing', async (t) => {
  let [killed, arrive] = [false, () => {}]
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const server = await openServer(t, async (_request, count) => {
    arrive()
    return killed ? token(count) : new Promise(() => {})
  })
  const row = await newRow()
  await holding(row)
  const { child, all } = await childOf(t, row, { origin: server.origin, count: 1 })
  all(0).catch(() => undefined)
  await arrived
  const outcomes = workersHere(
    t,
    server,
    times(4, () => openGrantRow(row)),
  )(0)
  await systemClock.sleep(100)
  assert.equal(server.received.length, 1)
  killed = true
  child.kill('SIGKILL')
  assert.deepEqual(new Set(await outcomes), new Set(['Bearer a2']))
  assert.deepEqual(
    server.received.map(({ params }) => params['refresh_token']),
    ['r0', 'r0'],
  )
})

test('twenty workers do not storm an app that drops every answer, and recover when it is back', async (t) => {
  let isDown = true
  const server = await openServer(t, async (_request, count) => (isDown ? { cut: true } : token(count)))
  const clock = fakeClock(systemClock.now())
  const row = await newRow(clock)
  await holding(row)
  const workers = times(20, () => {
    const context = workerContext(server.origin, openGrantRow(row), { ms: 0 })
    t.after(context.close)
    return openAuthorizer({ ...context, clock })
  })
  for (let second = 0; second < 3600; second += 180) {
    const outcomes = new Set(await Promise.all(workers.map(outcomeOf)))
    assert.deepEqual(outcomes, new Set(['SOURCE_UNAVAILABLE']))
    await clock.sleep(180_000)
  }
  // Each exchange asks twice.
  assert.ok(server.received.length <= 20, `${server.received.length} requests in an hour`)
  assert.deepEqual(new Set(server.received.map(({ params }) => params['refresh_token'])), new Set(['r0']))
  isDown = false
  await clock.sleep(900_000)
  assert.equal(new Set(await Promise.all(workers.map(outcomeOf))).size, 1)
  assert.match(String(await outcomeOf(workers[0]!)), /^Bearer a/)
})

test('an app that gives the old refresh token again, or none, is asked with it at the next expiry', async (t) => {
  const answers = [{ refresh_token: 'r0' }, {}, { refresh_token: '' }]
  const server = await openServer(t, async (_request, count) => ({
    body: { access_token: `a${count}`, expires_in: 3600, ...answers[(count - 1) % answers.length] },
  }))
  const row = await newRow()
  await holding(row)
  const workers = workersHere(
    t,
    server,
    times(5, () => openGrantRow(row)),
  )
  for (let expiry = 1; expiry <= 4; expiry++)
    assert.deepEqual(new Set(await workers(expiry * HOUR_MS)), new Set([`Bearer a${expiry}`]))
  assert.deepEqual(
    server.received.map(({ params }) => params['refresh_token']),
    times(4, () => 'r0'),
  )
})

test('what comes back after the connection was changed is not stored', async (t) => {
  let [answer, arrive] = [() => {}, () => {}]
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const server = await openServer(t, async () => {
    arrive()
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    return token(1)
  })
  const row = await newRow()
  await holding(row)
  const outcomes = workersHere(t, server, [openGrantRow(row)])(0)
  await arrived
  // The row is free meanwhile: nobody who pauses or disconnects waits for the app.
  const ended = { status: 'disconnected', grant_sealed: null, grant_generation: 2 } as const
  await control.within(ORGANISATION, (tx) => updateConnection(tx, row.connectionId, ended))
  answer()
  assert.deepEqual(await outcomes, ['CREDENTIAL_MISSING'])
  assert.equal((await rowOf(world, ORGANISATION, row.connectionId)).grant_sealed, null)
})

test('an answer survives a database that drops every connection meanwhile', async (t) => {
  const server = await openServer(t, async () => {
    await control.asPlatform(async (tx) => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`.execute(
        tx,
      )
    })
    return token(1)
  })
  const row = await newRow()
  await holding(row)
  assert.deepEqual(await workersHere(t, server, [openGrantRow(row)])(0), ['Bearer a1'])
  assert.equal((await rowOf(world, ORGANISATION, row.connectionId)).grant_generation, 2)
})
