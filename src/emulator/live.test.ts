import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import { openEmulator } from './emulator.ts'
import { loaded } from './testing/acme.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const MINUTE = 60_000
type Entry = {
  readonly id: string
  readonly at: string
  readonly event: string
  readonly actor: { readonly id: string }
}

const { connector, samples } = await loaded('northwind-docs')

function audit(seed: string) {
  const clock = fakeClock(NOW)
  const emulator = openEmulator(connector, samples, {
    clock,
    seed,
    records: 100,
    live: { count: 60, perMs: MINUTE },
  })
  const entries = () => emulator.rows('audit').map(({ record }) => record as Entry)
  return { clock, entries }
}

test('the past is spread over the look-back, what is late is on its way, and new activity keeps appearing at the pace asked for', async () => {
  const { clock, entries } = audit('a')
  const past = entries()
  assert.ok(past.length > 100 && past.length < 250, String(past.length))
  const oldest = Math.min(...past.map(({ at }) => Date.parse(at)))
  assert.ok(oldest >= NOW - 7 * 86_400_000 && oldest < NOW - 6 * 86_400_000)
  await clock.sleep(20 * MINUTE)
  const grown = entries().length - past.length
  assert.ok(grown > 900 && grown < 1300, String(grown))
  assert.equal(new Set(entries().map(({ id }) => id)).size, entries().length)
  assert.ok(entries().every(({ at }) => Date.parse(at) <= clock.now()))
})

test('live activity is that of many people, and now and then one of them is attacked', async () => {
  const { clock, entries } = audit('a')
  await clock.sleep(20 * MINUTE)
  // What happened a moment ago is shown in any order, as far as the lag reaches.
  const live = entries().filter(({ at }) => Date.parse(at) > NOW && Date.parse(at) < clock.now() - 3 * MINUTE)
  assert.ok(new Set(live.map(({ actor }) => actor.id)).size > 15)
  assert.ok(new Set(live.map(({ event }) => event)).size > 40)
  const victims = live.filter(({ event }) => event === 'audit.stream_disabled').map(({ actor }) => actor.id)
  assert.ok(victims.length >= 5 && new Set(victims).size >= 3, victims.join())
  for (const victim of new Set(victims)) {
    const failed = live.filter(({ event, actor }) => event === 'user.sign_in_failed' && actor.id === victim)
    assert.ok(failed.length >= 5, `${victim} was attacked out of the blue`)
  }
})

test('the same seed and clock give the same app, to the byte', async () => {
  const [one, same, other] = ['a', 'a', 'b'].map(audit)
  for (const app of [one, same, other]) await app!.clock.sleep(5 * MINUTE)
  assert.deepEqual(one!.entries(), same!.entries())
  assert.notDeepEqual(one!.entries(), other!.entries())
})
