import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fakeClock } from '../lib/clock.ts'
import { type Entry, openLimiter } from './limiter.ts'

const HOUR = 3_600_000
function entry(more: Partial<Entry> = {}): Entry {
  return { stream: 's', maxWaitMs: HOUR, onWait: () => {}, ...more }
}

test('no stretch of time ever holds more requests than the rate, whatever the pauses between them', async () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 20, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(pauses, fc.integer({ min: 1, max: 7 }), async (gaps, count) => {
      const clock = fakeClock(0)
      const limiter = openLimiter({ rate: { count, perMs: 1000 }, concurrency: 4 }, clock)
      const sent: number[] = []
      for (const gap of gaps) {
        await clock.sleep(gap)
        ;(await limiter.enter(entry()))()
        sent.push(clock.now())
      }
      sent.forEach((at, i) => {
        assert.ok(i < count || at - sent[i - count]! >= 1000)
      })
    }),
    { seed: 17, numRuns: 100 },
  )
})

test('who waited for a seat looks at the rate again', async () => {
  const clock = fakeClock(0)
  const limiter = openLimiter({ rate: { count: 1, perMs: 1000 }, concurrency: 1 }, clock)
  const sent: number[] = []
  const one = async () => {
    const leave = await limiter.enter(entry())
    sent.push(clock.now())
    await new Promise(setImmediate)
    leave()
  }
  await Promise.all(Array.from({ length: 6 }, one))
  sent.forEach((at, i) => {
    assert.ok(i === 0 || at - sent[i - 1]! >= 1000, `${sent}`)
  })
})

test('a large rate is kept as well, with little memory', async () => {
  const clock = fakeClock(0)
  const limiter = openLimiter({ rate: { count: 1_000_000, perMs: 1_000_000 }, concurrency: 1 }, clock)
  for (let i = 0; i < 20_000; i++) (await limiter.enter(entry()))()
  assert.ok(clock.now() >= 10_000)
})

test('a stream has its own rate within that of the connection', async () => {
  const clock = fakeClock(0)
  const limiter = openLimiter({ rate: { count: 3, perMs: 1000 }, concurrency: 1 }, clock)
  const own = { rate: { count: 1, perMs: 1000 } }
  ;(await limiter.enter(entry(own)))()
  ;(await limiter.enter(entry({ stream: 'other' })))()
  assert.equal(clock.now(), 0)
  ;(await limiter.enter(entry(own)))()
  assert.equal(clock.now(), 1000)
})

test('a pause holds for every stream, and a longer one is not shortened', async () => {
  const clock = fakeClock(0)
  const limiter = openLimiter({ concurrency: 2 }, clock)
  const waits: [number, string][] = []
  limiter.pauseUntil(5000)
  limiter.pauseUntil(2000)
  await limiter.enter(entry({ stream: 'other', onWait: (ms, why) => waits.push([ms, why]) }))
  assert.deepEqual(waits, [[5000, 'the app asked to wait']])
  assert.equal(clock.now(), 5000)
})

test('a wait that is too long is refused, and the seat is free again', async () => {
  const limiter = openLimiter({ concurrency: 1 }, fakeClock(0))
  limiter.pauseUntil(HOUR + 1)
  await assert.rejects(limiter.enter(entry()), { code: 'SOURCE_THROTTLED', message: /3601 s/ })
  await limiter.enter(entry({ maxWaitMs: 2 * HOUR }))
})

test('no more requests are under way than allowed; the next in line follows, one for each that leaves', async () => {
  const limiter = openLimiter({ concurrency: 2 }, fakeClock(0))
  const [first, second] = [await limiter.enter(entry()), await limiter.enter(entry())]
  const order: string[] = []
  const third = limiter.enter(entry()).then((leave) => {
    order.push('third')
    return leave
  })
  const fourth = limiter.enter(entry()).then(() => order.push('fourth'))
  await new Promise(setImmediate)
  assert.deepEqual(order, [])
  first()
  first()
  const leave = await third
  await new Promise(setImmediate)
  assert.deepEqual(order, ['third'])
  leave()
  await fourth
  second()
})

test('who stops waiting leaves the line', async () => {
  const limiter = openLimiter({ concurrency: 1 }, fakeClock(0))
  const leave = await limiter.enter(entry())
  const controller = new AbortController()
  const waiting = limiter.enter(entry({ signal: controller.signal }))
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  leave()
  await limiter.enter(entry())
})

test('a stream that waits for its own rate keeps no other from its seat', async () => {
  let wake = () => {}
  const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => (wake = resolve)) }
  const limiter = openLimiter({ concurrency: 1 }, clock)
  const slow = { stream: 'slow', rate: { count: 1, perMs: 1000 } }
  ;(await limiter.enter(entry(slow)))()
  const waiting = limiter.enter(entry(slow))
  const leave = await limiter.enter(entry({ stream: 'quick' }))
  leave()
  wake()
  void waiting
})

test('after a refusal one request goes first; each answer lets one more follow', async () => {
  const clock = fakeClock(0)
  const limiter = openLimiter({ concurrency: 3 }, clock)
  limiter.refusedUntil(1000)
  const leave = await limiter.enter(entry())
  assert.equal(clock.now(), 1000)
  let entered = 0
  const others = [1, 2, 3].map(() => limiter.enter(entry()).then(() => entered++))
  await new Promise(setImmediate)
  assert.equal(entered, 0)
  limiter.accepted()
  await new Promise(setImmediate)
  assert.equal(entered, 1)
  leave()
  await new Promise(setImmediate)
  assert.equal(entered, 2)
  limiter.accepted()
  limiter.accepted()
  await Promise.all(others)
})
