import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import type { GrantStore } from '../model/credential.ts'
import { NOTHING_KEPT } from './grant.ts'
import { openMemoryStore } from './memory-store.ts'
import { openServer } from './testing/network.ts'
import { type Place, sharedFile } from './testing/rotating.ts'
import { connect, HOUR_MS, rotatingProvider, workersHere, workersIn } from './testing/workers.ts'

async function sharedPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-workers-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'grant')
}

const childOf = (t: TestContext, place: Place, count: number) =>
  workersIn(t, new URL('testing/worker.ts', import.meta.url), { ...place, count })

test('twenty workers in four processes cause one exchange per expiry, and the connection lives', async (t) => {
  const server = await rotatingProvider(t)
  const path = await sharedPath(t)
  await connect(t, server, sharedFile({ path }))
  const place = { origin: server.origin, path }
  const children = await Promise.all([1, 2, 3].map(() => childOf(t, place, 3)))
  const here = workersHere(
    t,
    server,
    Array.from({ length: 11 }, () => sharedFile({ path })),
  )
  const seen = new Set<unknown>()
  for (let round = 1; round <= 5; round++) {
    const outcomes = (
      await Promise.all([here, ...children.map(({ all }) => all)].map((all) => all(round * HOUR_MS)))
    ).flat()
    assert.equal(outcomes.length, 20)
    assert.equal(new Set(outcomes).size, 1)
    assert.match(String(outcomes[0]), /^Bearer /)
    assert.ok(!seen.has(outcomes[0]))
    seen.add(outcomes[0])
    const refreshes = Array.from({ length: round }, () => 'refresh_token granted')
    assert.deepEqual(server.exchanges, ['authorization_code granted', ...refreshes])
  }
})

test('control: without the lock the same workers lose the connection', async (t) => {
  const server = await rotatingProvider(t)
  const first = openMemoryStore()
  await connect(t, server, first)
  let held = await first.read()
  const unlocked: GrantStore = {
    read: async () => held,
    update: async (change) => {
      held = await change(held)
      return held
    },
  }
  const workers = workersHere(
    t,
    server,
    Array.from({ length: 20 }, () => unlocked),
  )
  await workers(HOUR_MS)
  const outcomes = await workers(2 * HOUR_MS)
  assert.deepEqual(new Set(outcomes), new Set(['CREDENTIAL_REVOKED']))
  assert.ok(server.exchanges.includes('refresh_token refused'))
})

test('a worker killed in the middle of an exchange holds nobody up', async (t) => {
  let [asked, arrive] = [0, () => {}]
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const server = await openServer(t, async () => {
    asked++
    if (asked > 1) return { body: { access_token: `a${asked}`, refresh_token: 'r2', expires_in: 3600 } }
    arrive()
    return new Promise(() => {})
  })
  const path = await sharedPath(t)
  const store = sharedFile({ path })
  const tokens = { accessToken: new Secret('a0'), refreshToken: new Secret('r1') }
  await store.update(async () => ({ ...tokens, kept: NOTHING_KEPT, expiresAt: 0, generation: 1 }))
  const { child, all } = await childOf(t, { origin: server.origin, path }, 1)
  all(0).catch(() => undefined)
  await arrived
  const outcome = workersHere(t, server, [store])(0)
  await systemClock.sleep(60)
  assert.equal(asked, 1)
  child.kill('SIGKILL')
  assert.deepEqual(await outcome, ['Bearer a2'])
  assert.deepEqual(await readdir(`${path}.lock`), [])
})
