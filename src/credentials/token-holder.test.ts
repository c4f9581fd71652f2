import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import { Fault, type FaultCode } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { GrantStore } from '../model/credential.ts'
import { type HeldGrant, NOTHING_KEPT, refreshAt } from './grant.ts'
import { openMemoryStore } from './memory-store.ts'
import { openHolder } from './token-holder.ts'

const LIFE_MS = 1_000_000

/** A source that counts, and fails where it is told to. */
function opened(store: GrantStore = openMemoryStore(), canReplace = true) {
  const clock = fakeClock(0)
  const state = { exchanges: 0, fail: undefined as FaultCode | undefined }
  const exchange = async (held: HeldGrant | undefined): Promise<HeldGrant> => {
    state.exchanges++
    await Promise.resolve()
    if (state.fail !== undefined) throw new Fault(state.fail, 'told to')
    return grantAt(clock.now(), (held?.generation ?? 0) + 1)
  }
  const source = { exchange, canReplace: () => canReplace }
  return { clock, store, state, holder: openHolder({ source, store, clock }) }
}

function grantAt(nowMs: number, generation: number): HeldGrant {
  return {
    accessToken: new Secret(`t${generation}`),
    expiresAt: nowMs + LIFE_MS,
    refreshAt: refreshAt(nowMs, nowMs + LIFE_MS),
    kept: NOTHING_KEPT,
    generation,
  }
}

test('fifty callers at once cause one exchange, first and when it is due', async () => {
  const memory = openMemoryStore()
  let updates = 0
  const { clock, state, holder } = opened({
    read: memory.read,
    update: (change) => {
      updates++
      return memory.update(change)
    },
  })
  const all = async () => {
    const grants = await Promise.all(Array.from({ length: 50 }, () => holder.current()))
    return [...new Set(grants.map(({ generation }) => generation))]
  }
  assert.deepEqual(await all(), [1])
  await clock.sleep(LIFE_MS * 0.8 - 1)
  assert.deepEqual(await all(), [1])
  assert.deepEqual([state.exchanges, updates], [1, 1])
  await clock.sleep(1)
  assert.deepEqual(await all(), [2])
  assert.deepEqual([state.exchanges, updates], [2, 2])
})

test('the grant is stored before anybody gets it', async () => {
  const order: string[] = []
  const memory = openMemoryStore()
  const store: GrantStore = {
    ...memory,
    update: async (change) => {
      const grant = await memory.update(change)
      order.push('stored')
      return grant
    },
  }
  await opened(store).holder.current()
  order.push('given')
  assert.deepEqual(order, ['stored', 'given'])
})

test('what another worker got meanwhile is taken, not exchanged again', async () => {
  const { store, clock, state, holder } = opened()
  await holder.current()
  await clock.sleep(LIFE_MS)
  const slow = opened({
    read: store.read,
    update: async (change) => {
      await store.update(async () => grantAt(LIFE_MS, 2))
      return store.update(change)
    },
  })
  await slow.clock.sleep(LIFE_MS)
  assert.equal((await slow.holder.current()).generation, 2)
  assert.equal(slow.state.exchanges, 0)
  assert.equal((await holder.current()).generation, 2)
  assert.equal(state.exchanges, 1)
})

test('what another worker got meanwhile is not taken when it is over already', async () => {
  const memory = openMemoryStore(grantAt(-LIFE_MS, 1))
  const { state, holder } = opened({
    read: memory.read,
    update: async (change) => {
      await memory.update(async () => grantAt(-LIFE_MS, 2))
      return memory.update(change)
    },
  })
  assert.equal((await holder.current()).generation, 3)
  assert.equal(state.exchanges, 1)
})

test('a revoked refresh token is looked up again: another worker may have been first', async () => {
  const memory = openMemoryStore(grantAt(-LIFE_MS, 4))
  const { state, holder } = opened({
    read: memory.read,
    update: async (change) => {
      // A store whose lock does not hold.
      const current = await memory.read()
      await memory.update(async () => grantAt(0, 5))
      return change(current)
    },
  })
  state.fail = 'CREDENTIAL_REVOKED'
  assert.equal((await holder.current()).generation, 5)
})

const pauses: readonly [fail: FaultCode, pauseMs: number][] = [
  ['SOURCE_UNAVAILABLE', 30_000],
  ['SOURCE_THROTTLED', 30_000],
  ['CREDENTIAL_REVOKED', 300_000],
  ['CREDENTIAL_REFUSED', 300_000],
]
for (const [fail, pauseMs] of pauses) {
  test(`after ${fail} nobody asks again for ${pauseMs} ms, then one does`, async () => {
    const { clock, state, holder } = opened()
    state.fail = fail
    for (let i = 0; i < 20; i++) await assert.rejects(holder.current(), { code: fail })
    await clock.sleep(pauseMs - 1)
    await assert.rejects(holder.current(), { code: fail })
    assert.equal(state.exchanges, 1)
    await clock.sleep(1)
    state.fail = undefined
    assert.equal((await holder.current()).generation, 1)
    assert.equal(state.exchanges, 2)
  })

  test(`${fail} while the token still lives is not felt until it ends`, async () => {
    const { clock, state, holder } = opened()
    await holder.current()
    state.fail = fail
    await clock.sleep(LIFE_MS * 0.8)
    for (let i = 0; i < 20; i++) assert.equal((await holder.current()).generation, 1)
    assert.equal(state.exchanges, 2)
    await clock.sleep(LIFE_MS * 0.2)
    await assert.rejects(holder.current(), { code: fail })
  })
}

test('a refused token is replaced once, however many requests carried it', async () => {
  const { state, holder } = opened()
  const refused = await holder.current()
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => holder.replace(refused)))
  assert.ok(outcomes.every(Boolean))
  assert.equal(state.exchanges, 2)
  assert.equal((await holder.current()).generation, 2)
})

test('a token that replaced a refused one and is refused itself is not replaced for five minutes', async () => {
  const { clock, state, holder } = opened()
  assert.equal(await holder.replace(await holder.current()), true)
  assert.equal(await holder.replace(await holder.current()), false)
  assert.equal(state.exchanges, 2)
  await clock.sleep(300_000)
  assert.equal(await holder.replace(await holder.current()), true)
  assert.equal(state.exchanges, 3)
})

test('a refused token that only a person can replace is replaced when they did', async () => {
  const { state, holder, store } = opened(openMemoryStore(grantAt(0, 1)), false)
  const refused = (await store.read())!
  assert.equal(await holder.replace(refused), false)
  await store.update(async () => grantAt(0, 2))
  assert.equal(await holder.replace(refused), true)
  assert.equal(state.exchanges, 0)
})

test('what a store cannot open counts as none where no person is needed, and is a fault where one is', async () => {
  const update = openMemoryStore().update
  const store: GrantStore = {
    read: () => Promise.reject(new Fault('CREDENTIAL_MISSING', 'other hosts')),
    update,
  }
  assert.equal((await opened(store).holder.current()).generation, 1)
  await assert.rejects(opened(store, false).holder.current(), { code: 'CREDENTIAL_MISSING' })
})
